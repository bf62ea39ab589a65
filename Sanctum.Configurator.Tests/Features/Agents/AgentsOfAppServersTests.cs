using Sanctum.Configurator.Features.Agents;
using Sanctum.Configurator.Features.Agents.Creating;
using Sanctum.Configurator.Features.Agents.Removing;
using Sanctum.Configurator.Features.Agents.Talking;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Agents;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Agents;

public sealed class AgentsOfAppServersTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task An_agent_is_found_adopted_and_the_same(TestDatabase database)
    {
        await using var world = await AppServerWorld.CreateAsync(database, 2);

        Assert.Equal(["Agent 1", "Agent 2"], (await world.SynchronisedAsync()).New.Select(agent => agent.Name));
        var id = await world.AdoptedAsync(1);

        var declared = DeclaredAgent.Of(await world.RowAsync(id));
        Assert.Equal(
            ("Agent 1", "You help.", FakeAppServer.Model, null, null),
            (declared.Name, declared.System, declared.Model, declared.Embedding, declared.Tools)
        );
        Assert.Equal([("human", "A person."), ("persona", "I am kind.")], declared.Blocks!.Select(block => (block.Key, block.Value)));
        Assert.Equal([], declared.Tags!);
        Assert.Empty((await world.ComparedAsync(id)).Fields);
        Assert.Equal((1, 1), ((await world.SynchronisedAsync()) is var sync ? sync.Same : 0, sync.New.Count));
    }

    [Fact]
    public async Task More_agents_than_a_list_gives_by_itself_are_all_found()
    {
        await using var world = await AppServerWorld.CreateAsync(TestDatabase.Sqlite, 45);

        Assert.Equal(45, (await world.SynchronisedAsync()).New.Count);
    }

    [Fact]
    public async Task Changed_memory_is_compared_and_taken()
    {
        await using var world = await AppServerWorld.CreateAsync(TestDatabase.Sqlite, 1);
        var id = await world.AdoptedAsync(1);
        world.Server.Agents[FakeAppServer.IdOf(1)].Memory["system/human.md"] = "---\ndescription: x\n---\nA tall person.\n";

        var field = Assert.Single((await world.ComparedAsync(id)).Fields);
        Assert.Equal(("blocks.human", "A person.", "A tall person."), (field.Field, field.Declared, field.Live));

        AppServerWorld.Done(await world.CallAsync((AgentExchange exchange) => exchange.TakeAsync(id, null, null, Cancel)));
        Assert.Empty((await world.ComparedAsync(id)).Fields);
    }

    [Fact]
    public async Task A_push_keeps_the_programs_own_tags_and_what_stands_before_a_blocks_text()
    {
        await using var world = await AppServerWorld.CreateAsync(TestDatabase.Sqlite, 1);
        var id = await world.AdoptedAsync(1);
        await world.ChangeAsync(
            id,
            agent =>
                agent.Config =
                    """{"system": "You help well.", "model": "lmstudio/mock-2", "tags": ["home"], "blocks": [{"label": "human", "value": " A small\r\nperson. \n"}, {"label": "persona", "value": "I am kind."}]}"""
        );

        AppServerWorld.Done(await world.CallAsync((AgentExchange exchange) => exchange.PushAsync(id, null, null, Cancel)));

        var there = world.Server.Agents[FakeAppServer.IdOf(1)];
        Assert.Equal(("You help well.", "lmstudio/mock-2"), (there.System, there.Model));
        Assert.Equal(["home", "git-memory-enabled", "origin:letta-code"], there.Tags);
        Assert.Equal("---\ndescription: who you are\n---\nA small\nperson.\n", there.Memory["system/human.md"]);
        Assert.Empty((await world.ComparedAsync(id)).Fields);
    }

    [Fact]
    public async Task A_block_that_can_t_be_read_is_not_written_as_if_it_were_new()
    {
        await using var world = await AppServerWorld.CreateAsync(TestDatabase.Sqlite, 1);
        var id = await world.AdoptedAsync(1);
        await world.ChangeAsync(
            id,
            agent => agent.Config = """{"blocks": [{"label": "human", "value": "B"}, {"label": "persona", "value": "I am kind."}]}"""
        );
        world.Server.OnAnswer = (command, answer) =>
        {
            if ((string?)command["type"] == "read_memory_file")
            {
                (answer["success"], answer["error"]) = (false, "EACCES: permission denied");
            }
        };

        var refused = Assert.IsType<Outcome<AgentDifference>.Invalid>(
            await world.CallAsync((AgentExchange exchange) => exchange.PushAsync(id, null, null, Cancel))
        );

        Assert.Contains("EACCES: permission denied", refused.Reasons.Values.Single(), StringComparison.Ordinal);
        Assert.Equal(0, world.Server.CountOf("write_memory_file"));
    }

    [Fact]
    public async Task A_kind_that_is_none_is_refused_and_not_taken_for_automatic()
    {
        await using var world = await AppServerWorld.CreateAsync(TestDatabase.Sqlite, 1);
        await world.Registry.OutsideAsync("UPDATE system_config SET letta_server_kind = 'v3'");

        var refused = Assert.IsType<Outcome<SyncResult>.Invalid>(await world.SynchroniseAsync());

        Assert.Contains("Allowed: automatic, v1, app_server.", refused.Reasons.Values.Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_an_App_Server_has_not_is_left_alone_and_named()
    {
        await using var world = await AppServerWorld.CreateAsync(TestDatabase.Sqlite, 1);
        var id = await world.AdoptedAsync(1);
        await world.ChangeAsync(id, agent => agent.Config = """{"tools": ["web_search"], "embedding": "openai/small"}""");

        var difference = await world.ComparedAsync(id, isForPush: true);

        Assert.Empty(difference.Fields);
        Assert.Equal(
            [
                "An App Server has no tools of an agent. What the registry declares stays there.",
                "An App Server has no embedding of an agent. What the registry declares stays there.",
            ],
            difference.LeftOut
        );
        AppServerWorld.Done(await world.CallAsync((AgentExchange exchange) => exchange.TakeAsync(id, null, null, Cancel)));
        var declared = DeclaredAgent.Of(await world.RowAsync(id));
        Assert.Equal(("openai/small", "web_search"), (declared.Embedding, Assert.Single(declared.Tools!)));
    }

    [Fact]
    public async Task A_model_that_the_server_does_not_offer_is_refused_before_anything_is_sent()
    {
        await using var world = await AppServerWorld.CreateAsync(TestDatabase.Sqlite, 1);
        var id = await world.AdoptedAsync(1);
        await world.ChangeAsync(id, agent => agent.Config = """{"model": "nope/none"}""");

        var refused = Assert.IsType<Outcome<AgentDifference>.Invalid>(
            await world.CallAsync((AgentExchange exchange) => exchange.PushAsync(id, null, null, Cancel))
        );

        Assert.Contains("it offers no model nope/none", refused.Reasons.Values.Single(), StringComparison.Ordinal);
        Assert.Equal(0, world.Server.CountOf("agent_update"));
    }

    [Fact]
    public async Task The_status_follows_the_newest_conversation()
    {
        await using var world = await AppServerWorld.CreateAsync(TestDatabase.Sqlite, 1);
        var id = await world.AdoptedAsync(1);
        Assert.Equal(RunState.Ready, (await world.RowAsync(id)).Status);

        await world.SayAsync(id, "Hello");
        Assert.Equal(RunState.Healthy, (await world.RowAsync(id)).Status);
        await world.SayAsync(id, """CALL Bash {"command":"ls"} END""");
        await world.SynchronisedAsync();
        var row = await world.RowAsync(id);
        Assert.Equal((RunState.Degraded, AgentStatus.Waits), (row.Status, AgentConfig.Of(row.Config).Text(AgentConfig.StatusReason)));
        await world.DecideAsync(id, false);
        await world.SayAsync(id, "FAIL please");
        await world.SynchronisedAsync();
        Assert.Equal((RunState.Degraded, "The last run failed: 401: Invalid API key •••"), await StatusAsync(world, id));

        // The server keeps no record of runs: another console has not heard how it ended.
        await using var other = await world.BesideAsync();
        var (status, reason) = await StatusAsync(other, await other.AdoptedAsync(1));
        Assert.Equal(RunState.Degraded, status);
        Assert.StartsWith("Its last message has no answer.", reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_was_cancelled_here_is_no_failure()
    {
        await using var world = await AppServerWorld.CreateAsync(TestDatabase.Sqlite, 1);
        var id = await world.AdoptedAsync(1);
        var saying = world.SayAsync(id, "SLOW");
        await Wait.UntilAsync(() => world.Server.Agents[FakeAppServer.IdOf(1)].Conversations.Values.Any(c => c.IsBusy));
        await world.CallAsync((AgentTalk talk) => talk.CancelAsync(id, Cancel));
        await saying;

        world.Server.Cut();
        await world.SynchronisedAsync();

        Assert.Equal((RunState.Healthy, "The last run was cancelled."), await StatusAsync(world, id));
    }

    private static async Task<(RunState Status, string? Reason)> StatusAsync(AppServerWorld world, int id)
    {
        var row = await world.RowAsync(id);
        return (row.Status, AgentConfig.Of(row.Config).Text(AgentConfig.StatusReason));
    }

    [Fact]
    public async Task One_agent_that_cannot_be_read_does_not_hide_the_others()
    {
        await using var world = await AppServerWorld.CreateAsync(TestDatabase.Sqlite, 2);
        var (first, second) = (await world.AdoptedAsync(1), await world.AdoptedAsync(2));
        world.Server.Agents[FakeAppServer.IdOf(1)].Broken = "git: not a repository";

        await world.SynchronisedAsync();

        var row = await world.RowAsync(first);
        Assert.Equal(RunState.Degraded, row.Status);
        Assert.Contains("git: not a repository", AgentConfig.Of(row.Config).Text(AgentConfig.StatusReason), StringComparison.Ordinal);
        Assert.Equal(2, DeclaredAgent.Of(row).Blocks!.Count);
        Assert.Equal(RunState.Ready, (await world.RowAsync(second)).Status);
        var refused = Assert.IsType<Outcome<AgentRow>.Invalid>(
            await world.CallAsync((AgentExchange exchange) => exchange.TakeAsync(first, null, null, Cancel))
        );
        Assert.Contains("could not be read whole", refused.Reasons.Values.Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_agent_without_a_prompt_of_its_own_gets_the_standard_one()
    {
        await using var world = await AppServerWorld.CreateAsync(TestDatabase.Sqlite, 0);
        var form = NewAgentForm.Fresh();
        (form.Name, form.Model, form.Blocks[0].Value) = ("Hermes", FakeAppServer.Model, "I am swift.");

        var made = AppServerWorld.Done(await world.CallAsync((AgentCreation creation) => creation.CreateAsync(form, false, Cancel)));

        var there = Assert.Single(world.Server.Agents.Values);
        Assert.Equal((there.Id, "Hermes", "The standard prompt."), (made.LettaUid, there.Name, there.System));
        Assert.EndsWith("I am swift.\n", there.Memory["system/persona.md"], StringComparison.Ordinal);
        Assert.Contains("git-memory-enabled", there.Tags);
    }

    [Fact]
    public async Task An_agent_with_a_prompt_is_created_with_its_blocks()
    {
        await using var world = await AppServerWorld.CreateAsync(TestDatabase.Sqlite, 0);
        var form = NewAgentForm.Fresh();
        (form.Name, form.Model, form.System, form.Blocks[1].Value) = ("Hermes", FakeAppServer.Model, "You carry messages.", "A god.");

        var made = AppServerWorld.Done(await world.CallAsync((AgentCreation creation) => creation.CreateAsync(form, false, Cancel)));

        Assert.Empty((await world.ComparedAsync(made.Id!.Value)).Fields);
        var there = Assert.Single(world.Server.Agents.Values);
        Assert.Equal(
            ("You carry messages.", "---\ndescription: Memory block human\n---\nA god.\n"),
            (there.System, there.Memory["system/human.md"])
        );
    }

    [Fact]
    public async Task An_agent_is_deleted_there_and_here()
    {
        await using var world = await AppServerWorld.CreateAsync(TestDatabase.Sqlite, 1);
        var id = await world.AdoptedAsync(1);

        var plan = AppServerWorld.Done(await world.CallAsync((AgentRemoval removal) => removal.PlanAsync(id, Cancel)));
        Assert.Equal((true, 0), (plan.IsThere, plan.Blocks.Count));
        var removed = AppServerWorld.Done(await world.CallAsync((AgentRemoval removal) => removal.DeleteAsync(id, null, false, Cancel)));

        Assert.Equal(["An App Server keeps the agent's memory files, secrets and transcripts on its disk."], removed.LeftOut);
        Assert.Empty(world.Server.Agents);
    }

    [Fact]
    public async Task An_answer_that_is_too_long_is_refused_by_its_size()
    {
        await using var world = await AppServerWorld.CreateAsync(TestDatabase.Sqlite, 1);
        world.Server.Padded["agent_list"] = 60_000_000;

        var refused = Assert.IsType<Outcome<SyncResult>.Invalid>(await world.SynchroniseAsync());

        Assert.Contains("larger than 48 MiB", refused.Reasons.Values.Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_token_is_named()
    {
        await using var world = await AppServerWorld.CreateAsync(TestDatabase.Sqlite, 1);
        world.Server.Token = "another";

        var refused = Assert.IsType<Outcome<SyncResult>.Invalid>(await world.SynchroniseAsync());

        Assert.Contains("refused the token", refused.Reasons.Values.Single(), StringComparison.Ordinal);
    }
}
