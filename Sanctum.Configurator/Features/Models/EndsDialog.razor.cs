using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Features.Models.Life;
using Sanctum.Configurator.Platform.Requests;

namespace Sanctum.Configurator.Features.Models;

/// <summary>A list of ends of models as it is pasted.</summary>
public sealed class EndsForm
{
    [Required(ErrorMessage = "Paste a list.")]
    [TextLimit(2_000_000)]
    public string Text { get; set; } = "";

    [StringLength(500, ErrorMessage = "A source has at most 500 characters.")]
    public string? Source { get; set; }
}

/// <summary>Shows what a list of ends would change, and imports it.</summary>
public sealed partial class EndsDialog
{
    private const string Example = """
        {"models": [
          {"type": "openai", "model": "gpt-4o", "ends_on": "2027-01-14", "replacement": "gpt-6.1-sol"}
        ]}
        """;

    private RetirementPlan? _plan;

    [Inject]
    public required RetirementService Ends { get; init; }

    protected override string Thing => "list";

    protected override void OnFieldChanged(string field) => _plan = null;

    /// <summary>The first press shows the plan, the second carries it out.</summary>
    protected override async Task<Outcome<RetirementPlan>> SaveAsync()
    {
        var read = RetirementService.Read(Form.Text);
        if (read is not Outcome<IReadOnlyList<RetiringModel>>.Ok { Value: var list })
        {
            return new Outcome<RetirementPlan>.Invalid(nameof(Form.Text), read.ProblemWith("The list")!);
        }

        var outcome = await Ends.ImportAsync(
            list,
            string.IsNullOrWhiteSpace(Form.Source) ? "an imported list" : Form.Source.Trim(),
            dryRun: _plan is null,
            CancellationToken.None
        );
        if (_plan is not null)
        {
            return outcome;
        }

        _plan = Take(outcome);
        return NotYet;
    }

    protected override object Answer(RetirementPlan saved) => Sentence(saved);

    private static string Sentence(RetirementPlan plan) =>
        $"{Counts.Of(plan.Added, "model")} added, {plan.Changed} changed, {plan.Unchanged} known already.";
}
