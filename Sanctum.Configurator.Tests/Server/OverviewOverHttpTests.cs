using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Tests.Server;

public sealed class OverviewOverHttpTests(RoutedConsole console) : IClassFixture<RoutedConsole>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Everything_is_there_for_a_key_that_may_everything()
    {
        using var root = console.WithKey(ConsoleServer.FirstKey);

        var overview = await ReadAsync(root);

        Assert.Equal(["Letta server", "Agents", "Scheduled Jobs", "Backups", "Logs", "History"], AreasIn(overview));
        Assert.All(overview["tiles"]!.AsArray(), tile => Assert.False((bool)tile!["has_failed"]!));
        var pictures = overview["tiles"]!.AsArray().Select(tile => (string)tile!["tile"]!["picture"]!["kind"]!);
        Assert.Equal(["line", "parts", "bars", "bars", "bars", "bars"], pictures);
        Assert.Equal(7, overview["first_steps"]!.AsArray().Count);
    }

    [Fact]
    public async Task A_key_sees_the_areas_that_its_scopes_open()
    {
        var reader = await console.WithScopesAsync([Policies.ReadLogs, Policies.ReadHistory]);

        var overview = await ReadAsync(reader);

        Assert.Equal(["Logs", "History"], AreasIn(overview));
        Assert.Empty(overview["first_steps"]!.AsArray());
    }

    [Fact]
    public async Task The_description_knows_it()
    {
        using var root = console.WithKey(ConsoleServer.FirstKey);

        var document = JsonNode.Parse(await root.ReadAsync("/api/openapi.json"))!;

        Assert.NotNull(document["paths"]!["/api/overview"]!["get"]!["responses"]!["200"]!["content"]!["application/json"]!["schema"]);
    }

    private static IEnumerable<string> AreasIn(JsonNode overview) => overview["tiles"]!.AsArray().Select(tile => (string)tile!["area"]!);

    private static async Task<JsonNode> ReadAsync(Caller caller) =>
        (await (await caller.GetAsync("/api/overview")).EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonNode>(Cancel))!;
}
