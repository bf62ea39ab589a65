using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using MudBlazor;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Features.Agents;

/// <summary>Changes what the registry declares of an agent; stays open while the service refuses.</summary>
public sealed partial class AgentDialog
{
    private EditContext _context = null!;
    private ValidationMessageStore _refusals = null!;
    private string _title = "";
    private string? _notice;
    private bool _isBusy;

    [Parameter, EditorRequired]
    public required AgentForm Form { get; set; }

    [Inject]
    public required AgentService Agents { get; init; }

    [CascadingParameter]
    private IMudDialogInstance Shown { get; set; } = null!;

    protected override void OnInitialized()
    {
        _title = Form.Name;
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
            Form.ReadTypedTags();
            Show(await Agents.SaveAsync(Form, CancellationToken.None));
        }
        finally
        {
            _isBusy = false;
        }
    }

    private void Show(Outcome<AgentRow> outcome)
    {
        switch (outcome)
        {
            case Outcome<AgentRow>.Done done:
                Shown.Close($"{done.Value.Name} is saved.");
                break;
            case Outcome<AgentRow>.Refused refused:
                foreach (var (field, reason) in refused.Reasons.Where(r => r.Key.Length > 0))
                {
                    _refusals.Add(_context.Field(field), reason);
                }

                _notice = refused.Reasons.GetValueOrDefault("");
                _context.NotifyValidationStateChanged();
                break;
            case Outcome<AgentRow>.Stale:
                _notice = "Somebody else changed this agent after you opened the form. Cancel and open it again to see the change.";
                break;
            case Outcome<AgentRow>.Missing:
                _notice = "This agent has been deleted.";
                break;
        }
    }
}
