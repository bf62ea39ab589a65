using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Outbox;

/// <summary>All pieces of one answer, in order: where one is not sent, those after it are held.</summary>
internal static class WholeAnswer
{
    /// <summary>The pieces of the answer that a piece belongs to, the first one first.</summary>
    public static async Task<List<OutboxEntry>> PiecesAsync(RegistryDbContext registry, OutboxEntry piece, CancellationToken cancel)
    {
        var same = await registry
            .Outbox.Where(o =>
                o.ChannelId == piece.ChannelId && o.Chat == piece.Chat && o.MessageId == piece.MessageId && o.QueueId == piece.QueueId
            )
            .OrderBy(o => o.Id)
            .ToListAsync(cancel);

        // The same message may have been answered more than once; each answer begins with its part 1.
        var at = same.FindIndex(o => o.Id == piece.Id);
        var first = at < 0 ? -1 : same.FindLastIndex(at, o => o.Part == 1);
        var next = at < 0 ? -1 : same.FindIndex(at + 1, o => o.Part == 1);
        return at < 0 ? [piece] : same[Math.Max(first, 0)..(next < 0 ? same.Count : next)];
    }

    /// <summary>What is said of a piece that another one keeps from being sent.</summary>
    public static string HeldBy(OutboxEntry piece) =>
        string.Create(CultureInfo.InvariantCulture, $"Held, because part {piece.Part} of the answer is not known to have arrived.");

    /// <summary>Holds what comes after a piece that was not sent.</summary>
    public static async Task HoldAsync(RegistryDbContext registry, OutboxEntry piece, CancellationToken cancel)
    {
        foreach (var later in (await PiecesAsync(registry, piece, cancel)).Where(o => o.Id > piece.Id && o.Status == OutboxStatus.Queued))
        {
            (later.Status, later.Failure) = (OutboxStatus.Failed, HeldBy(piece));
        }
    }
}
