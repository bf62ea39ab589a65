using System.Net;

namespace Sanctum.Configurator.Platform;

/// <summary>
/// Keeps the circuit's socket to the console's own pages. Browsers let a page of anywhere open a socket, with the cookies of whoever looks
/// at
/// it; they say truly from where. What says nothing is no browser. Agents that run in a browser have to be the console's own as well, and
/// there a name that only the request says is nobody's: a page can have its own name lead to this machine.
/// </summary>
public static partial class OwnOrigins
{
    private const string Circuits = "/_blazor";
    private const string FetchSite = "Sec-Fetch-Site";

    public static IApplicationBuilder UseOwnOrigins(this WebApplication app)
    {
        var publicOrigin = OriginOf(app.Configuration[Urls.PublicUrlSetting]);
        var log = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(OwnOrigins));
        return app.Use(
            (context, next) =>
            {
                var isMcp = Schemes.IsMcp(context.Request.Path);
                if (
                    (!isMcp && !context.Request.Path.StartsWithSegments(Circuits, StringComparison.OrdinalIgnoreCase))
                    || IsOwn(context.Request, publicOrigin, isMcp)
                )
                {
                    return next(context);
                }

                LogForeign(log, context.Request.Headers.Origin.ToString(), $"{context.Request.Scheme}://{context.Request.Host}");
                return TypedResults
                    .Problem(
                        $"This page doesn't belong to this console. Behind a reverse proxy, set Sanctum__PublicUrl to the public address, or {Proxies.Setting.Replace(":", "__", StringComparison.Ordinal)} to the proxy's.",
                        statusCode: StatusCodes.Status403Forbidden
                    )
                    .ExecuteAsync(context);
            }
        );
    }

    /// <summary>Scheme, host and port all count: another port of this machine is somebody else's.</summary>
    private static bool IsOwn(HttpRequest request, string? publicOrigin, bool isMcp)
    {
        var said = request.Headers.Origin;
        return said.Count == 0
            ? request.Headers[FetchSite].ToString() is "" or "same-origin" or "none"
            : said is [{ } origin]
                && OriginOf(origin) is { } known
                && (
                    known == publicOrigin
                    || (known == OriginOf($"{request.Scheme}://{request.Host}") && (!isMcp || IsNumberOrLocal(request.Host.Host)))
                );
    }

    private static bool IsNumberOrLocal(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || IPAddress.TryParse(host, out _);

    private static string? OriginOf(string? address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps)
            ? url.GetLeftPart(UriPartial.Authority).ToUpperInvariant()
            : null;

    [LoggerMessage(LogLevel.Warning, "A page of {Origin} tried to connect to {Own} and was refused")]
    private static partial void LogForeign(ILogger log, string origin, string own);
}
