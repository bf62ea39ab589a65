using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;

namespace Sanctum.Configurator.Features.Tools;

/// <summary>The instances of one tool.</summary>
public sealed partial class InstanceList
{
    private DataTable<InstanceRow> _table = null!;
    private string? _problem;

    [Parameter, EditorRequired]
    public int ToolId { get; set; }

    [Parameter, EditorRequired]
    public required ToolRow Tool { get; set; }

    [Parameter]
    public JsonNode? Schema { get; set; }

    [Parameter]
    public EventCallback OnChanged { get; set; }

    [Inject]
    public required ToolReader Reader { get; init; }

    [Inject]
    public required InstanceService Instances { get; init; }

    protected override void OnInitialized() => Watch(() => _table.ReloadAsync(), Tables.ToolInstances);

    private Task<PageOf<InstanceRow>> ListAsync(PageRequest page, CancellationToken cancel) =>
        Reader.InstancesAsync(ToolId, null, page, cancel);

    private async Task EditAsync(InstanceRow? instance)
    {
        _problem = null;
        var form = instance is null ? new InstanceForm { ToolId = ToolId, Name = Tool.Name } : InstanceForm.Of(instance);
        if (
            await Dialogs.AskAsync<InstanceDialog, string>(
                new Dictionary<string, object?>
                {
                    [nameof(InstanceDialog.Form)] = form,
                    [nameof(InstanceDialog.Agent)] = instance?.Agent,
                    [nameof(InstanceDialog.Schema)] = Schema,
                }
            ) is
            { } done
        )
        {
            Notices.Say(done);
        }

        await ReloadListAsync();
    }

    private async Task RunAsync(InstanceRow instance)
    {
        _problem = null;
        await Dialogs.AskAsync<RunDialog, string>(RunDialog.For(instance));
        await ReloadListAsync();
    }

    private async Task ActivateAsync(InstanceRow instance) =>
        await TellAsync(
            instance,
            await Instances.ActivateAsync(instance.Id, !instance.IsActive, instance.Version, CancellationToken.None),
            instance.IsActive ? "is disabled" : "is enabled"
        );

    private async Task DeleteAsync(InstanceRow instance)
    {
        if (await Confirm.AskAsync($"Delete {instance.Name}?", "Its configurations and secrets are deleted too.", "Delete instance"))
        {
            await TellAsync(instance, await Instances.DeleteAsync(instance.Id, instance.Version, CancellationToken.None), "was deleted");
        }
    }

    private async Task TellAsync(InstanceRow instance, Outcome<InstanceRow> outcome, string done)
    {
        _problem = outcome.ProblemWith(instance.Name);
        if (_problem is null)
        {
            Notices.Say($"{instance.Name} {done}.");
        }

        await ReloadListAsync();
    }

    private async Task ReloadListAsync()
    {
        await _table.ReloadAsync();
        await OnChanged.InvokeAsync();
    }
}
