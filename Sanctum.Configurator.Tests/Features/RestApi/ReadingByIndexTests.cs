#pragma warning disable EF1002 // Rows of the test's own.
using System.Text;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Features.RestApi.Catalog;
using Sanctum.Configurator.Features.RestApi.Parsing;
using Sanctum.Configurator.Features.RestApi.Sql;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.RestApi;

/// <summary>How SQLite comes by a page, and that it is the same page as by any other way.</summary>
public sealed class ReadingByIndexTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("?order=updated_at.desc&limit=50")]
    [InlineData("?order=updated_at&limit=50&offset=100")]
    [InlineData("?limit=50")]
    [InlineData("?id=eq.0a0b0c0d-0000-0000-0000-000000000000")]
    public async Task A_page_of_conversations_is_a_range_of_an_index(string query)
    {
        await using var registry = await TestRegistry.CreateAsync();
        await using var context = registry.Open();
        var statement = NewSelect(context.Model, "conversations", query, SqlDialect.SqliteRows, sharesNothing: true);

        var plan = await PlanOf(context, statement);

        Assert.DoesNotContain(plan, step => step.StartsWith("SCAN t", StringComparison.Ordinal));
        Assert.All(plan.Where(step => step.StartsWith("SEARCH t", StringComparison.Ordinal)), step => Assert.Contains("USING", step));
        // What is sorted are the rows of the page alone.
        Assert.True(plan.Count(step => step.Contains("TEMP B-TREE", StringComparison.Ordinal)) <= 1, string.Join('\n', plan));
    }

    [Fact]
    public async Task Rows_are_written_alike_by_both_ways_whatever_another_program_stored()
    {
        await using var registry = await TestRegistry.CreateAsync();
        await using var context = registry.Open();
        string[] times =
        [
            "'2026-01-01 00:00:00'",
            "'2026-01-01 23:59:59.999'",
            "'2026-02-31 10:00:00.000'",
            "'2026-01-01T10:00:00+02:00'",
            "'2026-01-01 24:00:00'",
            "'soon'",
            "''",
            "12345",
            "2460000.5",
            "x'00ff'",
        ];
        string[] titles = ["'plain'", "'é→日本 😀'", "'a\"b\\c' || char(10, 1)", "NULL", "CAST(x'41ff42' AS TEXT)", "''"];
        var at = 0;
        foreach (var (time, title) in times.SelectMany(time => titles.Select(title => (time, title))))
        {
            var count = (at++ % 4) switch
            {
                0 => "9e999",
                1 => "1.5",
                2 => "'many'",
                _ => "7",
            };
            await context.Database.ExecuteSqlRawAsync(
                $"INSERT INTO conversations (id, user_id, title, created_at, message_count, is_shared) VALUES ('{Guid.NewGuid()}', '7', {title}, {time}, {count}, {at % 3})",
                Cancel
            );
        }

        await using var store = new RestStore(context, Patience, TimeProvider.System);
        using var readers = new SqliteReaders(registry.Location);
        await using var rows = new SqliteRows(readers, Patience, TimeProvider.System);
        foreach (var strips in new[] { true, false })
        {
            var writer = new RowWriter(false, strips, false, 10_000_000);
            var one = await store.RowsAsync(NewSelect(context.Model, "conversations", "?order=id", SqlDialect.Sqlite), writer, Cancel);
            var other = await rows.RowsAsync(NewSelect(context.Model, "conversations", "?order=id", SqlDialect.SqliteRows), writer, Cancel);

            Assert.Equal(times.Length * titles.Length, one.Count);
            Assert.Equal(Encoding.UTF8.GetString(one.Body.Span), Encoding.UTF8.GetString(other.Body.Span));
        }
    }

    [Fact]
    public async Task A_table_that_changes_meanwhile_is_read_as_it_is_now()
    {
        await using var registry = await TestRegistry.CreateAsync();
        await using var context = registry.Open();
        using var readers = new SqliteReaders(registry.Location);
        var writer = new RowWriter(false, false, false, 10_000_000);
        await context.Database.ExecuteSqlAsync($"INSERT INTO templates (name, kind, content) VALUES ('one', 'agent', '[]')", Cancel);

        var before = await ReadAsync();
        await context.Database.ExecuteSqlAsync($"ALTER TABLE templates ADD COLUMN colour TEXT DEFAULT 'red'", Cancel);
        await context.Database.ExecuteSqlAsync($"UPDATE templates SET name = 'two'", Cancel);
        var after = await ReadAsync();

        Assert.Contains("\"one\"", before, StringComparison.Ordinal);
        Assert.Equal(before.Replace("\"one\"", "\"two\"", StringComparison.Ordinal), after);

        async Task<string> ReadAsync()
        {
            await using var rows = new SqliteRows(readers, Patience, TimeProvider.System);
            var read = await rows.RowsAsync(
                NewSelect(context.Model, "templates", "?select=id,name,kind", SqlDialect.SqliteRows),
                writer,
                Cancel
            );
            return Encoding.UTF8.GetString(read.Body.Span);
        }
    }

    [Fact]
    public void Times_are_written_as_SQLite_itself_would()
    {
        using var connection = new SqliteConnection("Data Source=:memory:");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT {SqlDialect.Sqlite.Time("$t")}";
        var parameter = command.Parameters.Add("$t", SqliteType.Text);
        var numbers = new Xorshift(41);
        Span<byte> written = stackalloc byte[TimeBytes.Length];
        var taken = 0;
        for (var round = 0; round < 20_000; round++)
        {
            var text =
                $"{numbers.Below(10_000):0000}-{numbers.Below(14):00}-{numbers.Below(33):00} {numbers.Below(26):00}:{numbers.Below(62):00}:{numbers.Below(62):00}";
            text += numbers.Below(2) == 0 ? "" : $".{numbers.Below(1_000):000}";
            if (TimeBytes.TryWrite(Encoding.UTF8.GetBytes(text), written))
            {
                taken++;
                parameter.Value = text;
                Assert.Equal((string)command.ExecuteScalar()!, Encoding.UTF8.GetString(written));
            }
        }

        Assert.InRange(taken, 5_000, 19_000);
    }

    private static ReadStatement NewSelect(
        Microsoft.EntityFrameworkCore.Metadata.IModel model,
        string table,
        string text,
        SqlDialect dialect,
        bool sharesNothing = false
    )
    {
        var catalog = RestCatalog.Of(model);
        var query = RestQuery.Parse(text);
        var select = new SelectSql(catalog, new Seven(sharesNothing), catalog.Table(table), query, dialect);
        return select.Read(RowRange.Of(null, query.Rows), 1_000);
    }

    private static async Task<List<string>> PlanOf(DbContext context, ReadStatement statement)
    {
        await context.Database.OpenConnectionAsync(Cancel);
        await using var command = context.Database.GetDbConnection().CreateCommand();
        command.CommandText = $"EXPLAIN QUERY PLAN {statement.Sql}";
        statement.Values.Parameters.ForEach(parameter => command.Parameters.Add(parameter));
        await using var reader = await command.ExecuteReaderAsync(Cancel);
        List<string> steps = [];
        while (await reader.ReadAsync(Cancel))
        {
            steps.Add(reader.GetString(3));
        }

        return steps;
    }

    /// <summary>The person of the number 7.</summary>
    private sealed class Seven(bool sharesNothing) : IRowAccess
    {
        public void Require(RestTable table) { }

        public IReadOnlyList<RowsOf>? Readable(RestTable table, string alias, SqlText sql) =>
            !table.IsWritable ? null
            : sharesNothing ? [new($"{alias}.user_id = {sql.Add("7")}", AreOwners: true)]
            : [new($"{alias}.user_id = {sql.Add("7")}", AreOwners: true), new($"({alias}.is_shared AND NOT {alias}.is_temporary)")];

        public string? Writable(RestTable table, string alias, SqlText sql) => throw new NotSupportedException();
    }
}
