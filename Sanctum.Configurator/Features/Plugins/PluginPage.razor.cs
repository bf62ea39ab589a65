using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Graph;

namespace Sanctum.Configurator.Features.Plugins;

/// <summary>One plugin: what it is, how it is configured, who uses it, what it needs, and its past.</summary>
public sealed partial class PluginPage
{
    private PluginView? _view;
    private DependencyGraph? _graph;
    private string? _problem;
    private int _read;

    [Parameter]
    public int Id { get; set; }

    [Inject]
    public required PluginService Plugins { get; init; }

    [Inject]
    public required PluginSwitch Switches { get; init; }

    [Inject]
    public required DependencyReader Reader { get; init; }

    protected override object LoadKey => Id;

    protected override void OnInitialized() => Watch(PluginLabels.ShownTables);

    protected override async Task ReadAsync(CancellationToken cancel) =>
        (_view, _graph, _read) = (await Plugins.FindAsync(Id, cancel), await Reader.ReadAsync(cancel), _read + 1);

    private async Task SwitchAsync()
    {
        (var done, _problem) = await SwitchDialog.SwitchAsync(Switches, Dialogs, _view!.Plugin);
        await SayAsync(done);
    }

    private async Task EditAsync()
    {
        _problem = null;
        await SayAsync(
            await Dialogs.AskAsync<PluginDialog, string>(
                new Dictionary<string, object?> { [nameof(PluginDialog.Form)] = PluginForm.Of(_view!) }
            )
        );
    }

    private async Task DeleteAsync()
    {
        var plugin = _view!.Plugin;
        if (
            !await Confirm.AskAsync(
                $"Delete {plugin.Name}?",
                "Its configuration keys and earlier versions are deleted too. Its files are kept, and the next scan finds them again.",
                "Delete plugin",
                nameToType: plugin.Name
            )
        )
        {
            return;
        }

        var deleted = await Plugins.DeleteAsync(Id, plugin.Version, CancellationToken.None);
        _problem = deleted.ProblemWith(plugin.Name);
        if (_problem is null)
        {
            Notices.Say($"{plugin.Name} was deleted.");
            Navigation.NavigateTo(Urls.Plugins);
        }
    }

    /// <param name="done">Null where nothing was done.</param>
    private async Task SayAsync(string? done)
    {
        if (done is not null)
        {
            Notices.Say(done);
        }

        await ReloadAsync();
    }
}
