using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Features.Messaging.Channels;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Data;
using Sanctum.Configurator.Registry.Messaging;
using Sanctum.Configurator.Registry.Model;

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
    private const string MayNot = "You don't have permission to decide about messages in the outbox.";

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
    public Task<Outcome<OutboxRow>> RetryAsync(int id, CancellationToken cancel) =>
        ActAsync(
            id,
            "retry",
            piece => piece.Status is OutboxStatus.Failed or OutboxStatus.Unknown,
            "Only what has failed or may not have arrived can be sent again.",
            async (registry, piece) =>
            {
                var pieces = await WholeAnswer.PiecesAsync(registry, piece, cancel);
                if (pieces.Find(o => o.Status == OutboxStatus.Unknown && o.Id < piece.Id) is { } open)
                {
                    return $"Decide about part {open.Part} of this answer first: it may have arrived.";
                }

                foreach (var again in pieces.Where(o => o.Id == piece.Id || o.Status == OutboxStatus.Failed))
                {
                    (again.Status, again.Failure, again.NotBefore, again.AttemptCount) = (OutboxStatus.Queued, null, null, 0);
                }

                return null;
            },
            cancel
        );

    /// <summary>Says of a piece that may have arrived that it did; what it held is sent.</summary>
    public Task<Outcome<OutboxRow>> ResolveAsync(int id, CancellationToken cancel) =>
        ActAsync(
            id,
            "mark as arrived",
            piece => piece.Status == OutboxStatus.Unknown,
            "Only what may have arrived can be marked as arrived.",
            async (registry, piece) =>
            {
                (piece.Status, piece.SentAt, piece.Failure) = (OutboxStatus.Sent, clock.GetUtcNow(), null);
                await OutboxStore.ReleaseAsync(registry, piece, cancel);
                return null;
            },
            cancel
        );

    /// <summary>Gives a piece up, with all that comes after it in the same answer.</summary>
    public Task<Outcome<OutboxRow>> CancelAsync(int id, CancellationToken cancel) =>
        ActAsync(
            id,
            "cancel",
            piece => piece.Status is OutboxStatus.Queued or OutboxStatus.Failed or OutboxStatus.Unknown,
            "It is being sent, or has been, and can't be cancelled.",
            async (registry, piece) =>
            {
                foreach (
                    var given in (await WholeAnswer.PiecesAsync(registry, piece, cancel)).Where(o =>
                        o.Id >= piece.Id && o.Status is OutboxStatus.Queued or OutboxStatus.Failed or OutboxStatus.Unknown
                    )
                )
                {
                    (given.Status, given.NotBefore) = (OutboxStatus.Cancelled, null);
                }

                return null;
            },
            cancel
        );

    /// <param name="change">Changes rows, or says why not.</param>
    private async Task<Outcome<OutboxRow>> ActAsync(
        int id,
        string act,
        Func<OutboxEntry, bool> isAllowed,
        string refusal,
        Func<RegistryDbContext, OutboxEntry, Task<string?>> change,
        CancellationToken cancel
    )
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

        if (!isAllowed(piece))
        {
            return new Outcome<OutboxRow>.Invalid("", refusal);
        }

        if (await change(registry, piece) is { } fault)
        {
            return new Outcome<OutboxRow>.Invalid("", fault);
        }

        await registry.SaveChangesAsync(cancel);
        await registry.RecordAsync(act, Tables.Outbox, $"{id}", after: null, cancel);
        await registry.CommitWritingAsync(cancel);
        bell.Ring();
        return new Outcome<OutboxRow>.Ok((await reader.FindAsync(id, cancel))!);
    }
}
