using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Sanctum.Configurator.Registry.Data.Sqlite;

/// <summary>
/// Lets nothing count as written while the database's file is not where it should be. Asked after the commit too: the file may go in
/// between.
/// </summary>
internal sealed class WrittenInPlace(PlaceOfDatabase place) : DbCommandInterceptor, IDbTransactionInterceptor
{
    public ValueTask<InterceptionResult> TransactionCommittingAsync(
        DbTransaction transaction,
        TransactionEventData eventData,
        InterceptionResult result,
        CancellationToken cancellationToken = default
    )
    {
        place.Require();
        return new(result);
    }

    public Task TransactionCommittedAsync(
        DbTransaction transaction,
        TransactionEndEventData eventData,
        CancellationToken cancellationToken = default
    )
    {
        place.Require();
        return Task.CompletedTask;
    }

    public override ValueTask<int> NonQueryExecutedAsync(
        DbCommand command,
        CommandExecutedEventData eventData,
        int result,
        CancellationToken cancellationToken = default
    )
    {
        if (command.Transaction is null)
        {
            place.Require();
        }

        return new(result);
    }
}
