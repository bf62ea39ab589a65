using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using MudBlazor;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Features.Plugins;

/// <summary>Makes or changes a plugin; stays open while the service refuses.</summary>
public sealed partial class PluginDialog
{
    private readonly IReadOnlyList<Choice<string>> _types = Choice.Of(PluginForm.Types);
    private EditContext _context = null!;
    private ValidationMessageStore _refusals = null!;
    private string _title = "";
    private string? _notice;
    private bool _isBusy;

    [Parameter, EditorRequired]
    public required PluginForm Form { get; set; }

    [Inject]
    public required PluginService Plugins { get; init; }

    [CascadingParameter]
    private IMudDialogInstance Shown { get; set; } = null!;

    protected override void OnInitialized()
    {
        _title = Form.Id is null ? "Add a plugin" : $"Edit {Form.Name}";
        _context = new(Form);
        _refusals = new(_context);
        _context.OnValidationRequested += (_, _) => _refusals.Clear();
        _context.OnFieldChanged += (_, change) => _refusals.Clear(change.FieldIdentifier);
    }

    private async Task SaveAsync()
    {
        (_isBusy, _notice) = (true, null);
        try
        {
            _refusals.Clear();
            if (Form.ReadTyped() is var (field, reason))
            {
                Refuse(new Dictionary<string, string> { [field] = reason });
                return;
            }

            Show(await Plugins.SaveAsync(Form, CancellationToken.None));
        }
        finally
        {
            _isBusy = false;
        }
    }

    private void Show(Outcome<PluginRow> outcome)
    {
        switch (outcome)
        {
            case Outcome<PluginRow>.Done done:
                Shown.Close($"{done.Value.Name} is saved.");
                break;
            case Outcome<PluginRow>.Refused refused:
                Refuse(refused.Reasons);
                break;
            default:
                _notice = outcome.ProblemWith(Form.Name);
                break;
        }
    }

    /// <summary>Puts each reason beside the field in which it was typed.</summary>
    private void Refuse(IReadOnlyDictionary<string, string> reasons)
    {
        foreach (var (field, reason) in reasons.Where(r => r.Key.Length > 0))
        {
            _refusals.Add(_context.Field(field switch
            {
                nameof(PluginForm.Config) => nameof(PluginForm.TypedConfig),
                nameof(PluginForm.Dependencies) => nameof(PluginForm.TypedDependencies),
                _ => field,
            }), reason);
        }

        _notice = reasons.GetValueOrDefault("");
        _context.NotifyValidationStateChanged();
    }
}
