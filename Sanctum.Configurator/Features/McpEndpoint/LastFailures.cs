using Sanctum.Configurator.Features.McpEndpoint.Operations;
using Sanctum.Configurator.Platform.Requests;

namespace Sanctum.Configurator.Features.McpEndpoint;

/// <summary>What failed in a span of time, from all areas that the key may read, in one answer.</summary>
internal sealed class LastFailures(AgentCalls calls, TimeProvider clock)
{
    public static readonly TimeSpan Usual = TimeSpan.FromHours(24);

    private const int Rows = 20;
    private const int LongestText = 300;

    /// <exception cref="ToolRefusedException">A time can't be read.</exception>
    public async Task<JsonObject> ReadAsync(string? from, string? to, CancellationToken cancel)
    {
        var until = TimeOf("to", to) ?? clock.GetUtcNow();
        var since = TimeOf("from", from) ?? until - Usual;
        if (since >= until)
        {
            throw new ToolRefusedException("from must be before to.");
        }

        var span = $"from={Text(since)}{(to is null ? "" : $"&to={Text(until)}")}"; // What happens at this moment belongs to it.
        var found = new JsonObject { ["from"] = Text(since), ["to"] = Text(until) };
        await AddAsync(
            "job_runs",
            [
                $"/api/runs?outcome=failed&{span}&take={Rows}",
                $"/api/runs?outcome=timed_out&{span}&take={Rows}",
                $"/api/runs?outcome=lost&{span}&take={Rows}",
                $"/api/runs?outcome=missed&{span}&take={Rows}",
            ]
        );
        await AddAsync("log_errors", [$"/api/logs?q=level%3E%3Derror&{span}&limit={Rows}"]);
        await AddAsync("connection_tests", [$"/api/letta/checks?verdict=failed&{span}&take={Rows}"]);
        await AddAsync("backups", ["/api/backups"], row => IsFailedBackup(row, since, until));
        await AddAsync("notifications", [$"/api/notifications?state=unread&level=warning&take={Rows}"]);
        return found;

        async Task AddAsync(string name, string[] addresses, Func<JsonObject, bool>? isMeant = null)
        {
            var rows = new JsonArray();
            foreach (var address in addresses)
            {
                var answer = await calls.SendAsync(new(HttpMethods.Get, address), cancel);
                if (!answer.IsDone)
                {
                    found[name] = answer.Status == StatusCodes.Status403Forbidden ? "This key may not read them." : answer.Sentence;
                    return;
                }

                foreach (var row in RowsIn(answer.Body).Where(row => isMeant?.Invoke(row) != false).Take(Rows))
                {
                    rows.Add(Short(row));
                }
            }

            found[name] = rows;
        }
    }

    private static IEnumerable<JsonObject> RowsIn(JsonNode? body) =>
        (body as JsonArray ?? body?["items"] as JsonArray ?? []).OfType<JsonObject>();

    private static bool IsFailedBackup(JsonObject row, DateTimeOffset since, DateTimeOffset until) =>
        TimeText.Find(row["created_at"]?.ToString()) is { } at
        && at >= since
        && at < until
        && (row["status"]?.ToString() == "Failed" || row["failure"] is not null || row["drill_failure"] is not null);

    /// <summary>Without what is empty, and with long texts cut: one thing by itself says the rest.</summary>
    private static JsonObject Short(JsonObject row) =>
        new(
            row.Where(member => member.Value is not null and not JsonArray { Count: 0 })
                .Select(member =>
                    KeyValuePair.Create(
                        member.Key,
                        (JsonNode?)(
                            member.Value is JsonValue value && value.ToString() is { Length: > LongestText } text
                                ? $"{text[..LongestText]}…"
                                : member.Value!.DeepClone()
                        )
                    )
                )
        );

    private static DateTimeOffset? TimeOf(string name, string? text) =>
        string.IsNullOrWhiteSpace(text)
            ? null
            : TimeText.Find(text) ?? throw new ToolRefusedException($"{name} can't be read. {TimeText.Rule}");

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
