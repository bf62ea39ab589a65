using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Sanctum.Configurator.Tests.Support;

/// <summary>Gives out tokens for an MCP server as OAuth 2.1 says: metadata, registration, codes with PKCE, and renewal.</summary>
public sealed class FakeIssuer : IAsyncDisposable
{
    private static readonly string[] Challenges = ["S256"];
    private static readonly string[] NoSecret = ["none"];

    private readonly WebApplication _app;
    private string _challenge = "";
    private string? _scopes;
    private int _given;

    private FakeIssuer()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.MapGet(
            "/.well-known/oauth-authorization-server",
            () =>
                Results.Json(
                    new
                    {
                        issuer = Issuer ?? Origin,
                        authorization_endpoint = $"{Origin}/authorize",
                        token_endpoint = $"{Origin}/token",
                        registration_endpoint = $"{Origin}/register",
                        code_challenge_methods_supported = Challenges,
                        token_endpoint_auth_methods_supported = NoSecret,
                    }
                )
        );
        _app.MapPost("/register", (Delegate)RegisterAsync);
        _app.MapPost("/token", (Delegate)TokenAsync);
    }

    public string Origin => _app.Urls.First();

    /// <summary>What it says it is, where that is not the truth.</summary>
    public string? Issuer { get; set; }

    public int Registered { get; private set; }

    /// <summary>The right that calls of tools need; null for none.</summary>
    public string? NeededForCalls { get; set; }

    /// <summary>The token that was given out last.</summary>
    public string? Token { get; private set; }

    public static async Task<FakeIssuer> StartAsync()
    {
        var issuer = new FakeIssuer();
        await issuer._app.StartAsync(TestContext.Current.CancellationToken);
        return issuer;
    }

    /// <summary>Somebody signs in at this address: where the browser is sent.</summary>
    public (string State, string Code) SignIn(Uri authorization)
    {
        var query = HttpUtility.ParseQueryString(authorization.Query);
        Assert.Equal("S256", query["code_challenge_method"]);
        (_challenge, _scopes) = (query["code_challenge"]!, query["scope"]);
        return (query["state"]!, "the-code");
    }

    /// <summary>Makes an MCP server ask for this issuer's tokens.</summary>
    public void Guard(FakeMcpServer server) =>
        server.Instead = async context =>
        {
            if (context.Request.Path.StartsWithSegments("/.well-known/oauth-protected-resource"))
            {
                await context.Response.WriteAsJsonAsync(new { resource = server.Url, authorization_servers = new[] { Origin } });
                return true;
            }

            var metadata = $"resource_metadata=\"{new Uri(server.Url, "/.well-known/oauth-protected-resource/mcp")}\"";
            if (Token is null || context.Request.Headers.Authorization != $"Bearer {Token}")
            {
                context.Response.StatusCode = StatusCodes.Status401Unauthorized;
                context.Response.Headers.WWWAuthenticate = $"Bearer {metadata}";
                return true;
            }

            if (NeededForCalls is not { } needed || _scopes?.Split(' ').Contains(needed) == true || !await IsCallAsync(context.Request))
            {
                return false;
            }

            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            context.Response.Headers.WWWAuthenticate = $"Bearer error=\"insufficient_scope\", scope=\"{needed}\", {metadata}";
            return true;
        };

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static async Task<bool> IsCallAsync(HttpRequest request)
    {
        request.EnableBuffering();
        using var reader = new StreamReader(request.Body, leaveOpen: true);
        var body = await reader.ReadToEndAsync();
        request.Body.Position = 0;
        return body.Contains("tools/call", StringComparison.Ordinal);
    }

    private async Task<IResult> RegisterAsync(HttpContext context)
    {
        Registered++;
        using var asked = await JsonDocument.ParseAsync(context.Request.Body);
        return Results.Json(
            new { client_id = "the-client", redirect_uris = asked.RootElement.GetProperty("redirect_uris").Clone() },
            statusCode: StatusCodes.Status201Created
        );
    }

    private async Task<IResult> TokenAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync();
        if (form["grant_type"] == "authorization_code")
        {
            var verifier = SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString()));
            if (
                form["code"] != "the-code"
                || Convert.ToBase64String(verifier).TrimEnd('=').Replace('+', '-').Replace('/', '_') != _challenge
            )
            {
                return Results.Json(new { error = "invalid_grant" }, statusCode: StatusCodes.Status400BadRequest);
            }
        }

        Token = $"token-{++_given}";
        return Results.Json(
            new
            {
                access_token = Token,
                token_type = "Bearer",
                expires_in = 3600,
                refresh_token = "renew",
                scope = _scopes ?? "tools",
            }
        );
    }
}
