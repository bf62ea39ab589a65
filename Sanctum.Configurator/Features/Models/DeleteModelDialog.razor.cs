using Microsoft.AspNetCore.Components;

namespace Sanctum.Configurator.Features.Models;

/// <summary>Shows what names a model, and deletes it with another one put in its place.</summary>
public sealed partial class DeleteModelDialog
{
    private ModelRemovalPlan? _plan;

    [Parameter, EditorRequired]
    public required ModelRow Model { get; set; }

    [Inject]
    public required ModelRemoval Removal { get; init; }

    protected override string Thing => "model";

    protected override async Task OnFilledAsync()
    {
        (Form.Id, Form.Version) = (Model.Id, Model.Version);
        _plan = await Removal.PlanAsync(Model.Id, Closed);
    }

    protected override Task<Outcome<RemovedModel>> SaveAsync() => Removal.DeleteAsync(Form, dryRun: false, CancellationToken.None);
}
