using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Platform.Logs;

namespace Sanctum.Configurator.Components.Logs;

/// <summary>The newest lines of one agent, tool or plugin, each of which leads to its place in the logs.</summary>
public sealed partial class RecentLines
{
    private const int Most = 50;

    private IReadOnlyList<RecentLine>? _lines;

    /// <summary>"agent", "tool" or "plugin".</summary>
    [Parameter, EditorRequired]
    public string Source { get; set; } = "";

    [Parameter, EditorRequired]
    public int Id { get; set; }

    [Inject]
    public required IRecentLines Lines { get; init; }

    protected override object LoadKey => (Source, Id);

    protected override async Task ReadAsync(CancellationToken cancel) => _lines = await Lines.ListAsync(Source, Id, Most, cancel);
}
