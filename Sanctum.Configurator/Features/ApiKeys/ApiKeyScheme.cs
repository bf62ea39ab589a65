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
    ApiKeyService keys
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

        var header = Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
        {
            return AuthenticateResult.NoResult();
        }

        var key = header[Bearer.Length..].Trim();
        return key.Length is > 0 and <= LongestKey && await keys.RecognizeAsync(key, Context.RequestAborted) is { } principal
            ? AuthenticateResult.Success(new(principal, Scheme.Name))
            : AuthenticateResult.Fail("The key is unknown, has expired or was revoked.");
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var wasTried = (await HandleAuthenticateOnceSafeAsync()).Failure is not null;
        Response.Headers.WWWAuthenticate = wasTried ? "Bearer error=\"invalid_token\"" : "Bearer";
        await Results
            .Problem(
                wasTried
                    ? "The API key is unknown, has expired or was revoked, or its owner is inactive."
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
