using System.Diagnostics;
using Sanctum.Configurator.Features.Tools;
using Sanctum.Configurator.Features.Tools.Running;
using Sanctum.Configurator.Platform.Work;
using Sanctum.Configurator.Registry.Jobs;

namespace Sanctum.Configurator.Features.ScheduledJobs.Engine;

/// <summary>
/// Runs what a job is about, and comes back within its time whatever that does: what does not stop when it is told to is left alone after
/// a moment, and its run marked so.
/// </summary>
internal sealed partial class RunExecutor(IServiceScopeFactory scopes, TimeProvider clock, ILogger<RunExecutor> log)
{
    /// <summary>For what it was told to stop.</summary>
    internal static readonly TimeSpan CancelGracePeriod = TimeSpan.FromSeconds(10);

    public async Task<RunResult> RunAsync(ClaimedRun claimed, LiveRun live)
    {
        using var limit = clock.CreateTimer(
            _ => live.Stop(RunStop.TimedOut),
            null,
            TimeSpan.FromSeconds(claimed.Job.TimeoutSeconds),
            Timeout.InfiniteTimeSpan
        );
        var work = Task.Run(() => WorkAsync(claimed, live), CancellationToken.None);
        var left = LeftAloneAsync(live);
        if (await Task.WhenAny(work, left) == work)
        {
            return await work;
        }

        LogLeftAlone(claimed.Run.Id);
        return EndOf(live, claimed.Job, "The run did not stop when cancelled. Its work may still be going on.");
    }

    private async Task LeftAloneAsync(LiveRun live)
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = live.Stopped.Register(() => stopped.TrySetResult());
        await stopped.Task;
        await Task.Delay(CancelGracePeriod, clock);
    }

    private async Task<RunResult> WorkAsync(ClaimedRun claimed, LiveRun live)
    {
        // Its lines in the log are found by this.
        using var activity = new Activity("job")
            .SetParentId(ActivityTraceId.CreateFromString(claimed.Run.CorrelationId), ActivitySpanId.CreateRandom())
            .Start();
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var name = $"job {claimed.Run.JobName}";
            var runsAs = AnswererOf(claimed);
            var runner = await scope.ServiceProvider.GetRequiredService<JobRights>().RunnerAsync(runsAs, name, live.Stopped);
            scope.ServiceProvider.GetRequiredService<CurrentUser>().Become(runner, new(name, "console") { AnswersAs = runsAs });
            var end = await ActAsync(scope.ServiceProvider, claimed.Run, runsAs, live);
            return live.Why == RunStop.None ? end : EndOf(live, claimed.Job, end.Message);
        }
        catch (OperationCanceledException) when (live.Stopped.IsCancellationRequested)
        {
            return EndOf(live, claimed.Job, null);
        }
        catch (Exception e)
        {
            LogFailed(e, claimed.Run.Id);
            return RunResult.Failed(
                $"An unexpected error occurred in the console: {e.GetType().Name}. See the console's log for details.",
                live.Output
            );
        }
    }

    /// <summary>
    /// Who answers for the job as it is now does not answer for what it did before, nor for what another program put into the row of the
    /// run.
    /// </summary>
    private static string? AnswererOf(ClaimedRun claimed) =>
        claimed.Run.Action == claimed.Job.Action && claimed.Run.ToolInstanceId == claimed.Job.ToolInstanceId ? claimed.Job.RunsAs : null;

    private static async Task<RunResult> ActAsync(IServiceProvider services, JobRun run, string? runsAs, LiveRun live)
    {
        var (arguments, caller) = (JsonText.FindObject(run.Arguments) ?? [], services.GetRequiredService<CurrentUser>());
        var action = run.Action is { } name ? services.GetServices<IBuiltInTask>().FirstOrDefault(each => each.Name == name) : null;
        if (run.Action is not null && action is null)
        {
            return RunResult.Failed($"The task {run.Action} is unknown to this console. Choose another one in the job.");
        }

        var policy = action?.Policy ?? Policies.OperateRegistry;
        if (!await caller.MayAsync(policy))
        {
            return RunResult.Failed(await services.GetRequiredService<JobRights>().ExplainAsync(runsAs, policy, live.Stopped));
        }

        if (action is not null)
        {
            return RunResult.Of(await action.RunAsync(arguments, live.Stopped), live.Output);
        }

        if (run.ToolInstanceId is not { } instance)
        {
            return RunResult.Failed("The job has nothing to run. Choose a tool instance or a built-in task.");
        }

        var outcome = await services
            .GetRequiredService<ToolRuns>()
            .RunAsync(instance, arguments.Count > 0 ? arguments : null, live.Say, live.Stopped);
        return outcome is Outcome<RunResult>.Ok { Value: var end }
            ? end with
            {
                Output = end.Output ?? live.Output,
            }
            : RunResult.Failed(outcome.ProblemWith("Runs")!, live.Output);
    }

    private static RunResult EndOf(LiveRun live, ScheduledJob job, string? more)
    {
        var (ending, message) = live.Why switch
        {
            RunStop.TimedOut => (RunEnding.TimedOut, $"Timed out after {job.TimeoutSeconds} seconds."),
            RunStop.ConsoleStopped => (RunEnding.Abandoned, "The console was stopped during the run."),
            _ => (RunEnding.Cancelled, "Cancelled."),
        };
        return new(ending, $"{message} {more}".TrimEnd(), live.Output);
    }

    [LoggerMessage(LogLevel.Error, "Run {RunId} of a job failed with an unexpected error")]
    private partial void LogFailed(Exception exception, int runId);

    [LoggerMessage(LogLevel.Warning, "Run {RunId} of a job did not stop when cancelled and was abandoned")]
    private partial void LogLeftAlone(int runId);
}
