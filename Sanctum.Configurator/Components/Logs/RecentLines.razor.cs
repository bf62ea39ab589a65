using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Platform.Logs;

namespace Sanctum.Configurator.Components.Logs;

/// <summary>The newest lines of one agent, tool or plugin, each of which leads to its place in the logs.</summary>
public sealed partial class RecentLines : IDisposable
{
    private const int Most = 50;

    private readonly CancellationTokenSource _gone = new();
    private IReadOnlyList<RecentLine>? _lines;
    private bool _failed;

    /// <summary>"agent", "tool" or "plugin".</summary>
    [Parameter, EditorRequired]
    public string Source { get; set; } = "";

    [Parameter, EditorRequired]
    public int Id { get; set; }

    [Inject]
    public required IRecentLines Lines { get; init; }

    [Inject]
    public required ILogger<RecentLines> Log { get; init; }

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
    }

    protected override Task OnInitializedAsync() => ReadAsync();

    private async Task ReadAsync()
    {
        try
        {
            _lines = await Lines.ListAsync(Source, Id, Most, _gone.Token);
            _failed = false;
        }
        catch (OperationCanceledException) when (_gone.IsCancellationRequested)
        {
            // Nobody looks any more.
        }
        catch (Exception e) when (e is System.Data.Common.DbException or IOException)
        {
            LogFailed(Log, Source, Id, e);
            _failed = true;
        }
    }

    [LoggerMessage(LogLevel.Error, "The lines of {Kind} {Id} could not be read for its page")]
    private static partial void LogFailed(ILogger logger, string kind, int id, Exception exception);
}
