using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using MudBlazor;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Features.Logs.Views;

/// <summary>Saves a search under a name, or changes such a view.</summary>
public sealed partial class LogViewDialog
{
    private EditContext _context = null!;
    private ValidationMessageStore _refusals = null!;
    private string _title = "";
    private string? _problem;
    private string? _locked;
    private bool _isBusy;

    [Parameter, EditorRequired]
    public required LogViewForm Form { get; set; }

    [Inject]
    public required LogViewService Views { get; init; }

    [CascadingParameter]
    private IMudDialogInstance Shown { get; set; } = null!;

    protected override async Task OnInitializedAsync()
    {
        _title = Form.Name;
        _context = new(Form);
        _refusals = new(_context);
        _context.OnValidationRequested += (_, _) => _refusals.Clear();
        _context.OnFieldChanged += (_, change) => _refusals.Clear(change.FieldIdentifier);
        _locked = Form.IsShared || await Views.MayShareAsync() ? null : "Those who operate the console share views.";
    }

    private async Task SaveAsync()
    {
        (_isBusy, _problem) = (true, null);
        try
        {
            _refusals.Clear();
            switch (await Views.SaveAsync(Form, CancellationToken.None))
            {
                case Outcome<LogViewRow>.Done done:
                    Shown.Close($"{done.Value.Name} is saved.");
                    break;
                case Outcome<LogViewRow>.Refused refused:
                    Refuse(refused.Reasons);
                    break;
                case var other:
                    _problem = other.ProblemWith("This view");
                    break;
            }
        }
        finally
        {
            _isBusy = false;
        }
    }

    private void Refuse(IReadOnlyDictionary<string, string> reasons)
    {
        foreach (var (field, reason) in reasons.Where(r => r.Key.Length > 0))
        {
            _refusals.Add(_context.Field(field), reason);
        }

        _problem = reasons.GetValueOrDefault("");
        _context.NotifyValidationStateChanged();
    }
}
