using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;

namespace Sanctum.Configurator.Features.ScheduledJobs;

/// <summary>What the installation's own crontab runs; nothing where there is none.</summary>
public sealed partial class CrontabCard
{
    private CrontabView? _view;
    private string? _problem;

    [Inject]
    public required CrontabService Crontab { get; init; }

    [Inject]
    public required Notices Notices { get; init; }

    protected override async Task ReadAsync(CancellationToken cancel) => _view = await Crontab.ReadAsync(cancel);

    private async Task ImportAsync(int line)
    {
        var outcome = await Crontab.ImportAsync(line, CancellationToken.None);
        _problem = outcome.ProblemWith($"Line {line}");
        if (outcome is Outcome<JobRow>.Ok { Value: var job })
        {
            Notices.Say($"{job.Name} was created. Remove line {line} from the crontab, or it runs twice.", Tone.Good);
        }

        await ReloadAsync();
    }
}
