namespace Sanctum.Configurator.Features.Tools.Running;

/// <summary>Runs an act of the console itself, if the caller may.</summary>
internal sealed class BuiltInTaskExecutor(IEnumerable<IBuiltInTask> actions, CurrentUser caller) : IToolExecutor
{
    public string Kind => "console";

    public string Title => "Built-in task";

    public TimeSpan Patience => TimeSpan.FromMinutes(10);

    public string Schema =>
        new JsonObject
        {
            ["type"] = "object",
            ["required"] = new JsonArray("kind", "action"),
            ["properties"] = new JsonObject
            {
                ["kind"] = new JsonObject { ["const"] = Kind },
                ["action"] = new JsonObject
                {
                    ["title"] = "Task",
                    ["enum"] = new JsonArray([.. actions.Select(action => JsonValue.Create(action.Name))]),
                    ["description"] = string.Join(" ", actions.Select(action => $"{action.Name}: {action.Description}")),
                },
                ["arguments"] = new JsonObject
                {
                    ["type"] = "object",
                    ["title"] = "Arguments",
                    ["description"] = "Only for tasks with arguments.",
                },
            },
        }.ToJsonString();

    public string? TargetOf(JsonObject config) => Find(new(config, null))?.Description.TrimEnd('.');

    public string? PolicyOf(JsonObject config) => Find(new(config, null))?.Policy;

    public async Task<RunResult> RunAsync(ToolCall run, Action<string> say, CancellationToken cancel)
    {
        if (Find(run) is not { } action)
        {
            return RunResult.Failed(
                $"Unknown task {run.Text("action")}. Available: {string.Join(", ", actions.Select(each => each.Name))}."
            );
        }

        if (!await caller.MayAsync(action.Policy))
        {
            return RunResult.Failed($"You don't have permission to run this task: {action.Description}");
        }

        return RunResult.Of(await action.RunAsync(run.Config["arguments"] as JsonObject ?? [], cancel));
    }

    private IBuiltInTask? Find(ToolCall run) => actions.FirstOrDefault(action => action.Name == run.Text("action"));
}
