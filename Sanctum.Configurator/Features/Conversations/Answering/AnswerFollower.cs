using System.Runtime.CompilerServices;
using Sanctum.Configurator.Features.Conversations.Keeping;
using Sanctum.Configurator.Registry.Conversations;

namespace Sanctum.Configurator.Features.Conversations.Answering;

/// <summary>
/// Follows answers while they are made, on whichever console, from their beginning or from where somebody was. Whoever follows keeps nobody
/// waiting, and an answer goes on without anybody.
/// </summary>
public sealed class AnswerFollower(
    IDbContextFactory<RegistryDbContext> registries,
    ConversationAccess access,
    ConversationReader reader,
    Signal<AnswerMoved> moved,
    AnswerFeed feed,
    TimeProvider clock
)
{
    internal const string Start = "start",
        Text = "text",
        Reasoning = "reasoning",
        Tool = "tool",
        Reset = "reset",
        Message = "message",
        Ping = "ping",
        End = "end";

    /// <summary>How often it is looked for what another console writes.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    /// <summary>Proxies close what is silent.</summary>
    private static readonly TimeSpan BetweenPings = TimeSpan.FromSeconds(15);

    private const int PiecesAtOnce = 500;

    /// <summary>The answer that is made in a conversation now, or is made next; null where none is.</summary>
    public async Task<int?> ActiveAsync(Guid conversation, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return await access.MayAsync()
            ? await registry
                .ConversationRuns.Where(r => r.ConversationId == conversation && r.Status != ConversationRunStatus.Ended)
                .Where(r => access.Readable(registry).Any(c => c.Id == r.ConversationId))
                .OrderBy(r => r.Id)
                .Select(r => (int?)r.Id)
                .FirstOrDefaultAsync(cancel)
            : null;
    }

    /// <summary>Where an event's id is of this conversation: its run, and the number of the piece; null where it is none.</summary>
    public async Task<(int Run, int Piece)?> FindAsync(string? eventId, Guid? conversation, CancellationToken cancel)
    {
        if (
            eventId?.Split(':') is not [var first, var second]
            || !int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var run)
        )
        {
            return null;
        }

        var piece =
            second == End ? int.MaxValue
            : int.TryParse(second, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
            : (int?)null;
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return
            piece is { } at
            && await access.MayAsync()
            && await registry.ConversationRuns.AnyAsync(
                r =>
                    r.Id == run
                    && (conversation == null || r.ConversationId == conversation)
                    && access.Readable(registry).Any(c => c.Id == r.ConversationId),
                cancel
            )
            ? (run, at)
            : null;
    }

    /// <summary>The events after a piece, until the answer has ended. One that has ended already is told as a whole.</summary>
    /// <param name="after">0 for all of them.</param>
    public async IAsyncEnumerable<AnswerEvent> FollowAsync(int run, int after, [EnumeratorCancellation] CancellationToken cancel)
    {
        if (after == int.MaxValue)
        {
            yield break;
        }

        using var ear = feed.Listen(run);
        using var heard = moved.Subscribe(change =>
        {
            if (change.RunId == run)
            {
                ear.Look();
            }
        });
        ear.Look();
        var (at, isFirst, pinged) = (after, after == 0, clock.GetTimestamp());
        while (true)
        {
            await ear.WaitAsync(Look, clock, cancel);
            var read = ear.Take(at) is { } pieces && !isFirst ? Told.Of(pieces) : await ReadAsync(run, at, isFirst, cancel);
            foreach (var told in read.Events)
            {
                yield return told;
            }

            if (read.IsOver)
            {
                yield break;
            }

            isFirst &= read.Events.Count == 0;
            at = read.At;
            if (read.Events.Count > 0)
            {
                pinged = clock.GetTimestamp();
            }
            else if (clock.GetElapsedTime(pinged) >= BetweenPings)
            {
                pinged = clock.GetTimestamp();
                yield return new(Ping, new { }, null);
            }

            if (read.IsMore)
            {
                ear.Look();
            }
        }
    }

    private async Task<Told> ReadAsync(int id, int after, bool withStart, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        await using var moment = await registry.BeginReadingAsync(cancel);
        if (await registry.ConversationRuns.AsNoTracking().SingleOrDefaultAsync(r => r.Id == id, cancel) is not { } run)
        {
            return new([new(End, new { state = "deleted" }, IdOf(id, End))], after, IsOver: true);
        }

        if (run.Status == ConversationRunStatus.Ended)
        {
            return await EndedAsync(run, cancel);
        }

        List<AnswerEvent> events = [];
        if (withStart && run.Status == ConversationRunStatus.Running)
        {
            var before = await registry
                .ConversationMessages.Where(m => m.Id == run.MessageId)
                .Select(m => new { m.Content, m.ParentId })
                .SingleAsync(cancel);
            events.Add(
                new(Start, new AnswerStarted(run.ConversationId, before.ParentId, run.MessageId, run.Id, before.Content), IdOf(id, "0"))
            );
        }

        var pieces = await registry
            .ConversationPieces.AsNoTracking()
            .Where(p => p.RunId == id && p.Number > after)
            .OrderBy(p => p.Number)
            .Take(PiecesAtOnce)
            .ToListAsync(cancel);
        events.AddRange(pieces.Select(piece => Event(piece)));
        return new(events, pieces.Count > 0 ? pieces[^1].Number : after, IsOver: false) { IsMore = pieces.Count == PiecesAtOnce };
    }

    /// <summary>Its pieces are gone: the message has all of it.</summary>
    private async Task<Told> EndedAsync(ConversationRun run, CancellationToken cancel)
    {
        var message = await reader.MessageAsync(run.ConversationId, run.MessageId, cancel);
        return new(
            message is null
                ? [new(End, new { state = "deleted" }, IdOf(run.Id, End))]
                :
                [
                    new(Message, message, null),
                    new(
                        End,
                        new AnswerEnded(
                            message.Id,
                            message.State,
                            message.Problem,
                            message.Model,
                            message.InputTokens,
                            message.OutputTokens
                        ),
                        IdOf(run.Id, End)
                    ),
                ],
            0,
            IsOver: true
        );
    }

    private static AnswerEvent Event(ConversationPiece piece) =>
        new(
            piece.Kind switch
            {
                ConversationPieceKind.Text => Text,
                ConversationPieceKind.Reasoning => Reasoning,
                ConversationPieceKind.Tool => Tool,
                _ => Reset,
            },
            piece.Kind switch
            {
                ConversationPieceKind.Tool => JsonSerializer.Deserialize<ConversationToolCall>(piece.Text, ApiJson.Options)!,
                _ => new AnswerPiece(piece.Text),
            },
            IdOf(piece.RunId, piece.Number.ToString(CultureInfo.InvariantCulture))
        );

    private static string IdOf(int run, string what) => string.Create(CultureInfo.InvariantCulture, $"{run}:{what}");

    private sealed record Told(IReadOnlyList<AnswerEvent> Events, int At, bool IsOver)
    {
        public bool IsMore { get; init; }

        public static Told Of(IReadOnlyList<ConversationPiece> pieces) =>
            new([.. pieces.Select(piece => Event(piece))], pieces[^1].Number, IsOver: false);
    }
}
