using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Account;
using Sanctum.Configurator.Features.Agents;
using Sanctum.Configurator.Features.Configurations;
using Sanctum.Configurator.Features.History;
using Sanctum.Configurator.Features.Plugins;
using Sanctum.Configurator.Features.Templates;
using Sanctum.Configurator.Features.Tools;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features;

public sealed class PagingByCursorTests
{
    private const int Rows = 40;

    private static readonly bool[] Directions = [false, true];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Table, its columns, the values of the row with a number, and the orders of its list.</summary>
    private static readonly (string Table, string Columns, Func<int, string> Values, string?[] Sorts)[] Lists =
    [
        ("agents", "name, status", n => $"'{NameOf(n)}', '{(n % 4 == 0 ? "Off" : "Ready")}'", [null, "name", "status", "updated"]),
        ("tools", "name, status", n => $"'{NameOf(n)}', '{(n % 4 == 0 ? "Off" : "Ready")}'", ["name", "status", "updated"]),
        ("tool_instances", "tool_id, name", n => $"1, '{NameOf(n)}'", [null]),
        ("plugins", "name, type", n => $"'{NameOf(n)} {n}', '{(n % 4 == 0 ? "mcp" : "broca")}'", ["name", "type", "status", "updated"]),
        ("configurations", "key, value", n => $"'{NameOf(n)}.{n}', 'x'", ["key", "updated"]),
        ("templates", "name, kind, content", n => $"'{NameOf(n)}', 'tool', '{{}}'", [null]),
    ];

    public static TheoryData<TestDatabase, string, string?, bool> Walks =>
        new(
            from database in Enum.GetValues<TestDatabase>()
            from list in Lists
            from sort in list.Sorts
            from isDescending in Directions
            where !isDescending || list.Table != "templates"
            select (database, list.Table, sort, isDescending)
        );

    [Theory, MemberData(nameof(Walks))]
    public async Task Nothing_is_shown_twice_or_left_out_while_rows_come_and_go(
        TestDatabase database,
        string table,
        string? sort,
        bool isDescending
    )
    {
        await using var registry = await StartAsync(database);
        var (_, columns, values, _) = Lists.Single(list => list.Table == table);
        if (table == "tool_instances")
        {
            await registry.OutsideAsync("INSERT INTO tools (name) VALUES ('Tool')");
        }

        await registry.OutsideAsync(
            $"INSERT INTO {table} ({columns}) VALUES {string.Join(", ", Enumerable.Range(1, Rows).Select(n => $"({values(n)})"))}"
        );
        await using var scope = registry.Services.CreateAsyncScope();
        var (seen, gone, cursor) = (new List<string>(), new List<string>(), (string?)null);
        for (var step = 0; step == 0 || cursor is not null; step++)
        {
            var page = await ReadAsync(scope.ServiceProvider, table, new(0, 7, sort, isDescending, Cursor: cursor));
            Assert.True(step <= Rows, "It goes on for ever.");
            Assert.InRange(page.Items.Count, 1, 7);
            seen.AddRange(page.Items);
            cursor = page.NextCursor;

            // One that was shown, the last where the order allows it; and one that was not.
            var shown = page.Items.Where(id => int.TryParse(id, CultureInfo.InvariantCulture, out _)).ToList();
            var leaving = new[] { sort == "updated" ? shown.FirstOrDefault() : shown.LastOrDefault(), Left(seen, gone) }
                .OfType<string>()
                .ToList();
            gone.AddRange(leaving);
            await registry.OutsideAsync(
                string.Join(
                    "; ",
                    [
                        .. leaving.Select(id => $"DELETE FROM {table} WHERE id = {id}"),
                        .. step < 5 ? new[] { $"INSERT INTO {table} ({columns}) VALUES ({values(100 + step)}), ({values(step)})" } : [],
                    ]
                )
            );
        }

        Assert.Equal(seen.Distinct(), seen);
        Assert.Empty(Enumerable.Range(1, Rows).Select(id => $"{id}").Except(gone).Except(seen));
        Assert.Equal(table == "templates" ? 5 : 0, seen.Count(id => !int.TryParse(id, CultureInfo.InvariantCulture, out _)));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task The_pages_together_are_the_list(TestDatabase database)
    {
        await using var registry = await StartAsync(database);
        await using var scope = registry.Services.CreateAsyncScope();
        foreach (var (table, columns, values, sorts) in Lists.OrderByDescending(list => list.Table == "tools"))
        {
            await registry.OutsideAsync(
                $"INSERT INTO {table} ({columns}) VALUES {string.Join(", ", Enumerable.Range(1, 21).Select(n => $"({values(n)})"))}"
            );
            foreach (var sort in sorts)
            {
                var (pages, cursor) = (new List<string>(), (string?)null);
                do
                {
                    var page = await ReadAsync(scope.ServiceProvider, table, new(0, 3, sort, Cursor: cursor));
                    pages.AddRange(page.Items);
                    cursor = page.NextCursor;
                } while (cursor is not null);

                Assert.Equal((await ReadAsync(scope.ServiceProvider, table, new(0, 100, sort))).Items, pages);
            }
        }

        var changes = scope.ServiceProvider.GetRequiredService<HistoryService>();
        var first = await changes.ListAsync(new(), new(0, 100), null, Cancel);
        var second = await changes.ListAsync(new(), new(0, 100, Cursor: first.NextCursor), null, Cancel);
        Assert.Equal(first.Total, first.Items.Concat(second.Items).Select(change => change.Id).Distinct().Count());
        Assert.Null(second.NextCursor);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task The_changes_of_configurations_go_on_where_a_page_ended_whatever_is_changed_meanwhile(TestDatabase database)
    {
        await using var registry = await StartAsync(database);
        await registry.OutsideAsync("INSERT INTO agents (name) VALUES ('Athena')");
        await registry.OutsideAsync(
            $"INSERT INTO configurations (key, value) VALUES {string.Join(", ", Enumerable.Range(1, Rows).Select(n => $"('key {n}', 'x')"))}"
        );
        await using var scope = registry.Services.CreateAsyncScope();
        var history = scope.ServiceProvider.GetRequiredService<ConfigurationHistory>();
        var all = (await history.PageAsync(null, null, new(0, 100), Cancel)).Items.Select(change => change.Id).ToList();
        Assert.Equal(Rows, all.Count);

        var (seen, cursor) = (new List<long>(), (string?)null);
        do
        {
            Assert.True(seen.Count < Rows, "It goes on for ever.");
            var page = await history.PageAsync(null, null, new(0, 8, Cursor: cursor), Cancel);
            Assert.Equal(Rows + (seen.Count / 8), page.Total);
            seen.AddRange(page.Items.Select(change => change.Id));
            cursor = page.NextCursor;
            await registry.OutsideAsync("UPDATE configurations SET value = value || 'y' WHERE key = 'key 1'");
        } while (cursor is not null);

        Assert.Equal(all, seen);
        Assert.Null((await history.PageAsync(null, "key 7", new(0, 1), Cancel)).NextCursor);
        var other = (await scope.ServiceProvider.GetRequiredService<HistoryService>().ListAsync(new(), new(0, 1), null, Cancel)).NextCursor;
        await Assert.ThrowsAsync<BadHttpRequestException>(() => history.PageAsync(null, null, new(0, 1, Cursor: other), Cancel));
    }

    [Fact]
    public async Task A_cursor_that_is_none_or_of_another_order_is_refused()
    {
        await using var registry = await StartAsync(TestDatabase.Sqlite);
        await registry.OutsideAsync("INSERT INTO agents (name) VALUES ('a'), ('b'), ('c')");
        await registry.OutsideAsync("INSERT INTO tools (name) VALUES ('a'), ('b'), ('c')");
        await using var scope = registry.Services.CreateAsyncScope();
        var cursor = (await ReadAsync(scope.ServiceProvider, "agents", new(0, 1))).NextCursor!;

        foreach (
            var (table, wrong) in new (string, PageRequest)[]
            {
                ("agents", new(0, 1, Cursor: "nonsense")),
                ("agents", new(0, 1, Cursor: "bnVsbA")),
                ("agents", new(0, 1, Cursor: cursor[..^4])),
                ("agents", new(0, 1, "status", Cursor: cursor)),
                ("agents", new(0, 1, "name", true, Cursor: cursor)),
                ("tools", new(0, 1, Cursor: cursor)),
                ("templates", new(0, 1, Cursor: cursor)),
                ("agents", new(0, 1, "updated", Cursor: Cursor.Write("agents updated ascending", "yesterday", 1))),
                ("agents", new(0, 1, Cursor: Cursor.Write("agents name ascending", 7, 1))),
            }
        )
        {
            await Assert.ThrowsAsync<BadHttpRequestException>(() => ReadAsync(scope.ServiceProvider, table, wrong));
        }

        Assert.Equal(["2"], (await ReadAsync(scope.ServiceProvider, "agents", new(0, 1, Cursor: cursor))).Items);
    }

    private static Task<TestRegistry> StartAsync(TestDatabase database) =>
        TestRegistry.CreateAsync(
            database,
            services => services.AddAccount().AddAgents().AddTools().AddPlugins().AddConfigurations().AddTemplates().AddHistory()
        );

    /// <summary>Three rows each have the same.</summary>
    private static string NameOf(int number) =>
        string.Create(CultureInfo.InvariantCulture, $"{(number % 2 == 0 ? 'n' : 'N')}ame {number / 3:000}");

    private static string? Left(List<string> seen, List<string> gone) =>
        Enumerable
            .Range(1, Rows)
            .Select(id => $"{id}")
            .Where(id => id != "1" && !seen.Contains(id) && !gone.Contains(id))
            .Skip(3)
            .FirstOrDefault();

    private static async Task<PageOf<string>> ReadAsync(IServiceProvider services, string table, PageRequest page) =>
        table switch
        {
            "agents" => (await services.GetRequiredService<AgentService>().PageAsync(new(), page, Cancel)).Select(row => $"{row.Id}"),
            "tools" => (await services.GetRequiredService<ToolReader>().PageAsync(new(), page, Cancel)).Select(row => $"{row.Id}"),
            "tool_instances" => (await services.GetRequiredService<ToolReader>().InstancesAsync(null, null, page, Cancel)).Select(row =>
                $"{row.Id}"
            ),
            "plugins" => (await services.GetRequiredService<PluginService>().PageAsync(new(), page, Cancel)).Select(row => $"{row.Id}"),
            "configurations" => (await services.GetRequiredService<ConfigurationReader>().RowsAsync(new(), page, Cancel)).Select(row =>
                $"{row.Id}"
            ),
            _ => (await services.GetRequiredService<TemplateService>().ListAsync(null, page, Cancel)).Select(row => row.Id),
        };
}
