using Sanctum.Configurator.Features.Messaging.Channels;
using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Outbox;

/// <summary>Puts answers on their way, and does what people decide about those that did not arrive.</summary>
public sealed class OutboxService(
    IDbContextFactory<RegistryDbContext> registries,
    OutboxReader reader,
    Connectors connectors,
    OutboxBell bell,
    CurrentUser caller,
    TimeProvider clock
)
{
    internal const string MayNot = "You don't have permission to decide about messages in the outbox.";

    /// <summary>
    /// Adds an answer, in pieces as long as the channel takes, and saves it in the caller's transaction. Whoever commits that rings the bell.
    /// </summary>
    /// <returns>How many pieces; 0 where the channel sends nothing, or the answer is empty.</returns>
    public async Task<int> EnqueueAsync(
        RegistryDbContext registry,
        Channel channel,
        string chat,
        int? messageId,
        int? queueId,
        int? personId,
        string answer,
        CancellationToken cancel
    )
    {
        var pieces = connectors.Find(channel.Connector) is { } connector
            ? AnswerPieces.Of(connector, channel.Id, chat, messageId, queueId, personId, answer)
            : [];
        registry.AddRange(pieces);
        await registry.SaveChangesAsync(cancel);
        return pieces.Count;
    }

    /// <summary>Sends a piece again that has failed, or that may not have arrived, with what it held.</summary>
    public Task<Outcome<OutboxRow>> RetryAsync(int id, CancellationToken cancel) => DecideAsync(id, OutboxActKind.Retry, cancel);

    /// <summary>Says of a piece that may have arrived that it did; what it held is sent.</summary>
    public Task<Outcome<OutboxRow>> ResolveAsync(int id, CancellationToken cancel) => DecideAsync(id, OutboxActKind.Resolve, cancel);

    /// <summary>Gives a piece up, with all that comes after it in the same answer.</summary>
    public Task<Outcome<OutboxRow>> CancelAsync(int id, CancellationToken cancel) => DecideAsync(id, OutboxActKind.Cancel, cancel);

    private async Task<Outcome<OutboxRow>> DecideAsync(int id, OutboxActKind kind, CancellationToken cancel)
    {
        if (!await caller.MayAsync(Policies.OperateMessages))
        {
            return new Outcome<OutboxRow>.Invalid("", MayNot);
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        await registry.BeginWritingAsync(cancel);

        // Nobody may begin to send it between the look and the change.
        await registry.Outbox.Where(o => o.Id == id).ExecuteUpdateAsync(set => set.SetProperty(o => o.Part, o => o.Part), cancel);
        if (await registry.Outbox.SingleOrDefaultAsync(o => o.Id == id, cancel) is not { } piece)
        {
            return new Outcome<OutboxRow>.NotFound();
        }

        if (!OutboxDecisions.From(kind).Contains(piece.Status))
        {
            return new Outcome<OutboxRow>.Invalid("", OutboxDecisions.Refusal(kind));
        }

        if (await OutboxDecisions.ApplyAsync(registry, piece, kind, clock.GetUtcNow(), cancel) is { } fault)
        {
            return new Outcome<OutboxRow>.Invalid("", fault);
        }

        await registry.SaveChangesAsync(cancel);
        await registry.RecordAsync(OutboxDecisions.Word(kind), Tables.Outbox, $"{id}", after: null, cancel);
        await registry.CommitWritingAsync(cancel);
        bell.Ring();
        return new Outcome<OutboxRow>.Ok((await reader.FindAsync(id, cancel))!);
    }
}
