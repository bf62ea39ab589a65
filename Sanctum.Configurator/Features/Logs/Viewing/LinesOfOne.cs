using Sanctum.Configurator.Features.Logs.Searching;
using Sanctum.Configurator.Platform.Logs;
using Sanctum.Configurator.Registry;
using Sanctum.Configurator.Registry.Logs;

namespace Sanctum.Configurator.Features.Logs.Viewing;

/// <summary>The newest lines of one agent, tool or plugin.</summary>
internal sealed class LinesOfOne(LogSearch search) : IRecentLines
{
    private const int LongestShown = 400;

    public async Task<IReadOnlyList<RecentLine>> ListAsync(string source, int id, int take, CancellationToken cancel)
    {
        var page = await search.ReadAsync(LogFilter.Everything with { Origins = [new(source, id)] }, null, isForward: false, take, cancel);
        return [.. page.Items.Select(row => new RecentLine(row.Id, row.Timestamp, (int)row.Level, Words<LogLevelWord>.Of(row.Level), LineText.Of(row.Message, LongestShown)))];
    }
}
