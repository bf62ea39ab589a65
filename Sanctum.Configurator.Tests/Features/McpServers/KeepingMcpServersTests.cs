using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Features.McpServers;
using Sanctum.Configurator.Features.Tools;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.McpServers;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.McpServers;

/// <summary>Servers are kept with sealed secrets, for everybody or for one, and go with what refers to them mended.</summary>
public sealed class KeepingMcpServersTests
{
    public static TheoryData<TestDatabase> Databases => TestRegistry.Databases;

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Secrets_are_sealed_and_never_told(TestDatabase database)
    {
        await using var world = await McpWorld.CreateAsync(database);
        var saved = McpWorld.Done(
            await world.SaveAsync(
                new()
                {
                    Name = "Broca",
                    Url = "https://mcp.example/sse",
                    ApiKey = "the-api-key",
                    Headers = new() { ["X-Tenant"] = "the-header" },
                }
            )
        );

        await using var registry = world.Registry.Open();
        var row = await registry.McpServers.SingleAsync(McpWorld.Cancel);

        Assert.StartsWith("sealed:", row.ApiKey, StringComparison.Ordinal);
        Assert.StartsWith("sealed:", row.Headers, StringComparison.Ordinal);
        Assert.Equal((true, "X-Tenant"), (saved.HasApiKey, Assert.Single(saved.HeaderNames)));
        Assert.DoesNotContain("the-", $"{saved}", StringComparison.Ordinal);
        Assert.Null(McpServerForm.Of(saved).ApiKey);
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task A_stored_secret_goes_only_where_it_was_given_for(TestDatabase database)
    {
        await using var world = await McpWorld.CreateAsync(database);
        var saved = McpWorld.Done(
            await world.SaveAsync(
                new()
                {
                    Name = "Broca",
                    Url = "https://mcp.example/sse",
                    ApiKey = "the-api-key",
                    Headers = new() { ["X-Tenant"] = "the-header" },
                }
            )
        );
        var form = McpServerForm.Of(saved);

        form.Url = "https://mcp.example/mcp";
        var path = McpWorld.Done(await world.SaveAsync(form));
        form = McpServerForm.Of(path);
        form.Url = "https://elsewhere.example/mcp";
        var refused = Assert.IsType<Outcome<McpServerRow>.Invalid>(await world.SaveAsync(form));
        var tested = Assert.IsType<Outcome<Sanctum.Configurator.Features.McpServers.Probe.McpReport>.Invalid>(
            await world.CallAsync((McpServerTesting tests) => tests.TestAsync(form.Copy(), null, McpWorld.Cancel))
        );

        Assert.Equal(["ApiKey", "Headers"], refused.Reasons.Keys.Order());
        Assert.Equal(["ApiKey", "Headers"], tested.Reasons.Keys.Order());
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task A_name_is_given_once_to_everybody_and_once_to_each(TestDatabase database)
    {
        await using var world = await McpWorld.CreateAsync(database);
        var other = await world.Registry.AddUserAsync("other", UserRole.Admin);
        await world.AddAsync("Broca", new("https://one.example/mcp"));

        var again = await world.SaveAsync(new() { Name = "BROCA", Url = "https://two.example/mcp" });
        var mine = McpWorld.Done(
            await world.SaveAsync(
                new()
                {
                    Name = "Broca",
                    Url = "https://mine.example/mcp",
                    IsMine = true,
                }
            )
        );

        Assert.Contains("already exists", McpWorld.Refused(again), StringComparison.Ordinal);
        Assert.Equal(2, (await ListAsync(world)).Total);
        Assert.Equal(1, (await ListAsync(world, other)).Total);
        Assert.Null(await world.CallAsync((McpServerReader reader) => reader.FindAsync(mine.Id, McpWorld.Cancel), other));
        Assert.IsType<Outcome<McpRemoval>.NotFound>(
            await world.CallAsync((McpServerService servers) => servers.DeleteAsync(mine.Id, null, McpWorld.Cancel), other)
        );
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task The_second_of_two_who_change_it_is_told(TestDatabase database)
    {
        await using var world = await McpWorld.CreateAsync(database);
        var form = McpServerForm.Of(await world.AddAsync("Broca", new("https://one.example/mcp")));
        var second = McpServerForm.Of(
            (await world.CallAsync((McpServerReader reader) => reader.FindAsync(form.Id!.Value, McpWorld.Cancel)))!
        );
        form.Description = "First";
        McpWorld.Done(await world.SaveAsync(form));

        second.Description = "Second";

        Assert.Equal("First", Assert.IsType<Outcome<McpServerRow>.Conflict>(await world.SaveAsync(second)).Current.Description);
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task What_calls_a_deleted_server_is_named_and_deactivated(TestDatabase database)
    {
        await using var server = await FakeMcpServer.StartAsync();
        await using var world = await McpWorld.CreateAsync(database);
        var saved = await world.AddApprovedAsync("Broca", server.Url);
        var tool = McpWorld.Done(await world.CallAsync((McpToolCalls calls) => calls.ImportAsync(saved.Id, "echo", [], McpWorld.Cancel)));

        var plan = await world.CallAsync((McpServerService servers) => servers.PlanRemovalAsync(saved.Id, McpWorld.Cancel));
        McpWorld.Done(await world.CallAsync((McpServerService servers) => servers.DeleteAsync(saved.Id, null, McpWorld.Cancel)));

        Assert.Equal(["echo"], plan!.References);
        await using var registry = world.Registry.Open();
        Assert.False((await registry.ToolInstances.SingleAsync(i => i.ToolId == tool.Id, McpWorld.Cancel)).IsActive);
        Assert.Equal((0, 0), (await registry.McpTools.CountAsync(McpWorld.Cancel), await registry.McpChecks.CountAsync(McpWorld.Cancel)));
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task What_calls_a_renamed_server_goes_on_calling_it(TestDatabase database)
    {
        await using var server = await FakeMcpServer.StartAsync();
        await using var world = await McpWorld.CreateAsync(database);
        var saved = await world.AddApprovedAsync("Broca", server.Url);
        var tool = McpWorld.Done(await world.CallAsync((McpToolCalls calls) => calls.ImportAsync(saved.Id, "echo", [], McpWorld.Cancel)));
        var form = McpServerForm.Of((await world.CallAsync((McpServerReader reader) => reader.FindAsync(saved.Id, McpWorld.Cancel)))!);

        form.Name = "Wernicke";
        McpWorld.Done(await world.SaveAsync(form));

        await using var registry = world.Registry.Open();
        var instance = await registry.ToolInstances.SingleAsync(i => i.ToolId == tool.Id, McpWorld.Cancel);
        var run = McpWorld.Done(
            await world.CallAsync((ToolRunner runner) => runner.RunAsync(instance.Id, null, _ => { }, McpWorld.Cancel))
        );
        Assert.True(run.IsOk, run.Message);
    }

    [Fact]
    public async Task The_server_of_which_a_page_is_open_is_called_and_not_one_of_the_same_name()
    {
        await using var everybodys = await FakeMcpServer.StartAsync();
        await using var mine = await FakeMcpServer.StartAsync();
        await using var world = await McpWorld.CreateAsync();
        var saved = await world.AddApprovedAsync("Broca", everybodys.Url);
        McpWorld.Done(
            await world.SaveAsync(
                new()
                {
                    Name = "Broca",
                    Url = mine.Url.AbsoluteUri,
                    IsMine = true,
                }
            )
        );

        var answer = await world.CallAsync((McpToolCalls calls) => calls.CallAsync(saved.Id, "echo", [], McpWorld.Cancel));

        Assert.True(McpWorld.Done(answer).Ok);
        Assert.Equal((1, 0), (everybodys.Calls, mine.Calls));
    }

    [Fact]
    public async Task Who_may_not_write_changes_nothing()
    {
        await using var world = await McpWorld.CreateAsync();
        var viewer = await world.Registry.AddUserAsync("viewer", UserRole.Viewer);
        var saved = await world.AddAsync("Broca", new("https://one.example/mcp"));

        Assert.IsType<Outcome<McpServerRow>.Invalid>(
            await world.SaveAsync(new() { Name = "Other", Url = "https://x.example/mcp" }, viewer)
        );
        Assert.IsType<Outcome<McpServerRow>.Invalid>(
            await world.CallAsync((McpServerService servers) => servers.EnableAsync(saved.Id, false, McpWorld.Cancel), viewer)
        );
        Assert.IsType<Outcome<McpRemoval>.Invalid>(
            await world.CallAsync((McpServerService servers) => servers.DeleteAsync(saved.Id, null, McpWorld.Cancel), viewer)
        );
        Assert.Equal(1, (await ListAsync(world)).Total);
    }

    [Theory]
    [InlineData("", "https://one.example/mcp", null, "Name")]
    [InlineData("../x", "https://one.example/mcp", null, "Name")]
    [InlineData("x", "", null, "Url")]
    [InlineData("x", "ftp://one.example/", null, "Url")]
    [InlineData("x", "https://user:password@one.example/", null, "Url")]
    [InlineData("x", "https://one.example/mcp", "Mcp-Session-Id", "Headers")]
    [InlineData("x", "https://one.example/mcp", "Bad Name", "Headers")]
    public async Task What_can_not_be_is_refused_at_its_field(string name, string url, string? header, string field)
    {
        await using var world = await McpWorld.CreateAsync();
        var form = new McpServerForm
        {
            Name = name,
            Url = url,
            Headers = header is null ? null : new() { [header] = "x" },
        };

        var refused = Assert.IsType<Outcome<McpServerRow>.Invalid>(await world.SaveAsync(form));

        Assert.Contains(field, refused.Reasons.Keys);
    }

    private static Task<PageOf<McpServerRow>> ListAsync(McpWorld world, User? who = null) =>
        world.CallAsync((McpServerReader reader) => reader.PageAsync(new(0, 50), McpWorld.Cancel), who);
}
