using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.Net.Http.Headers;

namespace Sanctum.Configurator.Platform;

/// <summary>
/// The headers by which a browser defends the console: nothing from elsewhere, no framing, no guessing of types. What is answered is kept
/// by
/// nobody, and nobody is sent to a host that only the request named.
/// </summary>
public static class SecurityHeaders
{
    /// <summary>'self' for connections covers the circuit's WebSocket. Nothing is inline.</summary>
    public const string Policy =
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        + "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

    /// <summary>
    /// For the pages of the console: the library sizes and places elements by their <c>style</c> attributes. Style elements stay closed,
    /// and so do
    /// inline scripts; the static pages of the sign-in have neither the library nor this.
    /// </summary>
    public static readonly string ConsolePolicy = Policy.Replace(
        "style-src 'self';",
        "style-src 'self'; style-src-attr 'unsafe-inline';",
        StringComparison.Ordinal
    );

    private const string NoStore = "no-store";
    private const string Framework = "/_framework";

    public static IApplicationBuilder UseSecurityHeaders(this IApplicationBuilder app) =>
        app.Use(
            (context, next) =>
            {
                var headers = context.Response.Headers;
                headers.ContentSecurityPolicy = Policy;
                headers.XContentTypeOptions = "nosniff";
                headers.XFrameOptions = "DENY";
                headers["Referrer-Policy"] = "same-origin";
                headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()";
                headers["Cross-Origin-Opener-Policy"] = "same-origin";
                if (context.Request.IsHttps)
                {
                    headers.StrictTransportSecurity = "max-age=31536000";
                }

                context.Response.OnStarting(Finish, context);
                return next();
            }
        );

    /// <summary>Whatever made the answer, this is its last word.</summary>
    private static Task Finish(object state)
    {
        var context = (HttpContext)state;
        var headers = context.Response.Headers;
        if (IsConsolePage(context))
        {
            headers.ContentSecurityPolicy = ConsolePolicy;
        }

        if (!IsPublic(context) && !headers.CacheControl.ToString().Contains(NoStore, StringComparison.OrdinalIgnoreCase))
        {
            headers.CacheControl = NoStore;
        }

        if (context.Response.ContentType?.StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase) == true)
        {
            // Proxies such as nginx gather an answer before they pass it on; a stream of events would say nothing until it ends.
            headers["X-Accel-Buffering"] = "no";
            headers.CacheControl = $"no-cache, {NoStore}, no-transform";
        }

        if (
            headers.Location.ToString() is { Length: > 0 } location
            && Uri.TryCreate(location, UriKind.Absolute, out var target)
            && IsOfRequest(target, context.Request)
        )
        {
            // The Host header is anybody's word. A path is read by the browser against the address that it has itself.
            var path = target.PathAndQuery + target.Fragment;
            headers[HeaderNames.Location] = Links.IsOwnPath(path) ? path : Urls.Home;
        }

        return Task.CompletedTask;
    }

    private static bool IsConsolePage(HttpContext context) =>
        context.GetEndpoint()?.Metadata is { } endpoint
        && endpoint.GetMetadata<ComponentTypeMetadata>() is not null
        && endpoint.GetMetadata<ExcludeFromInteractiveRoutingAttribute>() is null;

    /// <summary>Files that are alike for everybody.</summary>
    private static bool IsPublic(HttpContext context) =>
        context.Request.Path.StartsWithSegments(Framework, StringComparison.OrdinalIgnoreCase)
        || context.GetEndpoint()?.Metadata.GetMetadata<StaticAssetDescriptor>() is not null;

    private static bool IsOfRequest(Uri target, HttpRequest request) =>
        (target.Scheme == Uri.UriSchemeHttp || target.Scheme == Uri.UriSchemeHttps)
        && Uri.TryCreate($"{target.Scheme}://{request.Host}", UriKind.Absolute, out var asked)
        && Uri.Compare(target, asked, UriComponents.HostAndPort, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) == 0;
}
