using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Sanctum.Configurator.Platform.Requests;

namespace Sanctum.Configurator.Features.ApiKeys;

/// <summary><c>Authorization: Bearer KEY</c>. Refusals are problem+json, never a redirect to a page.</summary>
internal sealed class ApiKeyScheme(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory logs,
    UrlEncoder encoder,
    ApiKeyService service
) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logs, encoder)
{
    private const string Bearer = "Bearer ";
    private const int LongestKey = 512;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Context.Features.Get<InnerCaller>() is { } inner)
        {
            return AuthenticateResult.Success(new(inner.Principal, Scheme.Name));
        }

        string[] keys = [.. KeysIn(Request).Distinct(StringComparer.Ordinal)];
        return keys.Length switch
        {
            0 => AuthenticateResult.NoResult(),
            1
                when keys[0].Length is > 0 and <= LongestKey
                    && await service.RecognizeAsync(keys[0], Context.RequestAborted) is { } principal => AuthenticateResult.Success(
                new(principal, Scheme.Name)
            ),
            1 => AuthenticateResult.Fail("The key is unknown, has expired or was revoked."),
            _ => AuthenticateResult.Fail("Authorization and apikey are not the same key."),
        };
    }

    /// <summary>Clients of Supabase send the key twice, in a header of theirs as well.</summary>
    private static IEnumerable<string> KeysIn(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        if (header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
        {
            yield return header[Bearer.Length..].Trim();
        }

        if (Schemes.IsRest(request.Path) && request.Headers["apikey"].ToString().Trim() is { Length: > 0 } key)
        {
            yield return key;
        }
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var wasTried = (await HandleAuthenticateOnceSafeAsync()).Failure is not null;
        Response.Headers.WWWAuthenticate = wasTried ? "Bearer error=\"invalid_token\"" : "Bearer";
        await Results
            .Problem(
                wasTried
                    ? "The API key is unknown, has expired or was revoked, or its owner is inactive; or two different keys were sent."
                    : "Send an API key: Authorization: Bearer sk-sanctum-…",
                statusCode: StatusCodes.Status401Unauthorized
            )
            .ExecuteAsync(Context);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = "Bearer error=\"insufficient_scope\"";
        return Results
            .Problem("This API key doesn't have the permission for this call.", statusCode: StatusCodes.Status403Forbidden)
            .ExecuteAsync(Context);
    }
}
