using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Registry.Plugins;

namespace Sanctum.Configurator.Features.Plugins;

/// <summary>The plugins of the registry, and the way to those of the installation.</summary>
public sealed partial class PluginsPage
{
    private static readonly IReadOnlyList<Choice<string>> Statuses = [new("", "Every status"), .. Choice.Of(Enum.GetNames<PluginStatus>())];
    private static readonly IReadOnlyList<Choice<string>> Types = [new("", "Every type"), .. Choice.Of(PluginForm.Types)];
    private static readonly IReadOnlyList<Choice<string>> EnabledOrNot =
    [
        new("", "Enabled and disabled"),
        new("yes", "Enabled"),
        new("no", "Disabled"),
    ];

    private DataTable<PluginRow> _table = null!;
    private ScanPanel? _scan;
    private string? _problem;

    [SupplyParameterFromQuery(Name = "status")]
    public string? Status { get; set; }

    [SupplyParameterFromQuery(Name = "type")]
    public string? Type { get; set; }

    [SupplyParameterFromQuery(Name = "enabled")]
    public string? Enabled { get; set; }

    [Inject]
    public required PluginService Plugins { get; init; }

    [Inject]
    public required PluginSwitch Switches { get; init; }

    protected override void OnInitialized() => Watch(ReloadListAsync, PluginLabels.ShownTables);

    private Task<PageOf<PluginRow>> ListAsync(PageRequest page, CancellationToken cancel) =>
        Plugins.PageAsync(
            new(
                EnumText<PluginStatus>.Find(Status),
                Type is { Length: > 0 } ? Type : null,
                Enabled is "yes" or "no" ? Enabled == "yes" : null
            ),
            page,
            cancel
        );

    private Task ReloadListAsync() => _table.ReloadAsync();

    private Task ScanAsync() => _scan?.ScanAsync() ?? Task.CompletedTask;

    private async Task AddAsync()
    {
        _problem = null;
        if (
            await Dialogs.AskAsync<PluginDialog, string>(
                new Dictionary<string, object?> { [nameof(PluginDialog.Form)] = new PluginForm() }
            ) is
            { } done
        )
        {
            Notices.Say(done);
        }

        await ReloadListAsync();
    }

    private async Task SwitchAsync(PluginRow plugin)
    {
        (var done, _problem) = await SwitchDialog.SwitchAsync(Switches, Dialogs, plugin);
        if (done is not null)
        {
            Notices.Say(done);
        }

        await ReloadListAsync();
    }
}
