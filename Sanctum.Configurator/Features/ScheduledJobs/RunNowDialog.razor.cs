using Microsoft.AspNetCore.Components;

namespace Sanctum.Configurator.Features.ScheduledJobs;

/// <summary>Runs a job at once, with its own arguments or with others.</summary>
public sealed partial class RunNowDialog
{
    private string? _hint;
    private string? _own;

    [Parameter, EditorRequired]
    public required JobRow Job { get; set; }

    [Parameter]
    public JsonObject? Arguments { get; set; }

    [Inject]
    public required JobService Jobs { get; init; }

    [Inject]
    public required JobReader Reader { get; init; }

    internal static Dictionary<string, object?> For(JobView job) =>
        new() { [nameof(Job)] = job.Job, [nameof(Arguments)] = job.Form.Arguments };

    protected override string Thing => "job";

    protected override async Task OnInitializedAsync()
    {
        Form.Text = _own = Arguments?.ToJsonString(JsonText.Readable);
        var schema = Job.ToolInstanceId is { } instance
            ? await Reader.SchemaOfAsync(instance, CancellationToken.None)
            : (await Reader.RunnablesAsync(CancellationToken.None)).FirstOrDefault(each => each.Action == Job.Action)?.Schema;
        _hint = ArgumentsText.Hint(schema) ?? (Arguments is { Count: > 0 } ? "JSON object." : null);
    }

    protected override async Task<Outcome<RunRow>> SaveAsync()
    {
        var (overrides, problem) = ArgumentsText.Read(Form.Text);

        // An empty field says that nothing is told; one that was not touched, that the job's own are.
        return problem is null
            ? await Jobs.RunAsync(Job.Id, Form.Text == _own ? null : overrides ?? [], CancellationToken.None)
            : new Outcome<RunRow>.Invalid("overrides", problem);
    }

    protected override void Refuse(IReadOnlyDictionary<string, string> reasons) =>
        base.Refuse(reasons.ToDictionary(reason => reason.Key == "overrides" ? nameof(Form.Text) : reason.Key, reason => reason.Value));

    public sealed class Overrides
    {
        public string? Text { get; set; }
    }
}
