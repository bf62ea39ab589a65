using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Registry;

/// <summary>
/// Whatever SQLite lets another program store in one column of one row, the table is read, and so are the rows beside it.
/// </summary>
public sealed class BearingOddRowsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static readonly object[] Values =
    [
        "yesterday",
        "10:30",
        "",
        "x",
        "[1]",
        "\"x\"",
        "5",
        "null",
        "{\"a\":\"\\ud800\"}",
        $"{string.Concat(Enumerable.Repeat("[", 200))}{new string(']', 200)}",
        "9999-12-31 23:59:59.999",
        "0001-01-01",
        99_999_999_999L,
        -99_999_999_999L,
        1.5,
        new byte[] { 0xff, 0 },
    ];

    [Fact]
    public async Task Every_table_is_read_with_any_value_in_any_column()
    {
        await using var registry = await TestRegistry.CreateAsync();
        await OutsideRows.InsertAllAsync(registry);
        await using var outside = new SqliteConnection($"Data Source={registry.Location.RegistryFile};Foreign Keys=False;Pooling=False");
        await outside.OpenAsync(Cancel);
        var stored = 0;
        foreach (var (table, _) in OutsideRows.All.Where(row => row.Table != "logs"))
        {
            await using var model = registry.Open();
            var entity = model.Model.GetEntityTypes().Single(type => type.GetTableName() == table);
            var rows = await CountAsync(registry, entity.ClrType);
            foreach (
                var column in entity
                    .GetProperties()
                    .Where(property => !property.IsPrimaryKey())
                    .Select(property => property.GetColumnName())
            )
            {
                await ExecuteAsync(outside, $"CREATE TEMP TABLE before AS SELECT rowid AS at, \"{column}\" AS value FROM \"{table}\"");
                foreach (
                    var value in Values
                        .Where((_, at) => (at + column.Length) % Thorough.Or(4, 1) == 0)
                        .Where(value => TryStore(outside, table, column, value))
                )
                {
                    Assert.Equal((table, column, value, rows), (table, column, value, await CountAsync(registry, entity.ClrType)));
                    stored++;
                }

                await ExecuteAsync(
                    outside,
                    $"UPDATE \"{table}\" SET \"{column}\" = (SELECT value FROM before WHERE at = \"{table}\".rowid); DROP TABLE before;"
                );
            }
        }

        Assert.InRange(stored, Thorough.Or(125, 500), int.MaxValue);
    }

    [Theory]
    [InlineData("infinity")]
    [InlineData("-infinity")]
    [InlineData("294276-01-01")]
    [InlineData("4713-01-01 BC")]
    public async Task Every_table_is_read_with_any_time_that_PostgreSQL_knows(string time)
    {
        await using var registry = await TestRegistry.CreateAsync(TestDatabase.Postgres);
        await OutsideRows.InsertAllAsync(registry);
        foreach (var (table, _) in OutsideRows.All.Where(row => row.Table != "logs"))
        {
            await using var model = registry.Open();
            var entity = model.Model.GetEntityTypes().Single(type => type.GetTableName() == table);
            var rows = await CountAsync(registry, entity.ClrType);
            var columns = entity
                .GetProperties()
                .Where(property => (Nullable.GetUnderlyingType(property.ClrType) ?? property.ClrType) == typeof(DateTimeOffset))
                .Select(property => property.GetColumnName());
            await registry.OutsideAsync($"UPDATE {table} SET {string.Join(", ", columns.Select(column => $"{column} = '{time}'"))}");

            Assert.Equal((table, rows), (table, await CountAsync(registry, entity.ClrType)));
        }
    }

    [Theory]
    [InlineData("2026-11-22T08:05:00Z", "2026-11-22 08:05:00.000")]
    [InlineData("2026-11-22T10:05:00.5+02:00", "2026-11-22 08:05:00.500")]
    [InlineData("2026-11-22 08:05:00", "2026-11-22 08:05:00")]
    [InlineData("yesterday", "yesterday")]
    public async Task Times_of_other_programs_get_the_shape_that_sorts(string written, string stored)
    {
        await using var registry = await TestRegistry.CreateAsync();
        await registry.OutsideAsync($"INSERT INTO notifications (title, level, created_at) VALUES ('x', 'info', '{written}')");

        Assert.Equal(stored, await registry.OutsideAsync("SELECT created_at FROM notifications"));
        await registry.OutsideAsync("INSERT INTO agents (name) VALUES ('Athena')");
        var before = await registry.OutsideAsync("SELECT version, (SELECT count(*) FROM change_history) FROM agents");
        await registry.OutsideAsync($"UPDATE agents SET created_at = '{written}'");
        Assert.Equal(
            (stored, before),
            (
                await registry.OutsideAsync("SELECT created_at FROM agents"),
                await registry.OutsideAsync("SELECT version, (SELECT count(*) FROM change_history) FROM agents")
            )
        );
        await using var context = registry.Open();
        Assert.Equal(
            written == "yesterday" ? TimeText.Unreadable : TimeText.Iso(stored),
            (await context.Notifications.SingleAsync(Cancel)).CreatedAt
        );
    }

    private static async Task<int> CountAsync(TestRegistry registry, Type type)
    {
        await using var context = registry.Open();
        var set =
            (IQueryable<object>)typeof(DbContext).GetMethod(nameof(DbContext.Set), 1, [])!.MakeGenericMethod(type).Invoke(context, null)!;
        return (await set.AsNoTracking().ToListAsync(Cancel)).Count;
    }

    private static bool TryStore(SqliteConnection outside, string table, string column, object value)
    {
        using var command = outside.CreateCommand();
        command.CommandText = $"UPDATE \"{table}\" SET \"{column}\" = $value";
        command.Parameters.AddWithValue("$value", value);
        try
        {
            return command.ExecuteNonQuery() > 0;
        }
        catch (SqliteException)
        {
            return false; // A check of the table refuses it.
        }
    }

    private static async Task ExecuteAsync(SqliteConnection outside, string sql)
    {
        await using var command = outside.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(Cancel);
    }
}
