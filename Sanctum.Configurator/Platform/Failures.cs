using Microsoft.AspNetCore.Diagnostics;
using Microsoft.Data.Sqlite;
using Sanctum.Configurator.Platform.Files;

namespace Sanctum.Configurator.Platform;

/// <summary>What a caller sees of a request that failed: problem+json under /api, a page elsewhere, and never the exception.</summary>
public static partial class Failures
{
    private const int SqliteFull = 13;

    public static WebApplication UseFailures(this WebApplication app)
    {
        app.UseWhen(
            context => Schemes.IsApi(context.Request.Path),
            api =>
            {
                // A request that can't be read is its sender's failure: he is told, and the log of the console's own stays clean.
                api.UseExceptionHandler(
                    new ExceptionHandlerOptions
                    {
                        StatusCodeSelector = StatusOf,
                        SuppressDiagnosticsCallback = failed => failed.Exception is BadHttpRequestException,
                    }
                );
                api.UseStatusCodePages();
            }
        );
        app.UseWhen(
            context => !Schemes.IsApi(context.Request.Path),
            pages => pages.UseExceptionHandler(page => page.Run(ShowIncidentAsync))
        );
        app.UseWhen(IsPageLoad, pages => pages.UseStatusCodePagesWithReExecute(Urls.NotFound));
        return app;
    }

    /// <summary>Somebody opens an address in a browser; a script's own requests get the bare status.</summary>
    private static bool IsPageLoad(HttpContext context) =>
        HttpMethods.IsGet(context.Request.Method)
        && !Schemes.IsApi(context.Request.Path)
        && context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    private static int StatusOf(Exception exception) =>
        exception switch
        {
            BadHttpRequestException bad => bad.StatusCode,
            PathRefusedException => StatusCodes.Status400BadRequest,
            _ when DatabaseOutage.IsUnkeepable(exception) => StatusCodes.Status400BadRequest,
            SqliteException { SqliteErrorCode: SqliteFull } or { InnerException: SqliteException { SqliteErrorCode: SqliteFull } } =>
                StatusCodes.Status507InsufficientStorage,
            _ => DatabaseOutage.IsBehind(exception) ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status500InternalServerError,
        };

    private static Task ShowIncidentAsync(HttpContext context)
    {
        var failure = context.Features.Get<IExceptionHandlerPathFeature>()!;
        LogIncident(
            context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(Failures)),
            context.TraceIdentifier,
            failure.Error
        );
        var isOutage = DatabaseOutage.IsBehind(failure.Error);
        var mayRepeat = isOutage && HttpMethods.IsGet(context.Request.Method);
        var status = StatusOf(failure.Error);
        var (title, text, link) =
            status == StatusCodes.Status507InsufficientStorage
                ? (
                    "The disk is full",
                    "Nothing was saved. Free some space on the disk of the console's data folder and try again.",
                    "Back to the console"
                )
            : isOutage
                ? (
                    "The database does not answer",
                    $"{DatabaseOutage.SentenceOf(failure.Error)} Nothing was saved.{(mayRepeat ? " This page reloads every ten seconds." : "")} If this persists, check {context.RequestServices.GetRequiredService<DatabaseHealth>().LookAt}.",
                    mayRepeat ? "Reload now" : "Back to the console"
                )
            : ("Something failed", "Nothing was saved.", "Back to the console");
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/html; charset=utf-8";
        if (mayRepeat)
        {
            context.Response.Headers["Refresh"] = "10";
        }

        // What was asked for, as the browser's address bar has it.
        var address = mayRepeat ? "" : Urls.Home;
        return context.Response.WriteAsync(
            "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
                + $"<title>{title} · Sanctum</title><link rel=\"stylesheet\" href=\"/app.css\"></head>"
                + $"<body><div class=\"account\"><main class=\"account-card card\"><h1>{title}</h1><div class=\"stack\"><p role=\"alert\">{text}</p>"
                + $"<p class=\"muted\">The reason is in the console's log as incident <code>{context.TraceIdentifier}</code>.</p>"
                + $"<p><a class=\"btn\" href=\"{address}\">{link}</a></p></div></main></div></body></html>"
        );
    }

    [LoggerMessage(LogLevel.Error, "Incident {Incident}: a page failed")]
    private static partial void LogIncident(ILogger log, string incident, Exception exception);
}
