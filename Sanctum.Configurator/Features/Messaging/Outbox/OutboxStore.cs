using Microsoft.Extensions.Options;
using Sanctum.Configurator.Features.Messaging.Channels;
using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Outbox;

/// <summary>
/// Who sends which piece. A piece belongs to one console for as long as its lease lasts; what was being sent when the lease ran out may have
/// arrived, and is a person's to decide.
/// </summary>
internal sealed class OutboxStore(OwnRegistry registries, ChannelLeases leases, IOptions<OutboxOptions> options, TimeProvider clock)
{
    internal const string Broken =
        "The console stopped while it was sending this. It may have arrived: look into the chat, then send it again or mark it as arrived.";

    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(15);

    private TimeSpan Lease => options.Value.SendTimeout + Slack;

    /// <summary>The first piece of each chat, where it may be sent now. A chat in which one is on its way has none.</summary>
    public async Task<IReadOnlyList<OutboxEntry>> NextAsync(int channelId, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var now = clock.GetUtcNow();
        var firsts = registry
            .Outbox.Where(o => o.ChannelId == channelId && (o.Status == OutboxStatus.Queued || o.Status == OutboxStatus.Sending))
            .GroupBy(o => o.Chat)
            .Select(chat => chat.Min(o => o.Id));
        return await registry
            .Outbox.AsNoTracking()
            .Where(o => firsts.Contains(o.Id) && o.Status == OutboxStatus.Queued && (o.NotBefore == null || o.NotBefore <= now))
            .OrderBy(o => o.Id)
            .ToListAsync(cancel);
    }

    /// <summary>Whether the piece is now this console's to send; another one may have been faster.</summary>
    public async Task<bool> ClaimAsync(OutboxEntry piece, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var until = clock.GetUtcNow() + Lease;
        return await registry
                .Outbox.Where(o => o.Id == piece.Id && o.Status == OutboxStatus.Queued)
                .ExecuteUpdateAsync(
                    set =>
                        set.SetProperty(o => o.Status, OutboxStatus.Sending)
                            .SetProperty(o => o.Owner, leases.Owner)
                            .SetProperty(o => o.LeaseUntil, until)
                            .SetProperty(o => o.AttemptCount, o => o.AttemptCount + 1),
                    cancel
                ) == 1;
    }

    /// <summary>Keeps what became of a piece, unless it is no longer this console's.</summary>
    public async Task FinishAsync(int id, SendResult result, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        await registry.BeginWritingAsync(cancel);
        var piece = await registry.Outbox.SingleOrDefaultAsync(
            // Whoever found the lease over could not know; the one who sent it does.
            o => o.Id == id && o.Owner == leases.Owner && (o.Status == OutboxStatus.Sending || o.Status == OutboxStatus.Unknown),
            cancel
        );
        if (piece is null)
        {
            return;
        }

        Apply(piece, result);
        if (piece.Status is OutboxStatus.Failed or OutboxStatus.Unknown)
        {
            await WholeAnswer.HoldAsync(registry, piece, cancel);
        }
        else if (piece.Status == OutboxStatus.Sent)
        {
            await ReleaseAsync(registry, piece, cancel);
        }

        await registry.SaveChangesAsync(cancel);
        await registry.CommitWritingAsync(cancel);
    }

    /// <summary>Marks what was being sent by a console that answers no more.</summary>
    /// <returns>How many pieces.</returns>
    public async Task<int> ExpireAsync(CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var now = clock.GetUtcNow();
        if (!await Over(registry, now).AnyAsync(cancel))
        {
            return 0;
        }

        await registry.BeginWritingAsync(cancel);
        var pieces = await Over(registry, now).ToListAsync(cancel);
        foreach (var piece in pieces)
        {
            (piece.Status, piece.Failure, piece.LeaseUntil) = (OutboxStatus.Unknown, Broken, null);
            await WholeAnswer.HoldAsync(registry, piece, cancel);
        }

        await registry.SaveChangesAsync(cancel);
        await registry.CommitWritingAsync(cancel);
        return pieces.Count;
    }

    /// <summary>What was held only because of a piece that did arrive goes on.</summary>
    internal static async Task ReleaseAsync(RegistryDbContext registry, OutboxEntry piece, CancellationToken cancel)
    {
        var pieces = await WholeAnswer.PiecesAsync(registry, piece, cancel);
        foreach (var later in pieces.Where(o => o.Id > piece.Id && IsHeldBy(o, piece)))
        {
            (later.Status, later.Failure, later.NotBefore) = (OutboxStatus.Queued, null, null);
        }
    }

    internal static bool IsHeldBy(OutboxEntry held, OutboxEntry piece) =>
        held.Status == OutboxStatus.Failed && held.AttemptCount == 0 && held.Failure == WholeAnswer.HeldBy(piece);

    private static IQueryable<OutboxEntry> Over(RegistryDbContext registry, DateTimeOffset now) =>
        registry.Outbox.Where(o => o.Status == OutboxStatus.Sending && (o.LeaseUntil == null || o.LeaseUntil < now));

    private void Apply(OutboxEntry piece, SendResult result)
    {
        var now = clock.GetUtcNow();
        (piece.LeaseUntil, piece.NotBefore) = (null, null);
        switch (result)
        {
            case SendResult.Sent sent:
                (piece.Status, piece.SentAt, piece.ExternalId, piece.Failure) = (
                    OutboxStatus.Sent,
                    now,
                    Cut(sent.ExternalId, LengthLimits.Name),
                    null
                );
                break;
            case SendResult.Later later when piece.AttemptCount < options.Value.MostAttempts:
                (piece.Status, piece.Failure) = (OutboxStatus.Queued, Cut(later.Why, LengthLimits.Failure));
                piece.NotBefore = now + Longer(later.After, BackOff(piece.AttemptCount));
                break;
            case SendResult.Later later:
                (piece.Status, piece.Failure) = (
                    OutboxStatus.Failed,
                    Cut($"Given up after {piece.AttemptCount} attempts. {later.Why}", LengthLimits.Failure)
                );
                break;
            case SendResult.Refused refused:
                (piece.Status, piece.Failure) = (OutboxStatus.Failed, Cut(refused.Why, LengthLimits.Failure));
                break;
            case SendResult.Unknown unknown:
                (piece.Status, piece.Failure) = (OutboxStatus.Unknown, Cut(unknown.Why, LengthLimits.Failure));
                break;
        }
    }

    internal static TimeSpan BackOff(int attempts) =>
        TimeSpan.FromSeconds(Math.Min(LongestWait.TotalSeconds, Math.Pow(2, Math.Clamp(attempts, 0, 12))));

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private static string? Cut(string? text, int most) => text is null || text.Length <= most ? text : text[..most];
}
