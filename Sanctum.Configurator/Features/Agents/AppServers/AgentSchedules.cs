using System.ComponentModel.DataAnnotations;
using Sanctum.Configurator.Features.Letta.AppServer;
using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Platform.Requests;

namespace Sanctum.Configurator.Features.Agents.AppServers;

/// <summary>A schedule that an App Server keeps for an agent: it says something to the agent at its times.</summary>
/// <param name="Conversation"><c>new</c> where each run begins one.</param>
/// <param name="Status">Such as active, paused or cancelled.</param>
/// <param name="Failed">How many of its runs failed.</param>
public sealed record AgentSchedule(
    string Id,
    string Name,
    string? Cron,
    string? TimeZone,
    string Prompt,
    string Status,
    string? Conversation,
    DateTimeOffset? LastRun,
    string? LastOutcome,
    int Runs,
    int Failed
);

/// <summary>A schedule that is to be made.</summary>
public sealed class AgentScheduleForm
{
    [Required(ErrorMessage = "Enter a name.")]
    [TextLimit(Lengths.Name)]
    public string? Name { get; set; }

    [Required(ErrorMessage = "Enter the times as a cron expression, such as 0 9 * * 1-5.")]
    [TextLimit(Lengths.Name)]
    public string? Cron { get; set; }

    [Required(ErrorMessage = "Enter a time zone, such as UTC or Europe/Berlin.")]
    [TextLimit(Lengths.Name)]
    public string? TimeZone { get; set; } = "UTC";

    [Required(ErrorMessage = "Enter what is said to the agent.")]
    [TextLimit(Lengths.Long)]
    public string? Prompt { get; set; }
}

/// <summary>
/// The schedules that an App Server keeps for an agent, beside the console's jobs. They run in the server, whether the console runs or not,
/// each time in a new conversation, which is <c>unrestricted</c>: whoever adds one lets the agent run commands that nobody is asked about,
/// and so needs every permission.
/// </summary>
public sealed class AgentSchedules(AppServerCalls calls)
{
    private static readonly Dictionary<string, string> Commands = new()
    {
        ["pause"] = "cron_pause",
        ["resume"] = "cron_resume",
        ["trigger"] = "cron_trigger",
        ["delete"] = "cron_delete",
    };

    /// <summary>What may be done to one.</summary>
    public static IReadOnlyCollection<string> Acts => Commands.Keys;

    public Task<Outcome<IReadOnlyList<AgentSchedule>>> ListAsync(int id, CancellationToken cancel) =>
        calls.ReadAsync<IReadOnlyList<AgentSchedule>>(
            id,
            async (link, uid) =>
            {
                var answer = await link.AskAsync("cron_list", new() { ["agent_id"] = uid }, cancel);
                return [.. LettaAgent.ItemsOf(answer, "tasks").Select(task => Read(task, link)).OfType<AgentSchedule>()];
            },
            cancel
        );

    public async Task<Outcome<AgentSchedule>> AddAsync(int id, AgentScheduleForm form, CancellationToken cancel) =>
        FormRules.Check(form) is { Count: > 0 } reasons
            ? new Outcome<AgentSchedule>.Invalid(reasons)
            : await calls.WriteAsync(
                Policies.Everything,
                id,
                ("add schedule", new { form.Name, form.Cron }),
                async (link, uid) =>
                {
                    var answer = await link.AskAsync(
                        "cron_add",
                        new()
                        {
                            ["agent_id"] = uid,
                            ["name"] = form.Name!.Trim(),
                            ["description"] = "Added in Sanctum Configurator",
                            ["cron"] = form.Cron!.Trim(),
                            ["timezone"] = form.TimeZone!.Trim(),
                            ["recurring"] = true,
                            ["prompt"] = form.Prompt,
                        },
                        cancel
                    );
                    return TaskIn(answer, link);
                },
                cancel
            );

    /// <param name="act">One of <see cref="Acts"/>.</param>
    public async Task<Outcome<AgentSchedule>> ActAsync(int id, string schedule, string act, CancellationToken cancel)
    {
        if (!Commands.TryGetValue(act, out var command))
        {
            return new Outcome<AgentSchedule>.Invalid("act", $"Allowed: {string.Join(", ", Acts)}.");
        }

        // A schedule of another agent is none of this one's.
        var listed = await ListAsync(id, cancel);
        if (listed is not Outcome<IReadOnlyList<AgentSchedule>>.Ok { Value: var schedules })
        {
            return listed is Outcome<IReadOnlyList<AgentSchedule>>.Invalid refused
                ? new Outcome<AgentSchedule>.Invalid(refused.Reasons)
                : new Outcome<AgentSchedule>.NotFound();
        }

        return schedules.FirstOrDefault(known => known.Id == schedule) is not { } there
            ? new Outcome<AgentSchedule>.NotFound()
            : await calls.WriteAsync(
                act is "delete" ? Policies.WriteRegistry : Policies.OperateRegistry,
                id,
                ($"{act} schedule", new { there.Name }),
                async (link, _) =>
                {
                    var answer = await link.AskAsync(command, new() { ["task_id"] = schedule }, cancel);
                    return answer.TryGetProperty("found", out var found) && found.ValueKind == JsonValueKind.False
                            ? throw new LettaCallException("the schedule is not there any more.")
                        : act == "delete" ? there
                        : TaskIn(answer, link);
                },
                cancel
            );
    }

    private static AgentSchedule TaskIn(JsonElement answer, AppServerLink link) =>
        (answer.TryGetProperty("task", out var task) ? Read(task, link) : null) ?? throw new JsonException("The schedule has no id.");

    private static AgentSchedule? Read(JsonElement task, AppServerLink link) =>
        LettaAgent.TextOf(task, "id") is { } id
            ? new(
                id,
                LettaAgent.TextOf(task, "name") ?? id,
                LettaAgent.TextOf(task, "cron"),
                LettaAgent.TextOf(task, "timezone"),
                link.Hide(LettaAgent.TextOf(task, "prompt") ?? ""),
                LettaAgent.TextOf(task, "status") ?? "",
                LettaAgent.TextOf(task, "conversation_id"),
                LettaAgent.TimeOf(task, "last_run_at"),
                LettaAgent.TextOf(task, "last_run_error") ?? LettaAgent.TextOf(task, "last_run_outcome"),
                NumberOf(task, "fire_count"),
                NumberOf(task, "failed_count")
            )
            : null;

    private static int NumberOf(JsonElement task, string name) =>
        task.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number)
            ? number
            : 0;
}
