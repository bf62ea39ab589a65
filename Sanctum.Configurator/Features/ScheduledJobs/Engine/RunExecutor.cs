using System.Diagnostics;
using System.Text.Json.Nodes;
using Sanctum.Configurator.Features.Tools;
using Sanctum.Configurator.Features.Tools.Running;
using Sanctum.Configurator.Platform;
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

    public async Task<RunEnd> RunAsync(ClaimedRun claimed, LiveRun live)
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

    private async Task<RunEnd> WorkAsync(ClaimedRun claimed, LiveRun live)
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
            scope.ServiceProvider.GetRequiredService<CurrentUser>().Principal = await scope
                .ServiceProvider.GetRequiredService<JobRights>()
                .RunnerAsync(runsAs, name, live.Stopped);
            scope.ServiceProvider.GetRequiredService<CurrentActor>().Value = new(name, "console") { AnswersAs = runsAs };
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
            return new(
                RunOutcome.Failed,
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

    private static async Task<RunEnd> ActAsync(IServiceProvider services, JobRun run, string? runsAs, LiveRun live)
    {
        var (arguments, caller) = (JsonText.FindObject(run.Arguments) ?? [], services.GetRequiredService<CurrentUser>());
        var action = run.Action is { } name ? services.GetServices<IBuiltInTask>().FirstOrDefault(each => each.Name == name) : null;
        if (run.Action is not null && action is null)
        {
            return new(RunOutcome.Failed, $"The task {run.Action} is unknown to this console. Choose another one in the job.", null);
        }

        var policy = action?.Policy ?? Policies.OperateRegistry;
        if (!await caller.MayAsync(policy))
        {
            return new(RunOutcome.Failed, await services.GetRequiredService<JobRights>().ExplainAsync(runsAs, policy, live.Stopped), null);
        }

        return action is not null ? EndOf(await action.RunAsync(arguments, live.Stopped), live)
            : run.ToolInstanceId is { } instance
                ? await services
                    .GetRequiredService<ToolRuns>()
                    .RunAsync(instance, arguments.Count > 0 ? arguments : null, live.Say, live.Stopped) switch
                {
                    Outcome<ActEnd>.Ok { Value: var end } => new(
                        end.IsDone ? RunOutcome.Succeeded : RunOutcome.Failed,
                        end.Message,
                        end.Output ?? live.Output
                    ),
                    var other => new(RunOutcome.Failed, other.ProblemWith("Runs")!, live.Output),
                }
            : new(RunOutcome.Failed, "The job has nothing to run. Choose a tool instance or a built-in task.", null);
    }

    private static RunEnd EndOf(Outcome<string> outcome, LiveRun live) =>
        outcome is Outcome<string>.Ok done
            ? new(RunOutcome.Succeeded, done.Value, live.Output)
            : new(RunOutcome.Failed, outcome.ProblemWith("What it needs")!, live.Output);

    private static RunEnd EndOf(LiveRun live, ScheduledJob job, string? more)
    {
        var (outcome, message) = live.Why switch
        {
            RunStop.TimedOut => (RunOutcome.TimedOut, $"Timed out after {job.TimeoutSeconds} seconds."),
            RunStop.ConsoleStopped => (RunOutcome.Lost, "The console was stopped during the run."),
            _ => (RunOutcome.Cancelled, "Cancelled."),
        };
        return new(outcome, $"{message} {more}".TrimEnd(), live.Output);
    }

    [LoggerMessage(LogLevel.Error, "Run {RunId} of a job failed with an unexpected error")]
    private partial void LogFailed(Exception exception, int runId);

    [LoggerMessage(LogLevel.Warning, "Run {RunId} of a job did not stop when cancelled and was abandoned")]
    private partial void LogLeftAlone(int runId);
}
