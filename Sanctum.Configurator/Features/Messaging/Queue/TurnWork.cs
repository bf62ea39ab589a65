using System.Diagnostics;
using Microsoft.Extensions.Options;
using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Features.Letta.Saved;
using Sanctum.Configurator.Platform.Work;
using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Queue;

/// <summary>
/// Has one turn answered by its agent, and comes back within its time. It does not throw: what goes wrong is how the turn ended.
/// </summary>
internal sealed partial class TurnWork(
    IServiceScopeFactory scopes,
    Signal<TurnProgress> progress,
    IOptions<QueueOptions> options,
    TimeProvider clock,
    ILogger<TurnWork> log
)
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(250);

    public async Task<TurnEnd> RunAsync(ClaimedTurn turn, LiveRun live)
    {
        using var limit = clock.CreateTimer(
            _ => live.Stop(RunStop.TimedOut),
            null,
            TimeSpan.FromMinutes(options.Value.MostMinutes),
            Timeout.InfiniteTimeSpan
        );

        // Its lines in the log are found by this.
        using var activity = new Activity("message")
            .SetParentId(ActivityTraceId.CreateFromString(turn.Lead.CorrelationId), ActivitySpanId.CreateRandom())
            .Start();
        try
        {
            return await Task.Run(() => WorkAsync(turn, live), CancellationToken.None);
        }
        catch (OperationCanceledException) when (live.Stopped.IsCancellationRequested)
        {
            return StoppedEnd(live);
        }
        catch (Exception e)
        {
            LogFailed(e, turn.Lead.Id);
            return TurnEnd.Failed(
                $"An unexpected error occurred in the console: {e.GetType().Name}. See the console's log for details, then retry."
            );
        }
        finally
        {
            progress.Publish(new(turn.Lead.Id, turn.Lead.ChannelId, null, "", IsOver: true));
        }
    }

    private async Task<TurnEnd> WorkAsync(ClaimedTurn turn, LiveRun live)
    {
        await using var scope = scopes.CreateAsyncScope();
        var registries = scope.ServiceProvider.GetRequiredService<IDbContextFactory<RegistryDbContext>>();
        TurnInput input;
        await using (var registry = await registries.CreateDbContextAsync(live.Stopped))
        {
            input = await TurnInput.ReadAsync(registry, turn, live.Stopped);
        }

        if (turn.Lead.IsUrgent)
        {
            return await scope.ServiceProvider.GetRequiredService<ChatCommands>().RunAsync(turn.Lead, input, live.Stopped);
        }

        return input.Problem is { } problem ? TurnEnd.Failed(problem)
            : input.Channel is { Mode: ChannelMode.Echo } ? TurnEnd.Done(input.Text)
            : await AskAsync(turn, input, scope.ServiceProvider.GetRequiredService<SavedLetta>(), live);
    }

    private async Task<TurnEnd> AskAsync(ClaimedTurn turn, TurnInput input, SavedLetta letta, LiveRun live)
    {
        var most = input.Channel?.MostAttempts ?? QueueDefaults.MostAttempts;
        try
        {
            using var server = await letta.TalkingAsync(live.Stopped);
            try
            {
                return await GiveAsync(turn, input, server, live);
            }
            catch (OperationCanceledException) when (live.Why is RunStop.Asked or RunStop.TimedOut)
            {
                await CancelAtLettaAsync(server, input.Agent, turn.Lead.Id);
                throw;
            }
        }
        catch (LettaCallException e) when (e.IsBusy)
        {
            return Later(turn, e.Message, TimeSpan.FromSeconds(30));
        }
        catch (Exception e) when (LettaFailures.WhyOf(e, live.Stopped) is { } why)
        {
            LogBroke(e, turn.Lead.Id);
            var said = why[..1].ToUpperInvariant() + why[1..];
            return turn.Lead.AttemptCount >= most ? TurnEnd.Failed(said) : Later(turn, said, QueueDefaults.BackOff(turn.Lead.AttemptCount));
        }
    }

    private async Task<TurnEnd> GiveAsync(ClaimedTurn turn, TurnInput input, ILettaTalking server, LiveRun live)
    {
        if (turn.Lead.AttemptCount > 1)
        {
            var found = await LookUp.FindAsync(server, input.Agent, turn.Lead.ClientId!, live.Stopped);
            if (found.Answer is { } late)
            {
                return TurnEnd.Done(late) with { RunId = found.RunId };
            }

            if (found.IsThere)
            {
                return TurnEnd.Failed("It reached the agent, which has not answered it. A retry gives it to the agent a second time.") with
                {
                    Outcome = "unknown",
                    RunId = found.RunId,
                };
            }
        }

        var (joined, run, told) = (new LettaMessageJoiner(), (string?)null, clock.GetTimestamp());
        var speaker = new LettaSpeaker(input.Speaker, MayRead: false, turn.Lead.ClientId);
        await foreach (var part in await server.SendAsync(input.Agent, input.Text, speaker, live.Stopped))
        {
            joined.Add(part);
            run ??= part.RunId;
            if (part.Kind == LettaMessageKind.Assistant && clock.GetElapsedTime(told) >= BetweenLooks)
            {
                told = clock.GetTimestamp();
                progress.Publish(new(turn.Lead.Id, turn.Lead.ChannelId, input.Chat, joined.Answer, IsOver: false));
            }
        }

        return EndOf(turn, joined, input.Channel?.MostAttempts ?? QueueDefaults.MostAttempts) with
        {
            RunId = run,
        };
    }

    /// <summary>An answer that came with a failure at its end is an answer; a call that waits for a person is theirs.</summary>
    private TurnEnd EndOf(ClaimedTurn turn, LettaMessageJoiner joined, int most)
    {
        var waits = joined.Messages.Any(m => m.Kind == LettaMessageKind.ApprovalRequest);
        return joined.Problem is null
            ? joined.Answer.Trim().Length > 0
                ? TurnEnd.Done(joined.Answer)
                : TurnEnd.Failed("The agent ended its turn without an answer. Look at its messages, then retry.")
            : waits
                ? TurnEnd.Failed($"{joined.Problem} Decide it on the agent's page. The answer that follows stays there.")
                : turn.Lead.AttemptCount >= most
                    ? TurnEnd.Failed(joined.Problem)
                    : Later(turn, joined.Problem, QueueDefaults.BackOff(turn.Lead.AttemptCount)) with
                    {
                        // The server knows it, and would take it for one it has answered.
                        IsForgotten = true,
                    };
    }

    private TurnEnd Later(ClaimedTurn turn, string why, TimeSpan after)
    {
        LogLater(turn.Lead.Id, after);
        return new(QueueStatus.Pending, "failed", Failure: why) { NotBefore = clock.GetUtcNow() + after };
    }

    private TurnEnd StoppedEnd(LiveRun live) =>
        live.Why switch
        {
            RunStop.TimedOut => TurnEnd.Failed(
                $"The agent did not finish within {options.Value.MostMinutes} minutes, and was told to stop. Retry, or raise Queue:MostMinutes."
            ),
            RunStop.Asked => TurnEnd.Cancelled("Cancelled while the agent answered."),
            _ => new(
                QueueStatus.Pending,
                "lost",
                Failure: "The console was stopped meanwhile. It is looked up at Letta before it is given again."
            ),
        };

    private async Task CancelAtLettaAsync(ILettaTalking server, string agent, int entry)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5), clock);
        try
        {
            await server.CancelAsync(agent, patience.Token);
        }
        catch (Exception e) when (LettaFailures.WhyOf(e, CancellationToken.None) is not null || e is OperationCanceledException)
        {
            LogBroke(e, entry);
        }
    }

    [LoggerMessage(LogLevel.Error, "Message {EntryId} of the queue failed with an unexpected error")]
    private partial void LogFailed(Exception exception, int entryId);

    [LoggerMessage(LogLevel.Warning, "The call of Letta for message {EntryId} of the queue broke off")]
    private partial void LogBroke(Exception exception, int entryId);

    [LoggerMessage(LogLevel.Information, "Message {EntryId} of the queue is tried again in {After}")]
    private partial void LogLater(int entryId, TimeSpan after);
}
