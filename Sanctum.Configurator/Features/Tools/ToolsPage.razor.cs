using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Agents;
using Sanctum.Configurator.Registry.History;

namespace Sanctum.Configurator.Features.Tools;

/// <summary>The tools of the registry.</summary>
public sealed partial class ToolsPage : IDisposable
{
    private DataTable<ToolRow> _table = null!;
    private IDisposable? _changesOfOthers;
    private string? _problem;

    [Inject]
    public required ToolService Tools { get; init; }

    [Inject]
    public required Dialogs Dialogs { get; init; }

    [Inject]
    public required Confirm Confirm { get; init; }

    [Inject]
    public required Notices Notices { get; init; }

    [Inject]
    public required ChangeFeed Feed { get; init; }

    public void Dispose() => _changesOfOthers?.Dispose();

    protected override void OnInitialized() =>
        _changesOfOthers = Feed.Subscribe(change => change.Tables.Contains("tools") ? InvokeAsync(() => _table.ReloadAsync()) : Task.CompletedTask);

    private static Tone ToneOf(ToolRow tool) => tool switch
    {
        { IsEnabled: false } or { Status: RunState.Off } => Tone.Neutral,
        { Status: RunState.Degraded } => Tone.Warning,
        { Status: RunState.Healthy } => Tone.Good,
        _ => Tone.Neutral,
    };

    private async Task AddAsync()
    {
        _problem = null;
        var made = await Dialogs.ShowAsync<CurlDialog, ToolRow>(new Dictionary<string, object?>());
        await _table.ReloadAsync();
        if (made is not null)
        {
            Notices.Say($"{made.Name} is made.");
            await RunAsync(made);
        }
    }

    private async Task RunAsync(ToolRow tool)
    {
        _problem = null;
        await Dialogs.ShowAsync<RunDialog, string>(new Dictionary<string, object?> { [nameof(RunDialog.Tool)] = tool });
        await _table.ReloadAsync();
    }

    private async Task EnableAsync(ToolRow tool) =>
        await TellAsync(tool, await Tools.EnableAsync(tool.Id, !tool.IsEnabled, CancellationToken.None), tool.IsEnabled ? "is disabled" : "is enabled");

    private async Task DeleteAsync(ToolRow tool)
    {
        if (await Confirm.AskAsync($"Delete {tool.Name}?", "Its instances and their secrets go with it. The history keeps what it was, without the secrets.", "Delete tool"))
        {
            await TellAsync(tool, await Tools.DeleteAsync(tool.Id, null, CancellationToken.None), "is deleted");
        }
    }

    private async Task TellAsync(ToolRow tool, Outcome<ToolRow> outcome, string done)
    {
        _problem = outcome switch
        {
            Outcome<ToolRow>.Refused refused => refused.Reasons.Values.First(),
            Outcome<ToolRow>.Missing => $"{tool.Name} is no longer there.",
            _ => null,
        };
        if (_problem is null)
        {
            Notices.Say($"{tool.Name} {done}.");
        }

        await _table.ReloadAsync();
    }
}
