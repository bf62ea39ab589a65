using Microsoft.AspNetCore.Components;
using MudBlazor;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Configurations;

namespace Sanctum.Configurator.Features.Configurations;

/// <summary>All values of a holder as text, to be edited at once or taken along.</summary>
public sealed partial class TextDialog
{
    private static readonly IReadOnlyList<Choice<ImportMode>> Modes =
    [
        new(ImportMode.Replace, "The text is all there is: other keys are reset"),
        new(ImportMode.Overwrite, "Other keys stay; the text's values win"),
        new(ImportMode.OnlyNew, "Only add keys that are not set yet"),
    ];

    private ImportMode _mode = ImportMode.Replace;
    private ConfigurationPlan? _plan;
    private string? _text;
    private string? _problem;
    private bool _isBusy;

    [Parameter, EditorRequired]
    public required ScopeHolder Holder { get; set; }

    [Parameter, EditorRequired]
    public required string Name { get; set; }

    [Inject]
    public required ConfigurationTransfer Transfer { get; init; }

    [CascadingParameter]
    private IMudDialogInstance Shown { get; set; } = null!;

    protected override async Task OnInitializedAsync() => _text = await Transfer.ExportAsync(Holder, CancellationToken.None);

    private void Type(string? text) => (_text, _plan) = (text, null);

    private void ChooseMode(ImportMode mode) => (_mode, _plan) = (mode, null);

    private async Task SaveAsync()
    {
        (_isBusy, _problem) = (true, null);
        try
        {
            var outcome = await Transfer.ImportAsync(new(_text, Holder.Scope, Holder.Id, _mode), isDryRun: _plan is null, CancellationToken.None);
            if (_plan is not null && outcome is Outcome<ConfigurationPlan>.Done saved)
            {
                Shown.Close($"Saved. {saved.Value.Reach}");
                return;
            }

            _plan = outcome is Outcome<ConfigurationPlan>.Done done ? done.Value : null;
            _problem = outcome.ProblemWith(Name);
        }
        finally
        {
            _isBusy = false;
        }
    }
}
