using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Registry.Model;

namespace Sanctum.Configurator.Registry.Data;

/// <summary>
/// Many rows as one value of a statement, which is many times as fast as a statement for each: <c>UPDATE … FROM given WHERE id =
/// given.job</c>.
/// </summary>
/// <param name="columns">The rows' properties and their types on PostgreSQL.</param>
internal sealed class JsonRows(RegistryDbContext registry, params IReadOnlyList<(string Name, string Type)> columns)
{
    private readonly bool _isSqlite = registry.Database.IsSqlite();

    /// <summary>The rows' properties, with commas between them.</summary>
    public string Names => string.Join(", ", columns.Select(column => column.Name));

    /// <summary>A time as a property of a row.</summary>
    public string? Time(DateTimeOffset? time) =>
        time is { } known
            ? _isSqlite
                ? UtcText.Of(known)
                : $"{UtcText.Of(known)}Z"
            : null;

#pragma warning disable EF1002 // The statements are the callers' constants; every value is in the rows.
    public Task<int> ExecuteAsync(string statement, IEnumerable<object> rows, CancellationToken cancel) =>
        registry.Database.ExecuteSqlRawAsync($"{Given} {statement}", [JsonSerializer.Serialize(rows)], cancel);

    /// <returns>What the statement's RETURNING names.</returns>
    public Task<List<TResult>> QueryAsync<TResult>(string statement, IEnumerable<object> rows, CancellationToken cancel) =>
        registry.Database.SqlQueryRaw<TResult>($"{Given} {statement}", JsonSerializer.Serialize(rows)).ToListAsync(cancel);
#pragma warning restore EF1002

    /// <summary>Adds the rows to a table whose ids are numbers.</summary>
    /// <returns>Their ids, in the order of the rows: both databases number them in the order in which they are read.</returns>
    public async Task<IReadOnlyList<int>> InsertAsync(string table, IEnumerable<object> rows, CancellationToken cancel)
    {
        var given = rows.ToList();
        var ids =
            given.Count == 0
                ? []
                : await QueryAsync<InsertedRow>(
                    $"INSERT INTO {table} ({Names}) SELECT {Names} FROM given RETURNING id AS \"Id\"",
                    given,
                    cancel
                );
        return [.. ids.Select(row => row.Id).Order()];
    }

    private sealed record InsertedRow(int Id);

    private string Given =>
        _isSqlite
            ? $"WITH given AS (SELECT {string.Join(", ", columns.Select(column => $"json_extract(value, '$.{column.Name}') AS {column.Name}"))} FROM json_each({{0}}))"
            : $"WITH given AS (SELECT * FROM jsonb_to_recordset({{0}}::jsonb) AS given({string.Join(", ", columns.Select(column => $"{column.Name} {column.Type}"))}))";
}
