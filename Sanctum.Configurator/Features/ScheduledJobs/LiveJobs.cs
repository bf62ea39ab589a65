using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.ScheduledJobs.Engine;

namespace Sanctum.Configurator.Features.ScheduledJobs;

/// <summary>What is shown of jobs and runs is read again when something about them has changed, once a second at most.</summary>
public abstract class LiveJobs : LivePage
{
    public static readonly TimeSpan AtMost = TimeSpan.FromSeconds(1);

    [Inject]
    public required Signal<RunsChanged> RunChanges { get; init; }

    [Inject]
    public required TimeProvider Clock { get; init; }

    protected Throttle WatchRuns() => WatchRuns(ReloadAsync);

    protected Throttle WatchRuns(Func<Task> follow)
    {
        var reading = Hold(new Throttle(AtMost, Clock, _ => InvokeAsync(follow)));
        Hold(RunChanges.Subscribe(_ => reading.Ask()));
        Hold(
            RegistryChanges.Subscribe(change =>
            {
                if (change.Tables.Contains(Tables.ScheduledJobs))
                {
                    reading.Ask();
                }
            })
        );
        return reading;
    }
}
