using Sanctum.Configurator.Features.Messaging.Incoming;
using Sanctum.Configurator.Features.Messaging.Queue;
using Sanctum.Configurator.Platform.Work;

namespace Sanctum.Configurator.Features.Messaging.Intake;

/// <summary>
/// Takes what people write: makes or updates the person and their profile, keeps the message, and puts it into the queue of its agent. What
/// comes together is written in one commit; who is told that it was taken can rely on it.
/// </summary>
internal sealed class MessageIntake(
    SharedWrites writes,
    QueueHints hints,
    Signal<QueueChanged> queue,
    LiveTurns live,
    TimeProvider clock,
    ILogger<MessageIntake> log
)
{
    /// <summary>Messages in one commit.</summary>
    private const int MostAtOnce = 500;

    private GroupedWrites<Waiting>? _groups;

    private GroupedWrites<Waiting> Groups =>
        LazyInitializer.EnsureInitialized(ref _groups, () => new(MostAtOnce, WriteAsync, (e, count) => IntakeLog.OneByOne(log, e, count)));

    /// <summary>Takes one message.</summary>
    /// <returns>Ok when it is durable, or was taken before.</returns>
    public async Task<Outcome<AcceptedMessage>> AcceptAsync(IncomingMessage message, CancellationToken cancel)
    {
        if (IncomingRules.Check(message) is { Count: > 0 } reasons)
        {
            return new Outcome<AcceptedMessage>.Invalid(reasons);
        }

        var own = new Waiting(message);
        await Groups.WriteAsync(own, cancel);
        return await own.Taken;
    }

    private async Task WriteAsync(IEnumerable<Waiting> waiting)
    {
        List<Waiting> batch = [.. waiting];
        IntakeBatch written;
        try
        {
            written = await CommitAsync(batch);
        }
        catch (DbUpdateException e) when (batch.Count == 1)
        {
            // Another console has just made the same person or channel.
            IntakeLog.OneByOne(log, e, 1);
            written = await CommitAsync(batch);
        }

        Tell(written);
    }

    private async Task<IntakeBatch> CommitAsync(IReadOnlyList<Waiting> batch)
    {
        var (written, answers) = await writes.WriteAsync(
            async registry =>
            {
                var writer = new IntakeBatch(registry, clock.GetUtcNow());
                return (writer, await writer.AddAsync([.. batch.Select(one => one.Message)], CancellationToken.None));
            },
            CancellationToken.None
        );
        foreach (var (one, answer) in batch.Zip(answers))
        {
            one.Answer(answer);
        }

        return written;
    }

    /// <summary>It is written: what fails from here on must not have it written once more.</summary>
    private void Tell(IntakeBatch written)
    {
        try
        {
            written.ToCancel.ForEach(turn => live.Cancel(turn, RunStop.Asked));
            hints.Add(written.Agents, written.Commanded, written.Due);
            queue.Publish(new(IsWork: false));
        }
        catch (Exception e)
        {
            IntakeLog.Untold(log, e);
        }
    }

    private sealed class Waiting(IncomingMessage message) : IWaiting
    {
        private readonly TaskCompletionSource<Outcome<AcceptedMessage>> _taken = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public IncomingMessage Message => message;

        public Task<Outcome<AcceptedMessage>> Taken => _taken.Task;

        public Task Settled => _taken.Task;

        public void Answer(Outcome<AcceptedMessage> outcome) => _taken.TrySetResult(outcome);

        public void Fail(Exception e) => _taken.TrySetException(e);
    }
}

internal static partial class IntakeLog
{
    [LoggerMessage(LogLevel.Warning, "{Count} messages could not be taken together; each is tried by itself")]
    public static partial void OneByOne(ILogger log, Exception exception, int count);

    [LoggerMessage(LogLevel.Error, "Messages were taken, but not all was told of it; the queue goes on with them within seconds")]
    public static partial void Untold(ILogger log, Exception exception);
}
