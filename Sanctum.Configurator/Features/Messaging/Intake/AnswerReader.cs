using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Sanctum.Configurator.Features.Messaging.Queue;
using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Intake;

/// <summary>What became of a message.</summary>
/// <param name="Status">As the queue has it; "kept" for one that no agent is to see.</param>
/// <param name="Answer">While it is made, as far as it has come.</param>
internal sealed record AnswerState(int MessageId, int? QueueId, string Status, bool IsOver, string? Answer, string? Failure);

/// <summary>Tells programs how far the answer to a message is.</summary>
internal sealed class AnswerReader(
    IDbContextFactory<RegistryDbContext> registries,
    Signal<TurnProgress> progress,
    Signal<QueueChanged> changes,
    TimeProvider clock
)
{
    /// <summary>Seconds.</summary>
    public const int LongestWait = 60;

    private readonly Signal<TurnProgress> _progress = progress;
    private readonly Signal<QueueChanged> _changes = changes;
    private readonly TimeProvider _clock = clock;

    /// <summary>Another console may have it answered: nobody tells of that here.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(2);

    public async Task<AnswerState?> FindAsync(int messageId, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var message = await registry.Messages.AsNoTracking().SingleOrDefaultAsync(m => m.Id == messageId, cancel);
        if (message is null)
        {
            return null;
        }

        // An operator may have given an edited one to the agent instead.
        var entry = await registry
            .Queue.AsNoTracking()
            .Where(e => e.MessageId == messageId || registry.Messages.Any(m => m.EditedFrom == messageId && m.Id == e.MessageId))
            .OrderByDescending(e => e.Id)
            .FirstOrDefaultAsync(cancel);
        if (entry is null)
        {
            return new(messageId, null, "kept", IsOver: true, message.AgentResponse, null);
        }

        var isOver = !QueueStates.Open.Contains(entry.Status);
        var answer = message.AgentResponse ?? (isOver ? await AnswerOfTurnAsync(registry, entry.TurnId ?? entry.Id, cancel) : null);
        return new(
            messageId,
            entry.Id,
            Registry.Model.EnumText<QueueStatus>.Of(entry.Status),
            isOver,
            answer,
            isOver && entry.Status != QueueStatus.Done ? entry.Failure ?? QueueLabels.Of(entry.Status) : null
        );
    }

    /// <summary>The newest state; ends when the answer is there, or the patience is over.</summary>
    public async Task<AnswerState?> WaitAsync(int messageId, TimeSpan patience, CancellationToken cancel)
    {
        var until = _clock.GetUtcNow() + patience;
        using var changed = new Changes(this);
        while (true)
        {
            var state = await FindAsync(messageId, cancel);
            var left = until - _clock.GetUtcNow();
            if (state is null or { IsOver: true } || left <= TimeSpan.Zero)
            {
                return state;
            }

            await changed.NextAsync(left < Look ? left : Look, cancel);
        }
    }

    /// <summary>Each state, until the answer is there. It never ends silently: the last one is over.</summary>
    public async IAsyncEnumerable<AnswerState> FollowAsync(int messageId, [EnumeratorCancellation] CancellationToken cancel)
    {
        using var changed = new Changes(this);
        AnswerState? told = null;
        while (await FindAsync(messageId, cancel) is { } state)
        {
            var now = state.IsOver ? state : state with { Answer = changed.TextOf(state.QueueId) };
            if (now != told)
            {
                yield return told = now;
            }

            if (now.IsOver)
            {
                yield break;
            }

            await changed.NextAsync(Look, cancel);
        }
    }

    /// <summary>Of a burst the last message has the answer.</summary>
    private static Task<string?> AnswerOfTurnAsync(RegistryDbContext registry, int lead, CancellationToken cancel) =>
        registry
            .Queue.Where(e => e.Id == lead || e.TurnId == lead)
            .OrderByDescending(e => e.Id)
            .Select(e => registry.Messages.Where(m => m.Id == e.MessageId).Select(m => m.AgentResponse).FirstOrDefault())
            .FirstOrDefaultAsync(cancel);

    /// <summary>Hears of the queue while somebody waits.</summary>
    private sealed class Changes : IDisposable
    {
        private readonly Channel<bool> _any = System.Threading.Channels.Channel.CreateBounded<bool>(
            new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
        );
        private readonly Dictionary<int, string> _texts = [];
        private readonly Lock _lock = new();
        private readonly TimeProvider _clock;
        private readonly IDisposable _progress;
        private readonly IDisposable _queue;

        public Changes(AnswerReader reader)
        {
            _clock = reader._clock;
            _progress = reader._progress.Subscribe(part =>
            {
                lock (_lock)
                {
                    _texts[part.QueueId] = part.Text;
                }

                _any.Writer.TryWrite(true);
            });
            _queue = reader._changes.Subscribe(_ => _any.Writer.TryWrite(true));
        }

        public string? TextOf(int? entry)
        {
            lock (_lock)
            {
                return entry is { } id && _texts.TryGetValue(id, out var text) && text.Length > 0 ? text : null;
            }
        }

        public async Task NextAsync(TimeSpan most, CancellationToken cancel)
        {
            using var late = new CancellationTokenSource(most, _clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, late.Token);
            try
            {
                await _any.Reader.ReadAsync(either.Token);
            }
            catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
            {
                // It looks for itself.
            }
        }

        public void Dispose()
        {
            _progress.Dispose();
            _queue.Dispose();
        }
    }
}
