using Microsoft.Extensions.Options;
using Sanctum.Configurator.Features.RestApi.Catalog;
using Sanctum.Configurator.Features.RestApi.Parsing;
using Sanctum.Configurator.Features.RestApi.Sql;

namespace Sanctum.Configurator.Features.RestApi;

/// <summary>Adds, changes and deletes rows of the caller's, all of a call or none.</summary>
internal sealed class RestWriter(
    IDbContextFactory<RegistryDbContext> registries,
    RestReader reader,
    RestAccess access,
    RestRules rules,
    InsertGroups groups,
    RegistryLocation location,
    IOptions<RestApiOptions> options,
    TimeProvider clock
)
{
    private RestApiOptions Options => options.Value;

    /// <exception cref="RestFault">It can't be done.</exception>
    public async Task<RestAnswer> InsertAsync(RestCall call, JsonElement body, CancellationToken cancel)
    {
        access.RequireWriting(call.Table);
        RefuseRange(call);
        var conflict = Upserts.ConflictOf(call);
        var rows = new RowInput(call.Table, call.Query, call.PreferHeader, access).ForInsert(body, Options.MostWritten);
        rules.Complete(call.Table, rows);
        var isSmall = rows.Count <= InsertGroups.MostRows && conflict is null && !call.PreferHeader.IsTried;
        return isSmall && location.IsSqlite && !call.Table.KeepsHistory
            ? await groups.AddAsync(
                async store =>
                {
                    // Whoever goes away must not interrupt the statements of the others.
                    var changed = rules.Follow(store, call.Table);
                    return (await InsertAsync(store, changed, call, rows, null, CancellationToken.None), changed);
                },
                cancel
            )
            : await InTransactionAsync(call, (store, changed) => InsertAsync(store, changed, call, rows, conflict, cancel), cancel);
    }

    private async Task<RestAnswer> InsertAsync(
        RestStore store,
        RowChanges changed,
        RestCall call,
        List<Dictionary<string, object?>> rows,
        OnConflict? conflict,
        CancellationToken cancel
    )
    {
        await rules.CheckNewAsync(store, call.Table, rows, cancel);
        var before = conflict is null ? [] : await Upserts.ExistingAsync(store, call.Table, conflict, rows, cancel);
        await changed.BeginAsync(before, cancel);
        var ids = new List<Guid>();
        foreach (var (sql, values) in WriteSql.Insert(call.Table, rows, conflict, access, store.Dialect))
        {
            ids.AddRange(await store.IdsAsync(sql, values, cancel));
        }

        if (conflict is { Merges: true } && ids.Count < rows.Count)
        {
            throw Upserts.NotMerged(call.Table);
        }

        var added = ids.Except(before).ToList();
        await rules.AddedAsync(store, call.Table, rows, added, cancel);
        await changed.EndAsync(added, ids, [], cancel);
        var isMerged = rows.Count > 0 && added.Count == 0 && conflict is { Merges: true };
        return await AnswerAsync(store, call, ids, isMerged ? StatusCodes.Status200OK : StatusCodes.Status201Created, cancel);
    }

    /// <exception cref="RestFault">It can't be done.</exception>
    public async Task<RestAnswer> UpdateAsync(RestCall call, JsonElement body, CancellationToken cancel)
    {
        access.RequireWriting(call.Table);
        RequireFilter(call, "UPDATE");
        var values = new RowInput(call.Table, call.Query, call.PreferHeader, access).ForUpdate(body);
        return await InTransactionAsync(
            call,
            async (store, changed) =>
            {
                var ids = values.Count == 0 ? [] : await FoundAsync(store, call, cancel);
                await RestRules.CheckChangeAsync(store, call.Table, values, ids, cancel);
                await changed.BeginAsync(ids, cancel);
                if (ids.Count > 0)
                {
                    var set = store.NewValues();
                    var sql = WriteSql.Update(call.Table, values, rules.AlsoSet(call.Table, values, set), ids, set);
                    await store.ExecuteAsync(sql, set, cancel);
                }

                await changed.EndAsync([], ids, [], cancel);
                return await AnswerAsync(store, call, ids, StatusCodes.Status200OK, cancel);
            },
            cancel
        );
    }

    /// <exception cref="RestFault">It can't be done.</exception>
    public async Task<RestAnswer> DeleteAsync(RestCall call, CancellationToken cancel)
    {
        access.RequireWriting(call.Table);
        RequireFilter(call, "DELETE");
        return await InTransactionAsync(
            call,
            async (store, changed) =>
            {
                var ids = await FoundAsync(store, call, cancel);
                await RestRules.CheckChangeAsync(store, call.Table, new(), ids, cancel);
                await changed.BeginAsync(ids, cancel);
                var answer = await AnswerAsync(store, call, ids, StatusCodes.Status200OK, cancel);
                await rules.DeletingAsync(store, call.Table, ids, cancel);
                var values = store.NewValues();
                await store.ExecuteAsync(
                    $"DELETE FROM {SqlDialect.Quote(call.Table.Name)} WHERE id IN ({WriteSql.Ids(ids, values)})",
                    values,
                    cancel
                );
                await changed.EndAsync([], [], ids, cancel);
                return answer;
            },
            cancel
        );
    }

    private async Task<RestAnswer> InTransactionAsync(
        RestCall call,
        Func<RestStore, RowChanges, Task<RestAnswer>> write,
        CancellationToken cancel
    )
    {
        await using var store = new RestStore(
            await registries.CreateDbContextAsync(cancel),
            TimeSpan.FromSeconds(Options.StatementSeconds),
            clock
        );
        var changed = rules.Follow(store, call.Table);
        await changed.OpenAsync(cancel);
        var answer = await write(store, changed);
        await changed.CloseAsync(keeps: !call.PreferHeader.IsTried, cancel);
        return answer;
    }

    /// <summary>What is sent back of the rows that were written.</summary>
    private async Task<RestAnswer> AnswerAsync(RestStore store, RestCall call, List<Guid> ids, int status, CancellationToken cancel)
    {
        if (ids.Count > call.PreferHeader.MaxAffected)
        {
            throw new RestFault(
                StatusCodes.Status400BadRequest,
                "PGRST124",
                "Query result exceeds max-affected preference constraint",
                $"The query affects {ids.Count} rows"
            );
        }

        call.RequireOne(call.PreferHeader.ReturnsRows ? ids.Count : 1);
        var isNew = status == StatusCodes.Status201Created;
        var rows = call.PreferHeader.ReturnsRows ? await RowsAsync(store, call, ids, cancel) : null;
        var applied = call.PreferHeader.Applied([
            .. isNew || call.Query.OnConflict is not null ? ["resolution", "missing"] : Array.Empty<string>(),
            "return",
            "count",
            "tx",
        ]);
        return new(
            rows is null && status == StatusCodes.Status200OK ? StatusCodes.Status204NoContent : status,
            rows?.Body,
            RangeOf(call, ids.Count, isNew),
            applied,
            !isNew && await reader.HidesAsync(store, call, cancel),
            call.PreferHeader.ReturnsHeaders && isNew && ids is [var id] ? $"/{call.Table.Resource}?id=eq.{id}" : null
        );
    }

    private static string RangeOf(RestCall call, int rows, bool isNew) =>
        RestReader.RangeOf(0, isNew ? 0 : rows, call.PreferHeader.HasCount ? rows : null);

    private async Task<WrittenRows> RowsAsync(RestStore store, RestCall call, List<Guid> ids, CancellationToken cancel)
    {
        var statement = reader.NewSelect(store, call).Read(call.Range, Options.MostRows, ids);
        return await store.RowsAsync(statement, call.Writer(Options), cancel);
    }

    private async Task<List<Guid>> FoundAsync(RestStore store, RestCall call, CancellationToken cancel)
    {
        var (sql, values) = reader.NewSelect(store, call).ToWrite(Options.MostWritten + 1);
        var ids = await store.IdsAsync(sql, values, cancel);
        return ids.Count <= Options.MostWritten
            ? ids
            : throw new RestFault(
                StatusCodes.Status400BadRequest,
                "54000",
                $"more than {Options.MostWritten} rows",
                null,
                "Narrow the filter, and write them in parts."
            );
    }

    private static void RequireFilter(RestCall call, string verb)
    {
        RefuseRange(call);
        if (call.Query.Rows.Filters.Count == 0)
        {
            throw new RestFault(
                StatusCodes.Status400BadRequest,
                "21000",
                $"{verb} requires a WHERE clause",
                null,
                "Say which rows by a filter, such as id=eq.…"
            );
        }
    }

    private static void RefuseRange(RestCall call)
    {
        if (call.Query.Rows.Limit is not null || call.Query.Rows.Offset > 0)
        {
            throw RestFault.NotSupported(
                "limit and offset don't narrow what is written.",
                "Say which rows by filters, or by Prefer: handling=strict,max-affected=NUMBER."
            );
        }
    }
}
