using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using MudBlazor;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Features.ScheduledJobs;

/// <summary>Runs a job at once, with its own arguments or with others.</summary>
public sealed partial class RunNowDialog
{
    private readonly EditContext _context = new(new object());
    private string? _hint;
    private string? _text;
    private string? _own;
    private string? _problem;
    private string? _notice;
    private bool _isBusy;

    [Parameter, EditorRequired]
    public required JobRow Job { get; set; }

    [Parameter]
    public JsonObject? Arguments { get; set; }

    [Inject]
    public required JobService Jobs { get; init; }

    [Inject]
    public required JobReader Reader { get; init; }

    [CascadingParameter]
    private IMudDialogInstance Shown { get; set; } = null!;

    internal static Dictionary<string, object?> For(JobView job) => new() { [nameof(Job)] = job.Job, [nameof(Arguments)] = job.Form.Arguments };

    protected override async Task OnInitializedAsync()
    {
        _text = _own = Arguments?.ToJsonString(JsonText.Readable);
        var schema = Job.ToolInstanceId is { } instance ? await Reader.SchemaOfAsync(instance, CancellationToken.None)
            : (await Reader.RunnablesAsync(CancellationToken.None)).FirstOrDefault(each => each.Action == Job.Action)?.Schema;
        _hint = ArgumentsText.Hint(schema) ?? (Arguments is { Count: > 0 } ? "JSON object." : null);
    }

    private async Task RunAsync()
    {
        (_isBusy, _notice) = (true, null);
        try
        {
            (var overrides, _problem) = ArgumentsText.Read(_text);
            if (_problem is null)
            {
                // An empty field says that nothing is told; one that was not touched, that the job's own are.
                Show(await Jobs.RunAsync(Job.Id, _text == _own ? null : overrides ?? [], CancellationToken.None));
            }
        }
        finally
        {
            _isBusy = false;
        }
    }

    private void Show(Outcome<RunRow> outcome)
    {
        switch (outcome)
        {
            case Outcome<RunRow>.Done done:
                Shown.Close(done.Value);
                break;
            case Outcome<RunRow>.Refused refused when refused.Reasons.TryGetValue("overrides", out var reason):
                _problem = reason;
                break;
            default:
                _notice = outcome.ProblemWith(Job.Name);
                break;
        }
    }
}
