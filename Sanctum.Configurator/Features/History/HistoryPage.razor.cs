using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.History;

namespace Sanctum.Configurator.Features.History;

/// <summary>The whole registry's changes, searched and verified.</summary>
public sealed partial class HistoryPage : IDisposable
{
    private const int MostFaults = 20;

    private IReadOnlyList<Choice<string>> _tables = [new("", "All tables")];
    private DataTable<ChangeRow> _table = null!;
    private IDisposable? _newChanges;
    private ChainReport? _report;
    private string _tableName = "";
    private bool _verifying;

    [Inject]
    public required HistoryService History { get; init; }

    [Inject]
    public required ChangeAudit Audit { get; init; }

    [Inject]
    public required ChangeFeed Feed { get; init; }

    public void Dispose() => _newChanges?.Dispose();

    protected override async Task OnInitializedAsync()
    {
        _newChanges = Feed.Subscribe(_ => InvokeAsync(() => _table.ReloadAsync()));
        _tables = [new("", "All tables"), .. (await History.TablesAsync(CancellationToken.None)).Select(name => new Choice<string>(name, name))];
    }

    private Task<PageOf<ChangeRow>> ListAsync(PageRequest page, CancellationToken cancel) =>
        History.ListAsync(new(_tableName.Length == 0 ? null : _tableName), page, cancel);

    private async Task VerifyAsync()
    {
        _verifying = true;
        try
        {
            _report = await Audit.VerifyAsync(CancellationToken.None);
        }
        finally
        {
            _verifying = false;
        }
    }

    private static IReadOnlyList<Change> Shown(ChangeRow row) => [.. row.Changes.Select(c => new Change(c.Column, c.From, c.To))];

    private static Tone ToneOf(string act) => act switch
    {
        "insert" => Tone.Good,
        "delete" => Tone.Bad,
        "reveal" or "export" => Tone.Warning,
        _ => Tone.Neutral,
    };
}
