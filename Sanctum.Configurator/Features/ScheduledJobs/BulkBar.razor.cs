using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;

namespace Sanctum.Configurator.Features.ScheduledJobs;

/// <summary>Does one thing with all jobs that are chosen in the list.</summary>
public sealed partial class BulkBar
{
    private bool _isBusy;

    [Parameter, EditorRequired]
    public required IReadOnlyCollection<int> Chosen { get; set; }

    [Parameter]
    public EventCallback OnChoosePage { get; set; }

    [Parameter]
    public EventCallback OnClear { get; set; }

    /// <summary>One that is there no longer.</summary>
    [Parameter]
    public EventCallback<int> OnGone { get; set; }

    /// <summary>What could not be done, in sentences; null where all was.</summary>
    [Parameter]
    public EventCallback<string?> OnDone { get; set; }

    [Inject]
    public required JobService Jobs { get; init; }

    [Inject]
    public required JobReader Reader { get; init; }

    [Inject]
    public required Notices Notices { get; init; }

    private Task EnableAsync(bool isEnabled) =>
        EachAsync(
            isEnabled ? "enabled" : "disabled",
            async (id, name) => (await Jobs.EnableAsync(id, isEnabled, null, CancellationToken.None)).ProblemWith(name)
        );

    private Task RunNowAsync() =>
        EachAsync("queued", async (id, name) => (await Jobs.RunAsync(id, null, CancellationToken.None)).ProblemWith(name));

    private async Task EachAsync(string done, Func<int, string, Task<string?>> act)
    {
        _isBusy = true;
        try
        {
            var (count, problems) = (0, new List<string>());
            foreach (var id in Chosen.ToList())
            {
                var name = (await Reader.FindAsync(id, CancellationToken.None))?.Job.Name;
                if (name is null)
                {
                    problems.Add($"Job {id} no longer exists.");
                    await OnGone.InvokeAsync(id);
                }
                else if (await act(id, name) is { } problem)
                {
                    problems.Add(problem.StartsWith(name, StringComparison.Ordinal) ? problem : $"{name}: {problem}");
                }
                else
                {
                    count++;
                }
            }

            if (count > 0)
            {
                Notices.Say($"{JobLabels.Count(count, "job")} {(count == 1 ? "is" : "are")} {done}.", Tone.Good);
            }

            await OnDone.InvokeAsync(
                problems.Count == 0
                    ? null
                    : $"{JobLabels.Count(problems.Count, "job")} of {count + problems.Count} could not be {done}. {string.Join(' ', problems)}"
            );
        }
        finally
        {
            _isBusy = false;
        }
    }
}
