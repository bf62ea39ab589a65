using Microsoft.AspNetCore.Diagnostics;
using Microsoft.Data.Sqlite;

namespace Sanctum.Configurator.Platform;

/// <summary>What a caller sees of a request that failed: problem+json under /api, a page elsewhere, and never the exception.</summary>
public static partial class Failures
{
    private const int SqliteFull = 13;

    public static WebApplication UseFailures(this WebApplication app)
    {
        app.UseWhen(context => Schemes.IsApi(context.Request.Path), api =>
        {
            // A request that can't be read is its sender's failure: he is told, and the log of the console's own stays clean.
            api.UseExceptionHandler(new ExceptionHandlerOptions { StatusCodeSelector = StatusOf, SuppressDiagnosticsCallback = failed => failed.Exception is BadHttpRequestException });
            api.UseStatusCodePages();
        });
        app.UseWhen(context => !Schemes.IsApi(context.Request.Path), pages =>
            pages.UseExceptionHandler(page => page.Run(ShowIncidentAsync)));
        app.UseWhen(IsPageLoad, pages => pages.UseStatusCodePagesWithReExecute(Urls.NotFound));
        return app;
    }

    /// <summary>Somebody opens an address in a browser; a script's own requests get the bare status.</summary>
    private static bool IsPageLoad(HttpContext context) =>
        HttpMethods.IsGet(context.Request.Method) && !Schemes.IsApi(context.Request.Path)
        && context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    private static int StatusOf(Exception exception) => exception switch
    {
        BadHttpRequestException bad => bad.StatusCode,
        SqliteException { SqliteErrorCode: SqliteFull } or { InnerException: SqliteException { SqliteErrorCode: SqliteFull } } => StatusCodes.Status507InsufficientStorage,
        _ => StatusCodes.Status500InternalServerError,
    };

    private static Task ShowIncidentAsync(HttpContext context)
    {
        var log = context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(Failures));
        LogIncident(log, context.TraceIdentifier, context.Features.Get<IExceptionHandlerFeature>()!.Error);
        context.Response.ContentType = "text/html; charset=utf-8";
        return context.Response.WriteAsync(
            "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Something failed · Sanctum</title><link rel=\"stylesheet\" href=\"/app.css\"></head>"
            + "<body><main class=\"account\"><div class=\"account-card card\"><h1>Something failed</h1>"
            + $"<p>Nothing was saved by this request. The reason is in the console's log as incident <code>{context.TraceIdentifier}</code>.</p>"
            + $"<p><a class=\"btn\" href=\"{Urls.Home}\">Back to the console</a></p></div></main></body></html>");
    }

    [LoggerMessage(LogLevel.Error, "Incident {Incident}: a page failed")]
    private static partial void LogIncident(ILogger log, string incident, Exception exception);
}
