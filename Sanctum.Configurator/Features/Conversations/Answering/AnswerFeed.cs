using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Threading.Channels;
using Sanctum.Configurator.Registry.Conversations;

namespace Sanctum.Configurator.Features.Conversations.Answering;

/// <summary>
/// Hands the pieces of answers that this console has just written to those who follow them here, so that they need not read them again.
/// </summary>
public sealed class AnswerFeed
{
    private readonly ConcurrentDictionary<int, ImmutableList<AnswerEar>> _ears = new();

    /// <summary>From now on, until it is disposed.</summary>
    internal AnswerEar Listen(int run)
    {
        var ear = new AnswerEar(own => Forget(run, own));
        _ears.AddOrUpdate(run, _ => [ear], (_, others) => others.Add(ear));
        return ear;
    }

    /// <summary>Returns at once. The pieces are durable.</summary>
    internal void Tell(int run, IReadOnlyList<ConversationPiece> pieces)
    {
        foreach (var ear in _ears.GetValueOrDefault(run) ?? [])
        {
            ear.Hear(pieces);
        }
    }

    private void Forget(int run, AnswerEar ear)
    {
        while (_ears.TryGetValue(run, out var ears))
        {
            var rest = ears.Remove(ear);
            if (
                rest.IsEmpty
                    ? ((ICollection<KeyValuePair<int, ImmutableList<AnswerEar>>>)_ears).Remove(new(run, ears))
                    : _ears.TryUpdate(run, rest, ears)
            )
            {
                return;
            }
        }
    }
}

/// <summary>What one who follows an answer has heard and not read yet. Whoever is slow misses some, and finds them in the registry.</summary>
internal sealed class AnswerEar(Action<AnswerEar> forget) : IDisposable
{
    private const int MostHeard = 1_000;

    private readonly Channel<IReadOnlyList<ConversationPiece>> _heard = Channel.CreateBounded<IReadOnlyList<ConversationPiece>>(
        new BoundedChannelOptions(MostHeard) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true }
    );

    /// <summary>One that waits still is waited for the next time.</summary>
    private Task<bool>? _heardNext;

    public void Dispose() => forget(this);

    public void Hear(IReadOnlyList<ConversationPiece> pieces) => _heard.Writer.TryWrite(pieces);

    /// <summary>There may be something in the registry.</summary>
    public void Look() => _heard.Writer.TryWrite([]);

    /// <summary>Until something was heard, or for so long.</summary>
    public async Task WaitAsync(TimeSpan most, TimeProvider clock, CancellationToken cancel)
    {
        var heard = _heardNext ??= _heard.Reader.WaitToReadAsync(CancellationToken.None).AsTask();
        if (!heard.IsCompleted)
        {
            using var over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            await Task.WhenAny(heard, Task.Delay(most, clock, over.Token));
            await over.CancelAsync();
        }

        _heardNext = heard.IsCompleted ? null : heard;

        cancel.ThrowIfCancellationRequested();
    }

    /// <summary>The pieces that follow on a number; null where only the registry knows what there is.</summary>
    public IReadOnlyList<ConversationPiece>? Take(int after)
    {
        var (pieces, isWhole) = (new List<ConversationPiece>(), true);
        while (_heard.Reader.TryRead(out var told))
        {
            isWhole &= told.Count > 0;
            foreach (var piece in told.Where(piece => piece.Number > after))
            {
                isWhole &= piece.Number == after + 1;
                after = piece.Number;
                pieces.Add(piece);
            }
        }

        return isWhole && pieces.Count > 0 ? pieces : null;
    }
}
