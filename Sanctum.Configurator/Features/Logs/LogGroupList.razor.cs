using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Logs.Searching;

namespace Sanctum.Configurator.Features.Logs;

/// <summary>The lines that a search finds, grouped by what their messages have in common.</summary>
public sealed partial class LogGroupList : IDisposable
{
    private const int Most = 100;

    private readonly CancellationTokenSource _gone = new();
    private LogGroups? _groups;
    private bool _failed;

    [Parameter, EditorRequired]
    public LogFilter Filter { get; set; } = LogFilter.Everything;

    /// <summary>The page's address with these values changed.</summary>
    [Parameter, EditorRequired]
    public Func<IReadOnlyDictionary<string, object?>, string> UrlOf { get; set; } = null!;

    [Inject]
    public required LogPatterns Patterns { get; init; }

    [Inject]
    public required ILogger<LogGroupList> Log { get; init; }

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
    }

    protected override Task OnInitializedAsync() => ReadAsync();

    /// <summary>The newest of the group, open among its neighbours.</summary>
    private static Dictionary<string, object?> Example(LogGroup group) => new() { ["tab"] = null, ["line"] = group.LastId };

    private static IReadOnlyList<ChartPoint> Points(LogGroup group) =>
        [.. group.Counts.Select((count, at) => new ChartPoint(DateTimeOffset.UnixEpoch.AddHours(at), count))];

    private async Task ReadAsync()
    {
        try
        {
            _groups = await Patterns.ListAsync(Filter, Most, _gone.Token);
            _failed = false;
        }
        catch (OperationCanceledException) when (_gone.IsCancellationRequested)
        {
            // Nobody looks any more.
        }
        catch (Exception e) when (e is System.Data.Common.DbException or IOException)
        {
            LogFailed(Log, e);
            _failed = true;
        }
    }

    [LoggerMessage(LogLevel.Error, "The logs could not be grouped for a page")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
