using System.Security.Claims;
using Sanctum.Configurator.Features.ScheduledJobs;

namespace Sanctum.Configurator.Features.Agents.Moving;

/// <summary>Moves agents away from the page or request that asked for it. When the console stops, the present agent comes to its end.</summary>
public sealed partial class MoveRunner(IServiceScopeFactory scopes, TimeProvider clock, ILogger<MoveRunner> log)
    : IHostedService,
        IDisposable
{
    private readonly CancellationTokenSource _ending = new();
    private Task _moving = Task.CompletedTask;
    private volatile bool _isDisposed;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (!_isDisposed)
        {
            await _ending.CancelAsync();
            await _moving.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public void Dispose()
    {
        _isDisposed = true;
        _ending.Dispose();
    }

    /// <param name="before">What was moved already, by a move that this one goes on with.</param>
    /// <param name="caller">Whose rights it has, and whom the history names.</param>
    internal void Begin(int id, MoveForm form, IReadOnlyList<MovedAgent> before, CurrentUser caller)
    {
        var (principal, actor) = (caller.Principal, caller.Actor);
        _moving = Task.Run(() => RunAsync(id, form, before, principal, actor), CancellationToken.None);
    }

    private async Task RunAsync(int id, MoveForm form, IReadOnlyList<MovedAgent> before, ClaimsPrincipal principal, Actor actor)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            scope.ServiceProvider.GetRequiredService<CurrentUser>().Become(principal, actor);
            var runs = scope.ServiceProvider.GetRequiredService<LongRuns>();
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(_ending.Token);
            var moved = new Moved(before);
            await using var answering = clock.CreateTimer(_ => _ = AnswerAsync(id, moved, stop), null, runs.AnswerEvery, runs.AnswerEvery);
            var (ending, message) = await TryAsync(scope.ServiceProvider, form, moved, () => AnswerAsync(id, moved, stop), stop.Token);
            await runs.EndAsync(id, ending, message, moved.Lines, CancellationToken.None);
            LogMoved(moved.Count, form.Uids!.Count, message);
        }
        catch (Exception e)
        {
            // Nobody waits for this task. Its run is taken for lost when it answers no more.
            LogUnrecorded(e, id);
        }
    }

    private async Task<(RunEnding Ending, string Message)> TryAsync(
        IServiceProvider services,
        MoveForm form,
        Moved moved,
        Func<Task> answer,
        CancellationToken stop
    )
    {
        try
        {
            var opened = await services.GetRequiredService<AgentMove>().OpenAsync(CancellationToken.None);
            if (opened is not Outcome<MoveSource>.Ok { Value: var source })
            {
                return (RunEnding.Failed, opened.ProblemWith("the V1 server")!);
            }

            using (source)
            {
                await services
                    .GetRequiredService<AgentMover>()
                    .MoveAllAsync(
                        source,
                        moved.LeftOf(form.Uids!),
                        form,
                        isDryRun: false,
                        async agent =>
                        {
                            moved.Add(agent);
                            await answer();
                        },
                        stop
                    );
            }
        }
        catch (Exception e)
        {
            LogFailed(e);
            return (
                RunEnding.Failed,
                "An unexpected error occurred. See the console's log for details. Go on with what is left afterwards."
            );
        }

        var summary = MoveReportText.Summary(moved.Agents);
        return !moved.Agents.Any(agent => agent.End == MoveEnd.NotBegun && agent.Problem == AgentMover.Stopped)
                ? (moved.Agents.All(MoveRuns.IsThere) ? RunEnding.Succeeded : RunEnding.Failed, summary)
            : _ending.IsCancellationRequested ? (RunEnding.Abandoned, $"The console was stopped during the move. {summary}")
            : (RunEnding.Cancelled, $"Stopped. {summary}");
    }

    private async Task AnswerAsync(int id, Moved moved, CancellationTokenSource stop)
    {
        try
        {
            // A scope of its own: the timer asks beside the move.
            await using var scope = scopes.CreateAsyncScope();
            if (!await scope.ServiceProvider.GetRequiredService<LongRuns>().AnswerAsync(id, moved.Lines, CancellationToken.None))
            {
                await stop.CancelAsync();
            }
        }
        catch (ObjectDisposedException)
        {
            // It has ended meanwhile.
        }
        catch (Exception e)
        {
            // The registry may be back in time for the next answer.
            LogUnrecorded(e, id);
        }
    }

    [LoggerMessage(LogLevel.Information, "A move from the V1 server has ended with {Ended} of {Agents} agents: {Summary}")]
    private partial void LogMoved(int ended, int agents, string summary);

    [LoggerMessage(LogLevel.Error, "A move from the V1 server failed")]
    private partial void LogFailed(Exception exception);

    [LoggerMessage(LogLevel.Error, "The state of the move {RunId} could not be saved")]
    private partial void LogUnrecorded(Exception exception, int runId);

    /// <summary>What has become of the agents so far; written by the move, read by the timer.</summary>
    private sealed class Moved(IReadOnlyList<MovedAgent> before)
    {
        private readonly Lock _lock = new();
        private readonly List<MovedAgent> _agents = [.. before];

        public IReadOnlyList<MovedAgent> Agents
        {
            get
            {
                lock (_lock)
                {
                    return [.. _agents];
                }
            }
        }

        public int Count => Agents.Count;

        public string Lines => MoveRuns.LinesOf(Agents);

        public void Add(MovedAgent agent)
        {
            lock (_lock)
            {
                _agents.Add(agent);
            }
        }

        public IReadOnlyList<string> LeftOf(IEnumerable<string> uids) => [.. uids.Except(Agents.Select(agent => agent.Uid))];
    }
}
