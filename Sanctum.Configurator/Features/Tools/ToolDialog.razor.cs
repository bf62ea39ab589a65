using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using MudBlazor;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Features.Tools;

/// <summary>Adds or changes a tool; stays open while the service refuses.</summary>
public sealed partial class ToolDialog
{
    private EditContext _context = null!;
    private ValidationMessageStore _refusals = null!;
    private string _title = "";
    private string? _schema;
    private string? _schemaProblem;
    private string? _notice;
    private bool _isBusy;

    [Parameter, EditorRequired]
    public required ToolForm Form { get; set; }

    [Inject]
    public required ToolService Tools { get; init; }

    [CascadingParameter]
    private IMudDialogInstance Shown { get; set; } = null!;

    protected override void OnInitialized()
    {
        (_title, _schema) = (Form.Name, Form.ConfigSchema?.ToJsonString(JsonText.Readable));
        _context = new(Form);
        _refusals = new(_context);
        _context.OnValidationRequested += (_, _) => _refusals.Clear();
        _context.OnFieldChanged += (_, change) => _refusals.Clear(change.FieldIdentifier);
    }

    private async Task SaveAsync()
    {
        (_isBusy, _notice, _schemaProblem) = (true, null, null);
        try
        {
            _refusals.Clear();
            (Form.ConfigSchema, _schemaProblem) = string.IsNullOrWhiteSpace(_schema) ? (null, null) : JsonText.Parse(_schema);
            if (_schemaProblem is null)
            {
                Show(await Tools.SaveAsync(Form, CancellationToken.None));
            }
        }
        finally
        {
            _isBusy = false;
        }
    }

    private void Show(Outcome<ToolRow> outcome)
    {
        if (outcome is Outcome<ToolRow>.Done done)
        {
            Shown.Close(done.Value);
        }
        else if (outcome is Outcome<ToolRow>.Refused refused)
        {
            foreach (var (field, reason) in refused.Reasons.Where(r => r.Key.Length > 0))
            {
                _refusals.Add(_context.Field(field), reason);
            }

            _schemaProblem = refused.Reasons.GetValueOrDefault(nameof(Form.ConfigSchema));
            _notice = refused.Reasons.GetValueOrDefault("");
            _context.NotifyValidationStateChanged();
        }
        else
        {
            _notice = outcome.ProblemWith(_title);
        }
    }
}
