using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Features.Agents;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Agents;

public sealed class ExchangingAgentsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Taking_theirs_writes_every_field_and_leaves_the_server_alone(TestDatabase database)
    {
        await using var world = await AgentsWorld.CreateAsync(database, 1);
        var id = Assert.Single(await world.AdoptedAsync(1));
        ChangeAll(world.There);
        var compared = await world.ComparedAsync(id);
        Assert.Equal(
            ["name", "description", "model", "embedding", "system", "tags", "tools", "blocks.human", "blocks.persona"],
            compared.Fields.Select(field => field.Field)
        );

        var row = Assert.IsType<Outcome<AgentRow>.Ok>(await world.TakeAsync(id, compared.Agent.Agent.Version, compared.Seen)).Value;

        Assert.Equal(("Athena", "anthropic/claude", compared.Agent.Agent.Version + 1), (row.Name, row.Model, row.Version));
        Assert.Empty((await world.ComparedAsync(id)).Fields);
        Assert.DoesNotContain(world.Letta.Requests, request => request.Method != "GET");
        await using var context = world.Registry.Open();
        var record = await context.Changes.OrderBy(c => c.Id).LastAsync(Cancel);
        Assert.Equal(("update", "agents", "taken from the Letta server"), (record.Act, record.TableName, record.Reason));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Pushing_ours_sets_the_server_back_where_that_can_be_done(TestDatabase database)
    {
        await using var world = await AgentsWorld.CreateAsync(database, 1);
        var id = Assert.Single(await world.AdoptedAsync(1));
        var before = world.There.Read(1);
        ChangeAll(world.There);
        var compared = await world.ComparedAsync(id, isForPush: true);
        Assert.Equal(["The block human exists only on the Letta server and stays there."], compared.LeftOut);

        var left = Assert.IsType<Outcome<AgentDifference>.Ok>(await world.PushAsync(id, compared.Agent.Agent.Version, compared.Seen)).Value;

        Assert.Equal(["blocks.human"], left.Fields.Select(field => field.Field));
        var now = world.There.Read(1);
        foreach (var field in new[] { "name", "description", "model", "embedding", "system", "tags", "tools" })
        {
            Assert.True(JsonNode.DeepEquals(before[field], now[field]), field);
        }

        Assert.Equal("I am kind.", (string)now["blocks"]![0]!["value"]!);
        await using var context = world.Registry.Open();
        var record = await context.Changes.OrderBy(c => c.Id).LastAsync(Cancel);
        Assert.Equal(("root", "push", "agents", $"{id}"), (record.Actor, record.Act, record.TableName, record.RowId));
    }

    [Fact]
    public async Task Only_what_differs_is_sent()
    {
        await using var world = await AgentsWorld.CreateAsync(TestDatabase.Sqlite, 1);
        var id = Assert.Single(await world.AdoptedAsync(1));
        await world.SaveAsync(id, form => form.System = "Be brief.");
        world.There.Change(1, agent => agent["tags"] = new JsonArray("other"));
        await world.TakeAsync(id);
        await world.SaveAsync(id, form => form.System = "Be brief.");

        await world.PushAsync(id);

        Assert.Equal("Be brief.", (string)world.There.Read(1)["system"]!);
        Assert.Equal(["PATCH"], world.Letta.Requests.Where(request => request.Method != "GET").Select(request => request.Method));
    }

    [Fact]
    public async Task What_was_changed_after_somebody_looked_is_neither_taken_nor_overwritten()
    {
        await using var world = await AgentsWorld.CreateAsync(TestDatabase.Sqlite, 1);
        var id = Assert.Single(await world.AdoptedAsync(1));
        var seen = (await world.ComparedAsync(id)).Seen;
        ChangeAll(world.There);

        var taken = Assert.IsType<Outcome<AgentRow>.Invalid>(await world.TakeAsync(id, null, seen));
        var pushed = Assert.IsType<Outcome<AgentDifference>.Invalid>(await world.PushAsync(id, null, seen));

        Assert.Contains("in the meantime", taken.Reasons[""], StringComparison.Ordinal);
        Assert.Contains("in the meantime", pushed.Reasons[""], StringComparison.Ordinal);
        Assert.Equal("Athena", (string)world.There.Read(1)["name"]!);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task An_older_version_of_the_row_is_stale(TestDatabase database)
    {
        await using var world = await AgentsWorld.CreateAsync(database, 1);
        var id = Assert.Single(await world.AdoptedAsync(1));
        var version = (await world.ReadAsync(id)).Agent.Version;
        await world.Registry.OutsideAsync("UPDATE agents SET name = 'Hermes'");

        Assert.Equal("Hermes", Assert.IsType<Outcome<AgentRow>.Conflict>(await world.TakeAsync(id, version)).Current.Name);
        Assert.Equal(
            "Hermes",
            Assert.IsType<Outcome<AgentDifference>.Conflict>(await world.PushAsync(id, version)).Current.Agent.Agent.Name
        );
        Assert.DoesNotContain(world.Letta.Requests, request => request.Method != "GET");
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task What_other_programs_keep_in_the_configuration_stays_and_what_is_not_declared_is_not_compared(TestDatabase database)
    {
        await using var world = await AgentsWorld.CreateAsync(database, 1);
        var id = await world.AddAsync("Agent 1", """{"broca": {"platform": "telegram"}, "model": 7}""", FakeLettaAgents.IdOf(1));

        Assert.Equal(["description"], (await world.ComparedAsync(id)).Fields.Select(field => field.Field));
        await world.TakeAsync(id);

        await using var context = world.Registry.Open();
        var config = JsonNode.Parse((await context.Agents.SingleAsync(Cancel)).Config!)!;
        Assert.Equal(("telegram", "openai/gpt-4.1"), ((string)config["broca"]!["platform"]!, (string)config["model"]!));
    }

    [Fact]
    public async Task The_servers_own_words_say_why_a_push_was_refused()
    {
        await using var world = await AgentsWorld.CreateAsync(TestDatabase.Sqlite, 1);
        var id = Assert.Single(await world.AdoptedAsync(1));
        await world.SaveAsync(id, form => form.Model = "nowhere");

        var refused = Assert.IsType<Outcome<AgentDifference>.Invalid>(await world.PushAsync(id));

        Assert.Equal(
            "Not everything was pushed: the server answered 404 Not Found: Handle nowhere not found, must be one of ['openai/gpt-4.1']. Compare again to see the current state.",
            refused.Reasons[""]
        );
    }

    [Fact]
    public async Task A_tool_that_the_server_does_not_have_is_left_out()
    {
        await using var world = await AgentsWorld.CreateAsync(TestDatabase.Sqlite, 1);
        var id = await world.AddAsync("Agent 1", """{"tools": ["web_search", "telepathy"]}""", FakeLettaAgents.IdOf(1));

        var left = Assert.IsType<Outcome<AgentDifference>.Ok>(await world.PushAsync(id)).Value;

        Assert.Equal(["The Letta server has no tool telepathy, so it can't be attached."], left.LeftOut);
        Assert.Equal("web_search", (string)Assert.Single(world.There.Read(1)["tools"]!.AsArray())!["name"]!);
    }

    [Fact]
    public async Task An_agent_that_is_not_there_is_neither_taken_nor_pushed()
    {
        await using var world = await AgentsWorld.CreateAsync(TestDatabase.Sqlite, 1);
        var id = Assert.Single(await world.AdoptedAsync(1));
        world.There.Remove(1);

        Assert.Null((await world.ComparedAsync(id)).Live);
        Assert.Equal(
            "This agent is not on the Letta server.",
            Assert.IsType<Outcome<AgentRow>.Invalid>(await world.TakeAsync(id)).Reasons[""]
        );
        Assert.Equal(
            "This agent is not on the Letta server.",
            Assert.IsType<Outcome<AgentDifference>.Invalid>(await world.PushAsync(id)).Reasons[""]
        );
        Assert.IsType<Outcome<AgentRow>.NotFound>(await world.TakeAsync(id + 1));
    }

    [Fact]
    public async Task Who_may_operate_but_not_write_neither_takes_nor_pushes()
    {
        await using var world = await AgentsWorld.CreateAsync(TestDatabase.Sqlite, 1);
        var id = Assert.Single(await world.AdoptedAsync(1));
        var oscar = await world.Registry.AddUserAsync("oscar");
        ChangeAll(world.There);

        Assert.IsType<Outcome<AgentRow>.Invalid>(await world.TakeAsync(id, who: oscar));
        Assert.IsType<Outcome<AgentDifference>.Invalid>(await world.PushAsync(id, who: oscar));

        Assert.Equal("Athena", (string)world.There.Read(1)["name"]!);
        Assert.Equal("Agent 1", (await world.ReadAsync(id)).Agent.Name);
    }

    private static void ChangeAll(FakeLettaAgents there) =>
        there.Change(
            1,
            agent =>
            {
                agent["name"] = "Athena";
                agent["description"] = "Another one";
                agent["model"] = "anthropic/claude";
                agent["embedding"] = "letta/letta-free";
                agent["system"] = "You are wise.";
                agent["tags"] = new JsonArray("wise", "old");
                agent["tools"] = new JsonArray(
                    new JsonObject
                    {
                        ["id"] = "tool-00000000-0000-4000-8000-000000000002",
                        ["name"] = "web_search",
                        ["source_code"] = "def run(): pass",
                    }
                );
                agent["blocks"] = new JsonArray(
                    new JsonObject { ["label"] = "persona", ["value"] = "I am stern." },
                    new JsonObject { ["label"] = "human", ["value"] = "Ada" }
                );
            }
        );
}
