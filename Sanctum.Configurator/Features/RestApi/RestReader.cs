using Microsoft.Extensions.Options;
using Sanctum.Configurator.Features.RestApi.Catalog;
using Sanctum.Configurator.Features.RestApi.Parsing;
using Sanctum.Configurator.Features.RestApi.Sql;

namespace Sanctum.Configurator.Features.RestApi;

/// <summary>Reads rows as an address asks for them: those that the caller may see, and no more than the settings allow.</summary>
internal sealed class RestReader(
    IDbContextFactory<RegistryDbContext> registries,
    SqliteReaders readers,
    RegistryLocation location,
    RestAccess access,
    HiddenRows hidden,
    SharedConversations shared,
    IOptions<RestApiOptions> options,
    TimeProvider clock
)
{
    /// <exception cref="RestFault">It can't be answered.</exception>
    public async Task<RestAnswer> ReadAsync(RestCall call, CancellationToken cancel)
    {
        access.Require(call.Table);
        RefuseForWriting(call.Query);
        await using var store = await OpenAsync(call, cancel);
        if (store is SqliteRows && call.Table.Name == Tables.Conversations && !call.Query.Rows.FindsByKey())
        {
            access.Shared = await shared.OfOthersAsync(store, access.Me, cancel);
        }

        var statement = NewSelect(store, call).Read(call.Range, options.Value.MostRows);
        var rows = await store.RowsAsync(statement, call.Writer(options.Value), cancel);
        call.RequireOne(rows.Count);
        var total = call.PreferHeader.HasCount ? await CountAsync(store, call, statement, rows.Count, cancel) : null;
        if (total < call.Range.From)
        {
            throw new RestFault(
                StatusCodes.Status416RangeNotSatisfiable,
                "PGRST103",
                "Requested range not satisfiable",
                $"An offset of {call.Range.From} was requested, but there are only {total} rows."
            )
            {
                ContentRange = RangeOf(0, 0, total),
            };
        }

        return new(
            rows.Count < total ? StatusCodes.Status206PartialContent : StatusCodes.Status200OK,
            rows.Body,
            RangeOf(call.Range.From, rows.Count, total),
            call.PreferHeader.Applied("count"),
            await HidesAsync(store, call, cancel)
        );
    }

    public static string RangeOf(long from, int rows, long? total)
    {
        var of = total?.ToString(CultureInfo.InvariantCulture) ?? "*";
        return rows == 0 ? $"*/{of}" : string.Create(CultureInfo.InvariantCulture, $"{from}-{from + rows - 1}/{of}");
    }

    /// <summary>Whether the table has rows of others, unless only the caller's own were asked for.</summary>
    public async Task<bool> HidesAsync(IRestRows store, RestCall call, CancellationToken cancel) =>
        RestAccess.IsOwned(call.Table)
        && !call.Query.Rows.Filters.Any(filter =>
            filter is Filter.Condition { IsNegated: false, Operator: "eq", Many: null, Field.Column: RestAccess.Owner } own
            && own.Values[0] == access.Me
        )
        && await hidden.AnyAsync(store, call.Table, access, cancel);

    public SelectSql NewSelect(IRestRows store, RestCall call) => new(call.Catalog, access, call.Table, call.Query, store.Dialect);

    private async Task<IRestRows> OpenAsync(RestCall call, CancellationToken cancel)
    {
        var patience = TimeSpan.FromSeconds(options.Value.StatementSeconds);
        return location.IsSqlite && !call.Shape.IsCsv
            ? new SqliteRows(readers, patience, clock)
            : new RestStore(await registries.CreateDbContextAsync(cancel), patience, clock);
    }

    /// <summary>Where all rows were given, their number is known.</summary>
    private async Task<long?> CountAsync(IRestRows store, RestCall call, ReadStatement statement, int rows, CancellationToken cancel)
    {
        if (rows < statement.Most && (rows > 0 || call.Range.From == 0))
        {
            return call.Range.From + rows;
        }

        var (sql, values) = NewSelect(store, call).Count();
        return Convert.ToInt64(await store.AskAsync(sql, values, cancel), CultureInfo.InvariantCulture);
    }

    private static void RefuseForWriting(RestQuery query)
    {
        if (query.Columns is not null || query.OnConflict is not null)
        {
            throw new RestFault(
                StatusCodes.Status400BadRequest,
                "PGRST100",
                "columns and on_conflict are for inserts",
                null,
                "For the columns of an answer, use select."
            );
        }
    }
}

/// <summary>The tables of the model, made once.</summary>
internal sealed class RestCatalogs
{
    /// <summary>Null until somebody asked for it.</summary>
    public RestCatalog? Known { get; private set; }

    public RestCatalog Of(RegistryDbContext registry) => Known ??= RestCatalog.Of(registry.Model);
}
