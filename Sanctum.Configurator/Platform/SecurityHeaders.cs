namespace Sanctum.Configurator.Platform;

/// <summary>The headers by which a browser defends the console: nothing from elsewhere, no framing, no guessing of types.</summary>
public static class SecurityHeaders
{
    /// <summary>'self' for connections covers the circuit's WebSocket. Styles may be inline: charts set sizes that way; scripts may not.</summary>
    public const string Policy =
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        + "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

    public static IApplicationBuilder UseSecurityHeaders(this IApplicationBuilder app) => app.Use((context, next) =>
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

        context.Response.OnStarting(LetStreamsPassAsync, context.Response);
        return next();
    });

    /// <summary>Proxies such as nginx gather an answer before they pass it on; a stream of events would say nothing until it ends.</summary>
    private static Task LetStreamsPassAsync(object state)
    {
        var response = (HttpResponse)state;
        if (response.ContentType?.StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase) == true)
        {
            response.Headers["X-Accel-Buffering"] = "no";
            response.Headers.CacheControl = "no-cache, no-store, no-transform";
        }

        return Task.CompletedTask;
    }
}
