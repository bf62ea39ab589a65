using System.Text.RegularExpressions;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Registry;

/// <summary>The promise to other programs: what seeds 000 and 001 print runs unchanged with the sqlite3 command.</summary>
public sealed partial class RunningTheSeedsStatementsTests
{
    [Fact]
    public async Task Every_statement_of_the_seeds_runs_unchanged()
    {
        var statements = Seeds().SelectMany(StatementsOf).ToList();
        await using var registry = await TestRegistry.CreateAsync();

        foreach (var statement in statements)
        {
            var file = OnLogs().IsMatch(statement) ? registry.Location.LogsFile : registry.Location.RegistryFile;
            var (_, errors) = await Sqlite3.TryAsync(file, statement + ";");
            var isThereAlready = Index().Match(statement) is { Success: true } index
                ? Regex.IsMatch(errors, $"index {index.Groups[1].Value} already exists")
                : statement.StartsWith("INSERT", StringComparison.Ordinal)
                    && errors.Contains("constraint failed: ", StringComparison.Ordinal)
                    && statement.Contains("INTO system_config", StringComparison.Ordinal);
            Assert.True(errors.Length == 0 || isThereAlready, $"{statement}\n{errors}");
        }

        Assert.Equal((3, 2, 1, 9), (Count("SELECT"), Count("UPDATE"), Count("INSERT"), Count("CREATE INDEX")));
        Assert.Equal(
            "production|192.168.1.100",
            await registry.OutsideAsync("SELECT environment, letta_server_address FROM system_config WHERE id = 1 AND debug_mode = false")
        );

        int Count(string verb) => statements.Count(s => s.StartsWith(verb, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_default_row_of_the_seed_can_be_inserted_where_there_is_none()
    {
        var insert = Seeds().SelectMany(StatementsOf).Single(s => s.StartsWith("INSERT", StringComparison.Ordinal));
        await using var registry = await TestRegistry.CreateAsync();

        await registry.OutsideAsync($"DELETE FROM system_config; {insert};");

        Assert.Equal(
            "1|https://localhost|development",
            await registry.OutsideAsync("SELECT id, letta_server_address, environment FROM system_config")
        );
    }

    [Fact]
    public async Task Every_column_that_the_seeds_name_is_there()
    {
        var tables = Seeds().SelectMany(TablesOf).ToList();
        await using var registry = await TestRegistry.CreateAsync();

        foreach (var (table, columns) in tables)
        {
            var there = (await registry.OutsideAsync($"SELECT name FROM pragma_table_info('{table}')", table)).Split('\n');
            Assert.Empty(columns.Except(there).Select(c => $"{table}.{c}"));
        }

        Assert.Equal(12, tables.Count);
        Assert.Equal(16 + 7 + 7 + 8 + 11 + 11 + 10 + 10 + 12 + 8 + 11 + 9, tables.Sum(t => t.Columns.Count));
    }

    private static IEnumerable<string> Seeds()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var seeds = new DirectoryInfo(Path.Combine(folder.FullName, "shared", "seeds"));
            if (seeds.Exists)
            {
                return
                [
                    .. seeds
                        .EnumerateFiles("00?_*.txt")
                        .Where(f => f.Name[2] is '0' or '1')
                        .OrderBy(f => f.Name)
                        .Select(f => File.ReadAllText(f.FullName)),
                ];
            }
        }

        Assert.Skip("The seed documents are not beside the repository.");
        return [];
    }

    private static IEnumerable<string> StatementsOf(string seed) =>
        from Match block in SqlBlock().Matches(seed)
        from statement in Comment().Replace(block.Groups[1].Value, "").Split(';')
        let said = statement.Trim()
        where Verb().IsMatch(said)
        select said;

    private static IEnumerable<(string Name, List<string> Columns)> TablesOf(string seed) =>
        from Match block in SqlBlock().Matches(seed)
        let text = CommentMark().Replace(block.Groups[1].Value, "")
        let table = CreateTable().Match(text) is { Success: true } create ? create : ListedTable().Match(text)
        where table.Success
        select (table.Groups[1].Value, ColumnLine().Matches(table.Groups[2].Value).Select(m => m.Groups[1].Value).ToList());

    [GeneratedRegex(@"```sql\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex SqlBlock();

    [GeneratedRegex(@"^\s*--.*$", RegexOptions.Multiline)]
    private static partial Regex Comment();

    [GeneratedRegex("^-- ", RegexOptions.Multiline)]
    private static partial Regex CommentMark();

    [GeneratedRegex(@"^(SELECT|INSERT|UPDATE|CREATE INDEX)\b")]
    private static partial Regex Verb();

    [GeneratedRegex(@"^CREATE INDEX (\w+)")]
    private static partial Regex Index();

    [GeneratedRegex(@"\bON logs\(")]
    private static partial Regex OnLogs();

    [GeneratedRegex(@"CREATE TABLE (\w+) \(\n(.*)\n\);", RegexOptions.Singleline)]
    private static partial Regex CreateTable();

    [GeneratedRegex(@"^(\w+)\n(- .*)", RegexOptions.Singleline)]
    private static partial Regex ListedTable();

    [GeneratedRegex(@"^\s*(?:- )?(?!FOREIGN|UNIQUE)(\w+) \(?[A-Z]", RegexOptions.Multiline)]
    private static partial Regex ColumnLine();
}
