using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;

namespace Sanctum.Configurator.Features.ScheduledJobs;

/// <summary>Adds a job or changes one; stays open while the service refuses.</summary>
public sealed partial class JobDialog
{
    private const int MostAgents = 20;
    private const int MostZones = 50;

    private static readonly string[] Rules =
    [
        nameof(JobForm.MissedRuns),
        nameof(JobForm.CatchUpMost),
        nameof(JobForm.Overlap),
        nameof(JobForm.LostRuns),
        nameof(JobForm.TimeoutSeconds),
        nameof(JobForm.Retries),
        nameof(JobForm.RetryAfterSeconds),
        nameof(JobForm.QuietFrom),
        nameof(JobForm.QuietUntil),
        nameof(JobForm.PausedUntil),
        nameof(JobForm.Alerts),
    ];

    private readonly Dictionary<int, string?> _names = [];
    private IReadOnlyList<Runnable> _all = [];
    private IReadOnlyList<Choice<string>> _runnables = [];
    private JobDraft _draft = null!;
    private string _title = "";
    private string? _about;
    private string? _hint;
    private Choice<int>? _agent;
    private bool _areRulesOpen;

    /// <summary>The name of the agent whose it is.</summary>
    [Parameter]
    public string? Agent { get; set; }

    [Inject]
    public required JobService Jobs { get; init; }

    [Inject]
    public required JobReader Reader { get; init; }

    internal static Dictionary<string, object?> For(JobForm form, string? agent = null) =>
        new() { [nameof(Form)] = form, [nameof(Agent)] = agent };

    protected override string Thing => "job";

    protected override async Task OnInitializedAsync()
    {
        _all = await Reader.RunnablesAsync(Closed);
        _runnables = [.. _all.Select(each => new Choice<string>(JobDraft.KeyOf(each.ToolInstanceId, each.Action), each.Name))];
        Name(Form.AgentId, Agent);
        await base.OnInitializedAsync();
    }

    protected override Task OnFilledAsync()
    {
        _agent = Form.AgentId is { } id ? new(id, _names.GetValueOrDefault(id) ?? $"{id}") : null;
        return DescribeAsync();
    }

    protected override void OnFilled()
    {
        (_title, _draft) = (Form.Name, JobDraft.Of(Form));
        State.Context.OnValidationStateChanged += (_, _) => _areRulesOpen |= Rules.Any(rule => ErrorOf(rule) is not null);
    }

    protected override void ReadTyped() => State.Refuse(_draft.WriteTo(Form));

    private async Task ChooseRunsAsync(string? key)
    {
        _draft.Runs = key ?? "";
        _draft.WriteRuns(Form);
        foreach (var field in new[] { nameof(Form.Action), nameof(Form.Arguments), nameof(Form.ToolInstanceId) })
        {
            State.Context.NotifyFieldChanged(State.Context.Field(field));
        }

        await DescribeAsync();
    }

    /// <summary>Says what can be said to what is chosen.</summary>
    private async Task DescribeAsync()
    {
        var chosen = _all.FirstOrDefault(each => JobDraft.KeyOf(each.ToolInstanceId, each.Action) == _draft.Runs);
        _about =
            _all.Count > 0 && chosen is null && _draft.Runs.Length > 0
                ? "The tool instance or task no longer exists. Choose another one."
                : "A tool instance or a built-in task.";
        var schema = chosen?.ToolInstanceId is { } instance ? await Reader.SchemaOfAsync(instance, CancellationToken.None) : chosen?.Schema;
        _hint =
            ArgumentsText.Hint(schema)
            ?? (string.IsNullOrWhiteSpace(_draft.Arguments) ? null : "This task has no arguments. Leave this empty.");
    }

    private void ChooseAgent(Choice<int>? agent) => Name(Form.AgentId = (_agent = agent)?.Value, agent?.Text);

    private void Name(int? agent, string? name) => _names[agent ?? 0] = name;

    private async Task<IEnumerable<Choice<int>>> FindAgentsAsync(string? search, CancellationToken cancel) =>
        Choice.OfNamed((await Reader.AgentsAsync(search, MostAgents, cancel)).Select(agent => (agent.Id, agent.Name)));

    private IEnumerable<string> Zones() =>
        TimeZoneInfo
            .GetSystemTimeZones()
            .Select(zone => zone.Id)
            .Where(id => id.Contains(Form.TimeZone ?? "", StringComparison.OrdinalIgnoreCase))
            .Order(StringComparer.Ordinal)
            .Take(MostZones);

    private void ChooseAlerts(IList<string> chosen) => Form.Alerts = [.. chosen];

    protected override Task<Outcome<JobRow>> SaveAsync() => Jobs.SaveAsync(Form, CancellationToken.None);

    protected override async Task<JobForm?> FindTheirsAsync(JobRow current)
    {
        Name(current.AgentId, current.AgentName);
        return (await Reader.FindAsync(current.Id, Closed))?.Form;
    }
}
