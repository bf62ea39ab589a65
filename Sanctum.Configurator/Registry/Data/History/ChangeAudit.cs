using Sanctum.Configurator.Registry.History;

namespace Sanctum.Configurator.Registry.Data.History;

/// <summary>What is wrong with one record of the change history, or with the chain as a whole (no record).</summary>
public sealed record ChainFault(long? RecordId, string What);

/// <summary>What <see cref="ChangeAudit.VerifyAsync"/> found.</summary>
/// <param name="Records">Records in the chain.</param>
/// <param name="Waiting">Changes of other programs that no console has sealed yet.</param>
/// <param name="HeadHash">The hash of the last record: kept elsewhere, it proves the chain up to here.</param>
public sealed record ChainReport(long Records, int Waiting, string HeadHash, IReadOnlyList<ChainFault> Faults)
{
    public bool IsWhole => Faults.Count == 0;
}

/// <summary>Checks the chain of the change history from its first record to its last.</summary>
public sealed class ChangeAudit(IDbContextFactory<RegistryDbContext> registries)
{
    public async Task<ChainReport> VerifyAsync(CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);

        // One snapshot: a record that is appended meanwhile must not look like a fault.
        await using var snapshot = await registry.BeginReadingAsync(cancel);
        var head = await registry.Set<ChangeChainHead>().AsNoTracking().SingleOrDefaultAsync(cancel) ?? new();
        var faults = new List<ChainFault>();
        var (number, hash) = (0L, "");
        await foreach (
            var record in registry
                .Changes.AsNoTracking()
                .Where(r => r.ChainNumber != null)
                .OrderBy(r => r.ChainNumber)
                .AsAsyncEnumerable()
                .WithCancellation(cancel)
        )
        {
            faults.AddRange(FaultsOf(record, number, hash));
            (number, hash) = (record.ChainNumber!.Value, record.Hash ?? "");
        }

        if ((number, hash) != (head.Length, head.Hash))
        {
            faults.Add(
                new(
                    null,
                    number < head.Length
                        ? $"The chain ends at number {number}, but {head.Length} records were written: the newest were deleted."
                        : "The last record of the chain is not the one that was written last."
                )
            );
        }

        var unsealed = await registry.Changes.AsNoTracking().Where(r => r.ChainNumber == null).ToListAsync(cancel);
        var strangers = unsealed.Where(r => r.Actor != Actor.OutsideName || r.Hash is not null).ToList();
        faults.AddRange(strangers.Select(r => new ChainFault(r.Id, "It is not in the chain: it was inserted by another program.")));
        return new(number, unsealed.Count - strangers.Count, head.Hash, faults);
    }

    private static IEnumerable<ChainFault> FaultsOf(ChangeRecord record, long number, string hash)
    {
        if (record.ChainNumber != number + 1)
        {
            yield return new(
                record.Id,
                record.ChainNumber == number + 2
                    ? $"Number {number + 1}, before it, was deleted."
                    : $"Numbers {number + 1} to {record.ChainNumber - 1}, before it, were deleted."
            );
        }
        else if (record.PreviousHash != hash)
        {
            yield return new(record.Id, "It doesn't follow the record before it: one of the two was moved, inserted or edited.");
        }

        if (record.Hash != record.ComputeHash())
        {
            yield return new(record.Id, "It was edited after it was written.");
        }
    }
}
