using Microsoft.AspNetCore.Components;

namespace Sanctum.Configurator.Features.Logs.Viewing;

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
    public required LinesOfOne Lines { get; init; }

    protected override object LoadKey => (Source, Id);

    protected override async Task ReadAsync(CancellationToken cancel) => _lines = await Lines.ListAsync(Source, Id, Most, cancel);
}
