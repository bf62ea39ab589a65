using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using MudBlazor;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Features.ScheduledJobs;

/// <summary>Adds a job or changes one; stays open while the service refuses.</summary>
public sealed partial class JobDialog
{
    private const int MostAgents = 20;
    private const int MostZones = 50;

    private static readonly string[] Rules =
    [
        nameof(JobForm.MissedRuns), nameof(JobForm.CatchUpMost), nameof(JobForm.Overlap), nameof(JobForm.LostRuns), nameof(JobForm.TimeoutSeconds), nameof(JobForm.Retries),
        nameof(JobForm.RetryAfterSeconds), nameof(JobForm.QuietFrom), nameof(JobForm.QuietUntil), nameof(JobForm.PausedUntil), nameof(JobForm.Alerts),
    ];

    private IReadOnlyList<Runnable> _all = [];
    private IReadOnlyList<Choice<string>> _runnables = [];
    private EditContext _context = null!;
    private ValidationMessageStore _refusals = null!;
    private JobDraft _draft = null!;
    private string _title = "";
    private string? _about;
    private string? _hint;
    private Choice<int>? _agent;
    private string? _notice;
    private bool _areRulesOpen;
    private bool _isBusy;

    [Parameter, EditorRequired]
    public required JobForm Form { get; set; }

    /// <summary>The name of the agent whose it is.</summary>
    [Parameter]
    public string? Agent { get; set; }

    [Inject]
    public required JobService Jobs { get; init; }

    [Inject]
    public required JobReader Reader { get; init; }

    [CascadingParameter]
    private IMudDialogInstance Shown { get; set; } = null!;

    internal static Dictionary<string, object?> For(JobForm form, string? agent = null) => new() { [nameof(Form)] = form, [nameof(Agent)] = agent };

    protected override async Task OnInitializedAsync()
    {
        (_title, _draft, _context) = (Form.Name, JobDraft.Of(Form), new(Form));
        _refusals = new(_context);
        _agent = Form.AgentId is { } id ? new(id, Agent ?? $"{id}") : null;
        _context.OnValidationRequested += (_, _) =>
        {
            // Before the form is checked: what is typed as text is a part of it.
            _refusals.Clear();
            Refuse(_draft.WriteTo(Form));
        };
        _context.OnFieldChanged += (_, change) => _refusals.Clear(change.FieldIdentifier);
        _context.OnValidationStateChanged += (_, _) => _areRulesOpen |= Rules.Any(rule => ProblemOf(rule) is not null);
        _all = await Reader.RunnablesAsync(CancellationToken.None);
        _runnables = [.. _all.Select(each => new Choice<string>(JobDraft.KeyOf(each.ToolInstanceId, each.Action), each.Name))];
        await DescribeAsync();
    }

    private string? ProblemOf(string field) => _context.GetValidationMessages(_context.Field(field)).FirstOrDefault();

    private async Task ChooseRunsAsync(string? key)
    {
        _draft.Runs = key ?? "";
        _draft.WriteRuns(Form);
        _refusals.Clear(_context.Field(nameof(Form.Action)));
        _refusals.Clear(_context.Field(nameof(Form.Arguments)));
        _context.NotifyFieldChanged(_context.Field(nameof(Form.ToolInstanceId)));
        await DescribeAsync();
    }

    /// <summary>Says what can be said to what is chosen.</summary>
    private async Task DescribeAsync()
    {
        var chosen = _all.FirstOrDefault(each => JobDraft.KeyOf(each.ToolInstanceId, each.Action) == _draft.Runs);
        _about = _all.Count > 0 && chosen is null && _draft.Runs.Length > 0 ? "What it ran is no longer there. Choose another." : "A tool's instance, or an act of this console.";
        var schema = chosen?.ToolInstanceId is { } instance ? await Reader.SchemaOfAsync(instance, CancellationToken.None) : chosen?.Schema;
        _hint = ArgumentsText.Hint(schema) ?? (string.IsNullOrWhiteSpace(_draft.Arguments) ? null : "It can't be told anything: leave this empty.");
    }

    private void ChooseAgent(Choice<int>? agent) => (_agent, Form.AgentId) = (agent, agent?.Value);

    private async Task<IEnumerable<Choice<int>>> FindAgentsAsync(string? search, CancellationToken cancel) =>
        Choice.OfNamed((await Reader.AgentsAsync(search, MostAgents, cancel)).Select(agent => (agent.Id, agent.Name)));

    private IEnumerable<string> Zones() => TimeZoneInfo.GetSystemTimeZones().Select(zone => zone.Id)
        .Where(id => id.Contains(Form.TimeZone ?? "", StringComparison.OrdinalIgnoreCase)).Order(StringComparer.Ordinal).Take(MostZones);

    private void ChooseAlerts(IList<string> chosen) => Form.Alerts = [.. chosen];

    private async Task SaveAsync()
    {
        (_isBusy, _notice) = (true, null);
        try
        {
            var outcome = await Jobs.SaveAsync(Form, CancellationToken.None);
            switch (outcome)
            {
                case Outcome<JobRow>.Done done:
                    Shown.Close(done.Value);
                    break;
                case Outcome<JobRow>.Refused refused:
                    Refuse(refused.Reasons);
                    _notice = refused.Reasons.GetValueOrDefault("");
                    break;
                default:
                    _notice = outcome.ProblemWith(_title);
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

        _context.NotifyValidationStateChanged();
    }
}
