using Sanctum.Configurator.Features.Logs.Searching;
using Sanctum.Configurator.Registry.Logs;

namespace Sanctum.Configurator.Features.Logs.Viewing;

/// <summary>The newest lines of one agent, tool or plugin, for its own page.</summary>
public sealed class LinesOfOne(LogSearch search)
{
    private const int LongestShown = 400;

    /// <param name="source">"agent", "tool" or "plugin".</param>
    public async Task<IReadOnlyList<RecentLine>> ListAsync(string source, int id, int take, CancellationToken cancel)
    {
        var page = await search.ReadAsync(LogFilter.Everything with { Origins = [new(source, id)] }, null, isForward: false, take, cancel);
        return
        [
            .. page.Items.Select(row => new RecentLine(
                row.Id,
                row.Timestamp,
                (int)row.Level,
                EnumText<LogLevelWord>.Of(row.Level),
                LineText.Of(row.Message, LongestShown)
            )),
        ];
    }
}

/// <summary>A line of the logs, as pages beside them show it.</summary>
/// <param name="Level">DEBUG, INFO, WARNING, ERROR or CRITICAL, from 0 to 4.</param>
/// <param name="Message">In one row, without what could harm the page.</param>
public sealed record RecentLine(long Id, DateTimeOffset Timestamp, int Level, string LevelWord, string Message);
