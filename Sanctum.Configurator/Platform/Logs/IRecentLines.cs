namespace Sanctum.Configurator.Platform.Logs;

/// <summary>A line of the logs, as pages beside them show it.</summary>
/// <param name="Level">DEBUG, INFO, WARNING, ERROR or CRITICAL, from 0 to 4.</param>
/// <param name="Message">In one row, without what could harm the page.</param>
public sealed record RecentLine(long Id, DateTimeOffset Timestamp, int Level, string LevelWord, string Message);

/// <summary>The newest lines of one agent, tool or plugin, for its own page.</summary>
public interface IRecentLines
{
    /// <param name="source">"agent", "tool" or "plugin".</param>
    Task<IReadOnlyList<RecentLine>> ListAsync(string source, int id, int take, CancellationToken cancel);
}
