using Microsoft.AspNetCore.Components;

namespace Sanctum.Configurator.Features.Models;

/// <summary>Shows what names a model, and puts another one in its place.</summary>
public sealed partial class ReplaceDialog
{
    private ReplacementPlan? _plan;

    [Inject]
    public required ModelReplacement Replacement { get; init; }

    protected override string Thing => "model";

    protected override void OnFieldChanged(string field) => _plan = null;

    /// <summary>The first press shows the plan, the second carries it out.</summary>
    protected override async Task<Outcome<ReplacementPlan>> SaveAsync()
    {
        if (_plan is null)
        {
            _plan = Take(await Replacement.ReplaceAsync(Form, dryRun: true, Closed));
            return NotYet;
        }

        return await Replacement.ReplaceAsync(Form, dryRun: false, CancellationToken.None);
    }
}
