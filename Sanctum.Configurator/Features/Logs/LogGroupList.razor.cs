using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Logs.Searching;

namespace Sanctum.Configurator.Features.Logs;

/// <summary>The lines that a search finds, grouped by what their messages have in common.</summary>
public sealed partial class LogGroupList
{
    private const int Most = 100;

    private LogGroups? _groups;

    [Parameter, EditorRequired]
    public LogFilter Filter { get; set; } = LogFilter.Everything;

    /// <summary>The page's address with these values changed.</summary>
    [Parameter, EditorRequired]
    public Func<IReadOnlyDictionary<string, object?>, string> UrlOf { get; set; } = null!;

    [Inject]
    public required LogPatterns Patterns { get; init; }

    /// <summary>The newest of the group, open among its neighbours.</summary>
    private static Dictionary<string, object?> Example(LogGroup group) => new() { ["tab"] = null, ["line"] = group.LastId };

    private static IReadOnlyList<ChartPoint> Points(LogGroup group) =>
        [.. group.Counts.Select((count, at) => new ChartPoint(DateTimeOffset.UnixEpoch.AddHours(at), count))];

    protected override async Task ReadAsync(CancellationToken cancel) => _groups = await Patterns.ListAsync(Filter, Most, cancel);
}
