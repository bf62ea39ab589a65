using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Features.History;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.McpServers;
using Sanctum.Configurator.Registry.Models;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.History;

/// <summary>Models, limits and MCP servers go back like everything else, without moving a secret and without leaving nobody active.</summary>
public sealed class UndoingModelsAndServersTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<TestDatabase> Databases => TestRegistry.Databases;

    [Theory, MemberData(nameof(Databases))]
    public async Task A_model_a_limit_and_a_server_go_back_and_come_back(TestDatabase database)
    {
        await using var world = await HistoryWorld.CreateAsync(database);
        await world.AddAsync(Model("https://here/v1"));
        await world.AddAsync(new LlmLimit { Period = LlmPeriod.Day, MaxTokens = 10 });
        await world.AddAsync(new McpServer { Name = "Broca", Url = "https://here/mcp" });
        var model = await world.ChangeAsync(async r => (await r.LlmConfigs.SingleAsync(Cancel)).BaseUrl = "https://there/v1");
        var limit = await world.ChangeAsync(async r => (await r.LlmLimits.SingleAsync(Cancel)).MaxTokens = 99);
        var server = await world.ChangeAsync(async r => r.Remove(await r.McpServers.SingleAsync(Cancel)));

        foreach (var change in (long[])[model, limit, server])
        {
            Assert.IsType<Outcome<UndoPlan>.Ok>(await world.UndoAsync(change));
        }

        await using var registry = world.Registry.Open();
        Assert.Equal("https://here/v1", (await registry.LlmConfigs.SingleAsync(Cancel)).BaseUrl);
        Assert.Equal(10, (await registry.LlmLimits.SingleAsync(Cancel)).MaxTokens);
        Assert.Equal("https://here/mcp", (await registry.McpServers.SingleAsync(Cancel)).Url);
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task A_stored_secret_is_neither_brought_back_nor_sent_elsewhere(TestDatabase database)
    {
        await using var world = await HistoryWorld.CreateAsync(database);
        await world.AddAsync(Model("https://here/v1"));
        await world.AddAsync(new McpServer { Name = "Broca", Url = "https://here/mcp" });
        var address = await world.ChangeAsync(async r => (await r.LlmConfigs.SingleAsync(Cancel)).BaseUrl = "https://there/v1");
        var place = await world.ChangeAsync(async r => (await r.McpServers.SingleAsync(Cancel)).Url = "https://there/mcp");
        var key = await world.ChangeAsync(async r => (await r.LlmConfigs.SingleAsync(Cancel)).ApiKey = "sealed");
        var headers = await world.ChangeAsync(async r => (await r.McpServers.SingleAsync(Cancel)).Headers = "sealed");

        Assert.Contains("would send its key to another address", await world.WhyNotAsync(address), StringComparison.Ordinal);
        Assert.Contains("would send its secrets to another place", await world.WhyNotAsync(place), StringComparison.Ordinal);
        Assert.Contains("api_key is a secret", await world.WhyNotAsync(key), StringComparison.Ordinal);
        Assert.Contains("headers is a secret", await world.WhyNotAsync(headers), StringComparison.Ordinal);
        await using var registry = world.Registry.Open();
        Assert.Equal("https://there/v1", (await registry.LlmConfigs.SingleAsync(Cancel)).BaseUrl);
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task What_was_approved_and_signed_in_to_does_not_hold_for_the_address_that_comes_back(TestDatabase database)
    {
        await using var world = await HistoryWorld.CreateAsync(database);
        var id = await world.AddAsync(new McpServer { Name = "Broca", Url = "https://here/mcp" });
        var moved = await world.ChangeAsync(async r => (await r.McpServers.SingleAsync(Cancel)).Url = "https://there/mcp");
        await world.AddAsync(
            new McpTool
            {
                ServerId = id,
                Name = "echo",
                State = McpToolState.Approved,
                Approved = "{}",
                ApprovedHash = new('0', 64),
            }
        );

        Assert.IsType<Outcome<UndoPlan>.Ok>(await world.UndoAsync(moved));

        await using var registry = world.Registry.Open();
        var pin = await registry.McpTools.SingleAsync(Cancel);
        Assert.Equal((McpToolState.Held, null), (pin.State, pin.ApprovedHash));
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task Everybody_keeps_an_active_model(TestDatabase database)
    {
        await using var world = await HistoryWorld.CreateAsync(database);
        var added = await AddAndChangeAsync(world, Model(null, isActive: true), model => model.Model = "other");
        var enabled = await world.ChangeAsync(async r => (await r.LlmConfigs.SingleAsync(Cancel)).IsActive = false);

        Assert.Contains("Which model is active", await world.WhyNotAsync(enabled), StringComparison.Ordinal);
        Assert.IsType<Outcome<UndoPlan>.Ok>(await world.UndoAsync(added));
    }

    [Fact]
    public async Task Two_servers_do_not_get_one_name()
    {
        await using var world = await HistoryWorld.CreateAsync();
        await world.AddAsync(new McpServer { Name = "Broca", Url = "https://here/mcp" });
        var renamed = await world.ChangeAsync(async r => (await r.McpServers.SingleAsync(Cancel)).Name = "Wernicke");
        await world.AddAsync(new McpServer { Name = "BROCA", Url = "https://there/mcp" });

        Assert.Contains("named Broca already exists", await world.WhyNotAsync(renamed), StringComparison.Ordinal);
    }

    private static LlmConfig Model(string? address, bool isActive = false) =>
        new()
        {
            Type = "compatible",
            Model = "fine",
            BaseUrl = address,
            IsActive = isActive,
        };

    private static async Task<long> AddAndChangeAsync(HistoryWorld world, LlmConfig model, Action<LlmConfig> change)
    {
        await world.AddAsync(model);
        return await world.ChangeAsync(async r => change(await r.LlmConfigs.SingleAsync(Cancel)));
    }
}
