using Microsoft.AspNetCore.Components;
using MudBlazor;
using Sanctum.Configurator.Components.Kit;

namespace Sanctum.Configurator.Features.Plugins;

/// <summary>The configuration of a plugin and its keys.</summary>
public sealed partial class PluginConfiguration
{
    private DataTable<PluginKeyRow> _table = null!;
    private string? _problem;

    [Parameter, EditorRequired]
    public required PluginView View { get; set; }

    [Inject]
    public required PluginKeys Keys { get; init; }

    [Inject]
    public required IDialogService Dialogs { get; init; }

    [Inject]
    public required Confirm Confirm { get; init; }

    [Inject]
    public required Notices Notices { get; init; }

    private async Task<PageOf<PluginKeyRow>> ListAsync(PageRequest page, CancellationToken cancel)
    {
        var rows = await Keys.ListAsync(View.Plugin.Id, cancel) ?? [];
        return new([.. rows.Skip(page.Skip).Take(page.Take)], rows.Count);
    }

    private async Task SetAsync(PluginKeyRow? row)
    {
        _problem = null;
        var parameters = new Dictionary<string, object?> { [nameof(KeyDialog.PluginId)] = View.Plugin.Id, [nameof(KeyDialog.Row)] = row };
        if (await Dialogs.AskAsync<KeyDialog, string>(parameters) is { } done)
        {
            Notices.Say(done);
        }

        await _table.ReloadAsync();
    }

    private async Task DeleteAsync(PluginKeyRow row)
    {
        if (
            await Confirm.AskAsync(
                $"Delete {row.Key}?",
                "Programs that read the key use their default instead. The history keeps its value.",
                "Delete key"
            )
        )
        {
            _problem = (await Keys.DeleteAsync(View.Plugin.Id, row.Key, row.Version, CancellationToken.None)).ProblemWith(row.Key);
            await _table.ReloadAsync();
        }
    }
}
