using Sanctum.Configurator.Features.Memories.Keeping;
using Sanctum.Configurator.Registry.Memories;

namespace Sanctum.Configurator.Features.Memories.Extraction;

/// <summary>
/// Writes what was read: only for whom it still belongs to, and where neither the conversation was deleted nor its person has turned memory
/// off meanwhile. The memories and that they were read are one commit.
/// </summary>
internal sealed class ExtractionEnds(
    IDbContextFactory<RegistryDbContext> registries,
    MemoryWriter writer,
    Signal<MemoriesChanged> changes,
    TimeProvider clock
)
{
    /// <returns>Those that were written; the others had been taken over or were withdrawn.</returns>
    public async Task<IReadOnlyList<(ClaimedExtraction Claimed, ExtractionEnd End)>> WriteAsync(
        IReadOnlyList<(ClaimedExtraction Claimed, ExtractionEnd End)> ends,
        CancellationToken cancel
    )
    {
        List<(ClaimedExtraction, ExtractionEnd)> written = [];
        foreach (var (claimed, end) in ends)
        {
            await using var registry = await registries.CreateDbContextAsync(cancel);
            await using var transaction = await RowLocks.BeginAsync(registry, cancel);
            await RowLocks.WaitAsync(registry, Tables.MemoryExtractions, [claimed.Row.Id], cancel);
            var row = await registry.MemoryExtractions.SingleOrDefaultAsync(
                e => e.Id == claimed.Row.Id && e.Status == MemoryExtractionStatus.Running && e.Owner == claimed.Row.Owner,
                cancel
            );
            if (row is not null)
            {
                await EndAsync(registry, row, end, cancel);
                written.Add((claimed, end));
            }

            await transaction.CommitAsync(cancel);
            if (row is not null && end.UserId is { } user && end.Read.Count > 0)
            {
                changes.Publish(new(user));
            }
        }

        return written;
    }

    private async Task EndAsync(RegistryDbContext registry, MemoryExtraction row, ExtractionEnd end, CancellationToken cancel)
    {
        (row.Owner, row.LeaseUntil) = (null, null);
        if (end.IsHandedOver)
        {
            row.Status = MemoryExtractionStatus.Waiting;
            await registry.SaveChangesAsync(cancel);
            return;
        }

        var now = clock.GetUtcNow();
        row.Attempts++;
        row.Problem = Cut(end.Problem);
        if (end.AgainAt is { } again)
        {
            (row.Status, row.DueAt) = (MemoryExtractionStatus.Waiting, again);
        }
        else
        {
            var isWanted = end.UserId is { } user && await MemoryQueries.WantsMemoryAsync(registry, user, cancel);
            row.Found = isWanted ? await writer.WriteAsync(registry, end.UserId!, end.Read, cancel) : 0;
            (row.Status, row.EndedAt) = (
                end.UserId is null && end.Problem is not null ? MemoryExtractionStatus.Failed : MemoryExtractionStatus.Done,
                now
            );
        }

        await registry.SaveChangesAsync(cancel);
    }

    private static string? Cut(string? text) => WholeText.OrNull(text is { Length: > 2000 } ? text[..2000] : text);
}
