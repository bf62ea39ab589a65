using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Agents.AgentFiles;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Features.Agents;

/// <summary>Does one thing with all agents that are chosen in the list.</summary>
public sealed partial class BulkBar
{
    private bool _isBusy;

    [Parameter, EditorRequired]
    public required IReadOnlyCollection<int> Chosen { get; set; }

    [Parameter]
    public EventCallback OnChoosePage { get; set; }

    [Parameter]
    public EventCallback OnClear { get; set; }

    /// <summary>What could not be done, in a sentence; null where all was.</summary>
    [Parameter]
    public EventCallback<string?> OnProblem { get; set; }

    [Inject]
    public required AgentService Agents { get; init; }

    [Inject]
    public required AgentExport Export { get; init; }

    [Inject]
    public required Confirm Confirm { get; init; }

    [Inject]
    public required Notices Notices { get; init; }

    [Inject]
    public required Browser Browser { get; init; }

    private Task ActivateAsync(bool isActive) =>
        RunAsync(async () =>
        {
            var (done, problems) = (0, new List<string>());
            foreach (var id in Chosen.ToList())
            {
                var outcome = await Agents.ActivateAsync(id, isActive, null, CancellationToken.None);
                done += outcome is Outcome<AgentRow>.Ok ? 1 : 0;
                if (outcome.ProblemWith($"Agent {id}") is { } problem)
                {
                    problems.Add(problem);
                }
            }

            if (done > 0)
            {
                Notices.Say($"{AgentLabels.Count(done, "agent")} {(done == 1 ? "is" : "are")} {(isActive ? "active" : "inactive")} now.");
            }

            return problems.Count == 0 ? null : string.Join(' ', problems.Distinct());
        });

    private async Task ExportAsync()
    {
        if (
            await Confirm.AskAsync(
                $"Export {AgentLabels.Count(Chosen.Count, "agent")}?",
                $"You get a ZIP file with a file for each. {AgentExport.About}",
                "Export",
                isDanger: false
            )
        )
        {
            await RunAsync(async () =>
            {
                var outcome = await Export.ExportAsync([.. Chosen], CancellationToken.None);
                if (outcome is Outcome<ExportedFile>.Ok { Value: var file })
                {
                    await using var content = file.Content;
                    await Browser.DownloadAsync(file.Name, content);
                }

                return outcome.ProblemWith("The agents");
            });
        }
    }

    private async Task RunAsync(Func<Task<string?>> act)
    {
        _isBusy = true;
        try
        {
            await OnProblem.InvokeAsync(await act());
        }
        finally
        {
            _isBusy = false;
        }
    }
}
