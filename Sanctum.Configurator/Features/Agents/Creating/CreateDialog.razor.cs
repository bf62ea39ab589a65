using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using MudBlazor;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Platform.Templates;

namespace Sanctum.Configurator.Features.Agents.Creating;

/// <summary>Makes an agent on the Letta server; stays open while it is refused.</summary>
public sealed partial class CreateDialog : IDisposable
{
    private readonly CancellationTokenSource _gone = new();
    private EditContext _context = null!;
    private ValidationMessageStore _refusals = null!;
    private AgentParts? _parts;
    private string? _notice;
    private bool _isAsking;
    private bool _isBusy;

    [Parameter, EditorRequired]
    public required NewAgentForm Form { get; set; }

    /// <summary>The name of the agent that is cloned.</summary>
    [Parameter]
    public string? Source { get; set; }

    [Inject]
    public required AgentCreation Creation { get; init; }

    [CascadingParameter]
    private IMudDialogInstance Shown { get; set; } = null!;

    private string? BlockError => MessageOf(nameof(Form.Blocks));

    private string? ToolsError => MessageOf(nameof(Form.Tools));

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        _context = new(Form);
        _refusals = new(_context);
        _context.OnValidationRequested += (_, _) => _refusals.Clear();
        _context.OnFieldChanged += (_, change) => _refusals.Clear(change.FieldIdentifier);
        try
        {
            var outcome = await Creation.PartsAsync(_gone.Token);
            _parts = (outcome as Outcome<AgentParts>.Done)?.Value;
            _notice = outcome.ProblemWith("The agent");
        }
        catch (OperationCanceledException) when (_gone.IsCancellationRequested)
        {
            // The dialog was closed.
        }
    }

    private static string? Empty(AgentParts parts) => (parts.Models.Count, parts.Embeddings.Count) switch
    {
        (0, 0) => "The Letta server offers no model and no embedding. Give it the key of a provider, and start it again.",
        (0, _) => "The Letta server offers no model. Give it the key of a provider, and start it again.",
        (_, 0) => "The Letta server offers no embedding. Give it a provider that has one, and start it again.",
        _ => null,
    };

    private string? MessageOf(string field) => _context.GetValidationMessages(_context.Field(field)).FirstOrDefault();

    private void FillIn(AgentPart part)
    {
        Form.Take(part);
        Form.ReadTyped();
        _refusals.Clear();
        var lacking = AgentCreation.Lacking(Form, _parts!);
        if (lacking.Count > 0)
        {
            lacking[""] = "The Letta server does not have all that the template names. Change it where it says so.";
        }

        Tell(lacking);
    }

    private async Task CreateAsync()
    {
        (_isBusy, _notice) = (true, null);
        try
        {
            _refusals.Clear();
            Form.ReadTyped();
            Show(await Creation.CreateAsync(Form, false, CancellationToken.None));
        }
        finally
        {
            _isBusy = false;
        }
    }

    private void Show(Outcome<NewlyMade> outcome)
    {
        if (outcome is Outcome<NewlyMade>.Done { Value: var made })
        {
            Shown.Close(made);
        }
        else if (outcome is Outcome<NewlyMade>.Refused { Reasons: var reasons })
        {
            Tell(reasons);
        }
    }

    private void Tell(IReadOnlyDictionary<string, string> reasons)
    {
        foreach (var (field, reason) in reasons.Where(r => r.Key.Length > 0))
        {
            _refusals.Add(_context.Field(field), reason);
        }

        _notice = reasons.GetValueOrDefault("");
        _context.NotifyValidationStateChanged();
    }
}
