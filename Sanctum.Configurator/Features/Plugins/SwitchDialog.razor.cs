using Microsoft.AspNetCore.Components;
using MudBlazor;
using Sanctum.Configurator.Components.Kit;

namespace Sanctum.Configurator.Features.Plugins;

/// <summary>Says what switching a plugin on or off entails, and does it.</summary>
public sealed partial class SwitchDialog
{
    [Parameter, EditorRequired]
    public required SwitchPlan Plan { get; set; }

    [Parameter, EditorRequired]
    public required int Id { get; set; }

    [Inject]
    public required PluginSwitch Switches { get; init; }

    protected override string Thing => "plugin";

    private string Verb => Plan.Enable ? "Enable" : "Disable";

    private string Act =>
        Plan.Others.Count > 0 ? $"{Verb} {Plan.Order.Count}"
        : Plan.Obstacles.Count > 0 || Plan.Affected.Count > 0 ? $"{Verb} anyway"
        : Verb;

    /// <summary>Switches a plugin, after asking where others are touched by it. Null for both where the asked person said no.</summary>
    internal static async Task<(string? Done, string? Problem)> SwitchAsync(PluginSwitch switches, IDialogService dialogs, PluginRow plugin)
    {
        var planned = await switches.PlanAsync(plugin.Id, !plugin.IsEnabled, CancellationToken.None);
        if (planned is not Outcome<SwitchPlan>.Ok { Value: var plan })
        {
            return (null, planned.ProblemWith(plugin.Name));
        }

        if (!plan.IsAlone)
        {
            var parameters = new Dictionary<string, object?> { [nameof(Plan)] = plan, [nameof(Id)] = plugin.Id };
            return (await dialogs.AskAsync<SwitchDialog, string>(parameters), null);
        }

        var switched = await SwitchAsync(switches, plan, plugin.Id, false);
        return (switched is Outcome<SwitchPlan>.Ok ? Said(plan) : null, switched.ProblemWith(plugin.Name));
    }

    private static Task<Outcome<SwitchPlan>> SwitchAsync(PluginSwitch switches, SwitchPlan plan, int id, bool withOthers) =>
        plan.Enable
            ? switches.EnableAsync(id, withOthers, null, CancellationToken.None)
            : switches.DisableAsync(id, withOthers, null, CancellationToken.None);

    private static string Said(SwitchPlan plan) =>
        $"{plan.Plugin.Name}{(plan.Others.Count > 0 ? $" and {Counts.Of(plan.Others.Count, "other")} are" : " is")} {(plan.Enable ? "enabled" : "disabled")}.";

    protected override Task<Outcome<SwitchPlan>> SaveAsync() => SwitchAsync(Switches, Plan, Id, true);

    protected override object Answer(SwitchPlan saved) => Said(saved);
}
