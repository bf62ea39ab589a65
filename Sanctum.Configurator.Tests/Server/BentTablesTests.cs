using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Server;

public sealed class BentTablesTests(ConsoleServer console) : IClassFixture<ConsoleServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("log_views", "CREATE VIEW log_views AS SELECT * FROM kept")]
    [InlineData("alerts", "SELECT 1")]
    public async Task A_view_in_a_tables_place_or_no_table_is_said_and_is_no_failure_of_the_console(string table, string instead)
    {
        await Sqlite3.RunAsync(Path.Combine(console.Home, "registry.db"), $"ALTER TABLE {table} RENAME TO kept; {instead};");
        using var program = console.WithKey(ConsoleServer.FirstKey);

        using var answer =
            table == "alerts"
                ? await program.GetAsync("/api/alerts")
                : await program.SendAsync(HttpMethod.Post, "/api/log-views", new { name = "mine", query = "porpoise" });

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Contains(table, (string)(await answer.Content.ReadFromJsonAsync<JsonNode>(Cancel))!["detail"]!, StringComparison.Ordinal);
        await Sqlite3.RunAsync(
            Path.Combine(console.Home, "registry.db"),
            $"DROP VIEW IF EXISTS {table}; ALTER TABLE kept RENAME TO {table};"
        );
    }
}
