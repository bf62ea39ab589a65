using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Sanctum.Configurator.Registry.Data.History;

/// <summary>
/// Tells of what this process wrote as soon as it is committed, and keeps in mind that it did: <see cref="OtherWritersWorker"/> finds the same
/// records in the history.
/// </summary>
internal sealed class OwnCommits(Signal<RegistryChange> changes) : DbTransactionInterceptor
{
    private readonly ConcurrentDictionary<long, bool> _told = new();

    public override Task TransactionCommittedAsync(
        DbTransaction transaction,
        TransactionEndEventData eventData,
        CancellationToken cancellationToken = default
    )
    {
        if ((eventData.Context as RegistryDbContext)?.TakeAppended() is { Count: > 0 } records)
        {
            foreach (var record in records.Where(record => record.ChainNumber is not null))
            {
                _told[record.ChainNumber!.Value] = true;
            }

            changes.Publish(new(records.Select(record => record.TableName)));
        }

        return Task.CompletedTask;
    }

    public override Task TransactionRolledBackAsync(
        DbTransaction transaction,
        TransactionEndEventData eventData,
        CancellationToken cancellationToken = default
    )
    {
        (eventData.Context as RegistryDbContext)?.TakeAppended();
        return Task.CompletedTask;
    }

    /// <summary>Whether a record was told of here.</summary>
    public bool WasTold(long chainNumber) => _told.ContainsKey(chainNumber);

    /// <summary>Nobody asks any more for records up to this one.</summary>
    public void Forget(long chainNumber)
    {
        foreach (var old in _told.Keys.Where(told => told <= chainNumber))
        {
            _told.TryRemove(old, out _);
        }
    }
}
