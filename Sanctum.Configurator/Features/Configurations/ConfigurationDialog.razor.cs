using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using MudBlazor;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Configurations;

namespace Sanctum.Configurator.Features.Configurations;

/// <summary>Sets, overrides or changes a value: shows first how far that reaches, then saves.</summary>
public sealed partial class ConfigurationDialog
{
    private static readonly IReadOnlyList<Choice<ConfigurationType>> Types =
        [new(ConfigurationType.String, "Text"), new(ConfigurationType.Number, "Number"), new(ConfigurationType.Boolean, "True or false"), new(ConfigurationType.Json, "JSON")];

    private EditContext _context = null!;
    private ValidationMessageStore _refusals = null!;
    private ConfigurationPlan? _plan;
    private string? _notice;
    private bool _isBusy;

    [Parameter, EditorRequired]
    public required ConfigurationForm Form { get; set; }

    /// <summary>What is in force now; null for a new key.</summary>
    [Parameter]
    public EffectiveValue? Now { get; set; }

    /// <summary>Whose value it is, by name.</summary>
    [Parameter, EditorRequired]
    public required string Holder { get; set; }

    [Inject]
    public required ConfigurationService Configurations { get; init; }

    [CascadingParameter]
    private IMudDialogInstance Shown { get; set; } = null!;

    private string Title => Now switch
    {
        null => $"Add a key for {Holder}",
        { IsHere: true } => $"Edit {Form.Key} of {Holder}",
        _ => $"Override {Form.Key} for {Holder}",
    };

    private bool KeepsSecret => Now is { IsHere: true, IsSecret: true };

    protected override void OnInitialized()
    {
        _context = new(Form);
        _refusals = new(_context);
        _context.OnValidationRequested += (_, _) => _refusals.Clear();
        _context.OnFieldChanged += (_, change) =>
        {
            // What was reviewed is no longer what would be saved.
            _plan = null;
            _refusals.Clear(change.FieldIdentifier);
        };
    }

    private async Task SaveAsync()
    {
        (_isBusy, _notice) = (true, null);
        try
        {
            _refusals.Clear();
            Show(await Configurations.SaveAsync(Form, isDryRun: _plan is null, CancellationToken.None));
        }
        finally
        {
            _isBusy = false;
        }
    }

    private void Show(Outcome<ConfigurationPlan> outcome)
    {
        switch (outcome)
        {
            case Outcome<ConfigurationPlan>.Done done when _plan is null:
                _plan = done.Value;
                break;
            case Outcome<ConfigurationPlan>.Done done:
                Shown.Close($"{Form.Key} is saved. {done.Value.Reach}");
                break;
            case Outcome<ConfigurationPlan>.Refused refused:
                _plan = null;
                foreach (var (field, reason) in refused.Reasons.Where(r => r.Key.Length > 0))
                {
                    _refusals.Add(_context.Field(field), reason);
                }

                _notice = refused.Reasons.GetValueOrDefault("");
                _context.NotifyValidationStateChanged();
                break;
            default:
                _notice = outcome.ProblemWith(Form.Key);
                break;
        }
    }
}
