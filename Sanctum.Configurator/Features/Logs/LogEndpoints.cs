using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Sanctum.Configurator.Features.Logs.Searching;
using Sanctum.Configurator.Features.Logs.Sources;
using Sanctum.Configurator.Features.Logs.Storing;
using Sanctum.Configurator.Platform.Requests;

namespace Sanctum.Configurator.Features.Logs;

/// <summary>Lines as they are shown to programs, and where to go on.</summary>
/// <param name="NextCursor">Send it as <c>cursor</c> for the next page; null where there is none.</param>
/// <param name="Searched">How far a search came in its time that had to look at lines one by one; it goes on with the cursor.</param>
internal sealed record LogItems(IReadOnlyList<LogItem> Items, string? NextCursor, DateTimeOffset? Searched = null);

/// <summary>A line as it is shown to programs.</summary>
/// <param name="UnreadTime">Its own time, which could not be read; <paramref name="Timestamp"/> is when it came then.</param>
internal sealed record LogItem(
    long Id,
    DateTimeOffset Timestamp,
    string Level,
    string Source,
    int? SourceId,
    string Message,
    JsonElement? Details,
    int? UserId,
    string? CorrelationId,
    string? UnreadTime = null
)
{
    public static LogItem Of(LogRow row) =>
        new(
            row.Id,
            row.Timestamp,
            EnumText<Registry.Logs.LogLevelWord>.Of(row.Level),
            row.Source,
            row.SourceId,
            row.Message,
            StoredDetails.Shown(row.Details),
            row.UserId,
            row.CorrelationId,
            row.UnreadTime
        );
}

internal static class LogEndpoints
{
    private const int LongestPage = 1000;
    private const long LongestBody = 64_000_000;
    private const int LongestKey = 200;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var logs = routes.MapLazyGroup("/api/logs").WithTags("Logs");
        logs.MapGet("/", ListAsync)
            .RequireAuthorization(Policies.ReadLogs)
            .WithSummary("Lists the log lines that match a search, newest first");
        logs.MapGet(
                "/{id:long}",
                async (long id, LogSearch search, CancellationToken cancel) =>
                    Answers.Found(await search.FindAsync(id, cancel) is { } row ? LogItem.Of(row) : null)
            )
            .RequireAuthorization(Policies.ReadLogs)
            .WithSummary("One line");
        logs.MapGet(
                "/{id:long}/around",
                async (long id, LogSearch search, CancellationToken cancel, int lines = 50) =>
                    Answers.Found(
                        await search.AroundAsync(id, Math.Clamp(lines, 1, 500), cancel) is { } rows
                            ? new LogItems([.. rows.Select(LogItem.Of)], null)
                            : null
                    )
            )
            .RequireAuthorization(Policies.ReadLogs)
            .WithSummary("The log lines before and after a line, from all sources");
        logs.MapGet("/histogram", HistogramAsync)
            .RequireAuthorization(Policies.ReadLogs)
            .WithSummary("The number of lines over time, by level");
        logs.MapGet("/patterns", PatternsAsync)
            .RequireAuthorization(Policies.ReadLogs)
            .WithSummary("Lines grouped by pattern, the most frequent first");
        logs.MapGet("/export", ExportAsync)
            .RequireAuthorization(Policies.ReadLogs)
            .WithSummary("Downloads the log lines that match a search; format is ndjson or csv");
        logs.MapGet("/tail", TailAsync)
            .RequireAuthorization(Policies.ReadLogs)
            .WithSummary("Streams new lines as server-sent events")
            .Produces(StatusCodes.Status200OK, contentType: "text/event-stream");
        logs.MapPost("/", WriteAsync)
            .RequireAuthorization(Policies.WriteLogs)
            .Accepts<JsonElement>("application/json", "application/x-ndjson")
            .WithSummary(
                "Stores a line, a list of lines, or one line per row. The lines are on disk when the call returns. With Idempotency-Key, repeated requests are stored once"
            )
            .ProducesProblem(StatusCodes.Status507InsufficientStorage)
            .TakesUpTo(LongestBody);
        routes
            .MapLazyGroup()
            .MapPost("/v1/logs", WriteOtlpAsync)
            .RequireAuthorization(Policies.WriteLogs)
            .WithTags("Logs")
            .Accepts<JsonElement>("application/json")
            .WithSummary("Stores lines from OpenTelemetry exporters (OTLP/HTTP, JSON)")
            .TakesUpTo(LongestBody);
    }

    /// <summary>For a browser, whose session does not count under /api.</summary>
    public static void MapFile(IEndpointRouteBuilder routes) =>
        routes.MapLazyGroup().MapGet(Urls.LogsExport, ExportAsync).RequireAuthorization(Policies.ReadLogs).ExcludeFromDescription();

    private static async Task<Results<PushStreamHttpResult, ValidationProblem>> ExportAsync(
        [AsParameters] Wanted wanted,
        LogQueryReader reader,
        LogExport export,
        HttpContext context,
        string? format = null
    )
    {
        if (EnumText<LogFormat>.Find(format) is not { } wished)
        {
            return Answers.Refused("format", $"The format must be one of {string.Join(", ", EnumText<LogFormat>.All)}.");
        }

        var (filter, refusal) = await wanted.ReadAsync(reader, context.RequestAborted);
        return refusal is null
            ? TypedResults.Stream(
                stream => export.WriteAsync(filter, wished, stream, context.RequestAborted),
                LogExport.ContentTypeOf(wished),
                $"logs.{EnumText<LogFormat>.Of(wished)}"
            )
            : refusal;
    }

    private static async Task<Results<Shown<LogItems>, ValidationProblem>> ListAsync(
        [AsParameters] Wanted wanted,
        LogQueryReader reader,
        LogSearch search,
        CancellationToken cancel,
        int limit = 50,
        string? cursor = null,
        string? order = null
    )
    {
        var (filter, refusal) = await wanted.ReadAsync(reader, cancel);
        var place = LogPlace.Parse(cursor);
        if (refusal is null && cursor is not null && place is null)
        {
            refusal = Answers.Refused("cursor", "Unknown cursor. Send back next_cursor of an earlier page unchanged.");
        }

        return refusal is null
            ? Answers.Show(ItemsOf(await search.ReadAsync(filter, place, order == "oldest", Math.Clamp(limit, 1, LongestPage), cancel)))
            : refusal;
    }

    private static LogItems ItemsOf(LogPage page) =>
        new(
            [.. page.Items.Select(LogItem.Of)],
            page.SearchedTo is { } to ? $"{to}"
                : page.HasMore ? $"{LogPlace.Of(page.Items[^1])}"
                : null,
            page.SearchedTo?.Timestamp
        );

    private static async Task<Results<Shown<LogBars>, ValidationProblem>> HistogramAsync(
        [AsParameters] Wanted wanted,
        LogQueryReader reader,
        LogHistogram histogram,
        CancellationToken cancel
    )
    {
        var (filter, refusal) = await wanted.ReadAsync(reader, cancel);
        if (refusal is not null)
        {
            return refusal;
        }

        var bars = new LogBars(filter.From ?? DateTimeOffset.UnixEpoch, TimeSpan.FromMinutes(1), [], IsWhole: true);
        await foreach (var more in histogram.CountAsync(filter, cancel))
        {
            bars = more;
        }

        return Answers.Show(bars);
    }

    private static async Task<Results<Shown<LogGroups>, ValidationProblem>> PatternsAsync(
        [AsParameters] Wanted wanted,
        LogQueryReader reader,
        LogPatterns patterns,
        CancellationToken cancel,
        int limit = 50
    )
    {
        var (filter, refusal) = await wanted.ReadAsync(reader, cancel);
        return refusal is null ? Answers.Show(await patterns.ListAsync(filter, Math.Clamp(limit, 1, LongestPage), cancel)) : refusal;
    }

    /// <summary>Who comes again says with <c>Last-Event-ID</c>, as browsers do by themselves, up to which line it has heard.</summary>
    private static async Task<Results<ServerSentEventsResult<object>, ValidationProblem>> TailAsync(
        [AsParameters] Wanted wanted,
        LogQueryReader reader,
        LogTail tail,
        HttpRequest request,
        CancellationToken cancel
    )
    {
        var (filter, refusal) = await wanted.ReadAsync(reader, cancel);
        long? after = long.TryParse(request.Headers["Last-Event-ID"], NumberStyles.None, CultureInfo.InvariantCulture, out var last)
            ? last
            : null;
        return refusal is null ? TypedResults.ServerSentEvents(EventsAsync(tail, filter, after, cancel)) : refusal;
    }

    /// <summary>
    /// First of all an event that says that it has begun: without one, a follower would not hear of the answer before the first line.
    /// </summary>
    private static async IAsyncEnumerable<SseItem<object>> EventsAsync(
        LogTail tail,
        LogFilter filter,
        long? after,
        [EnumeratorCancellation] CancellationToken cancel
    )
    {
        yield return new(new { }, "ready");
        await foreach (var row in tail.FollowAsync(filter, cancel, after))
        {
            yield return new(LogItem.Of(row), "line") { EventId = row.Id.ToString(CultureInfo.InvariantCulture) };
        }
    }

    private static async Task<Results<Shown<LogReceipt>, Made<LogReceipt>, ValidationProblem, ProblemHttpResult>> WriteAsync(
        HttpRequest request,
        ClaimsPrincipal caller,
        LogWriter writer,
        TimeProvider clock,
        CancellationToken cancel
    )
    {
        var key = request.Headers["Idempotency-Key"].ToString();
        if (key.Length > LongestKey)
        {
            return Answers.Refused("Idempotency-Key", $"At most {LongestKey} characters.");
        }

        var body = RequestBodies.BodyOf(request);
        var isByRow =
            request.ContentType?.Contains("ndjson", StringComparison.OrdinalIgnoreCase) == true
            || request.ContentType?.Contains("jsonl", StringComparison.OrdinalIgnoreCase) == true;
        var read = LineReader.Read(body, isByRow, clock.GetUtcNow());
        return read.Problem is { } problem
            ? Answers.Refused(read.Field ?? "", problem)
            : await StoreAsync(
                writer,
                read.Lines,
                key.Length == 0 ? null : $"{caller.FindFirstValue(ClaimTypes.NameIdentifier)} {key}",
                cancel
            );
    }

    private static async Task<Results<Shown<LogReceipt>, Made<LogReceipt>, ValidationProblem, ProblemHttpResult>> StoreAsync(
        LogWriter writer,
        IReadOnlyList<LogLine> lines,
        string? key,
        CancellationToken cancel
    )
    {
        try
        {
            var receipt = lines.Count == 0 ? new LogReceipt(0, 0, 0) : await writer.WriteAsync(lines, key, cancel);
            return receipt.IsRepeat ? Answers.Show(receipt) : new Made<LogReceipt>(receipt, null);
        }
        catch (LogsRefusedException e)
        {
            return TypedResults.Problem(e.Message, statusCode: StatusCodes.Status507InsufficientStorage);
        }
    }

    private static async Task<Results<JsonHttpResult<JsonObject>, ProblemHttpResult>> WriteOtlpAsync(
        HttpRequest request,
        OtlpReceiver receiver,
        TimeProvider clock,
        CancellationToken cancel
    )
    {
        try
        {
            var lines = OtlpReader.Read(RequestBodies.BodyOf(request), clock.GetUtcNow());
            await receiver.StoreAsync(lines, cancel);
            return TypedResults.Json(new JsonObject());
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            return TypedResults.Problem(
                $"This is not a valid OTLP request in JSON: {e.Message} Exporters must be set to http/json.",
                statusCode: StatusCodes.Status400BadRequest
            );
        }
        catch (LogsRefusedException e)
        {
            return TypedResults.Problem(e.Message, statusCode: StatusCodes.Status507InsufficientStorage);
        }
    }

    /// <summary>Which lines are wanted, as the address says it.</summary>
    internal sealed record Wanted(string? Q = null, GivenTime? From = null, GivenTime? To = null)
    {
        public async Task<(LogFilter Filter, ValidationProblem? Refusal)> ReadAsync(LogQueryReader reader, CancellationToken cancel)
        {
            var reading = await reader.ReadAsync(Q, cancel);
            var refusal = reading.Problem is { } problem ? Answers.Refused("q", problem) : null;
            return (reading.Filter with { From = From?.Value, To = To?.Value }, refusal);
        }
    }
}
