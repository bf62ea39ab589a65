using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Features.Agents;
using Sanctum.Configurator.Features.Agents.Creating;
using Sanctum.Configurator.Features.Agents.Removing;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Agents;

public sealed class MakingAgentsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task An_agent_is_made_on_the_server_and_is_in_the_registry_at_once(TestDatabase database)
    {
        await using var world = await AgentsWorld.CreateAsync(database, 0);

        var made = Made(await CreateAsync(world, Hermes()));

        var view = await world.ReadAsync(made.Id!.Value);
        Assert.Equal(
            ("Hermes", "anthropic/claude", "Be quick.", made.LettaUid),
            (view.Agent.Name, view.Agent.Model, view.Declared.System, view.Agent.LettaUid)
        );
        Assert.Equal(["quick", "winged"], view.Declared.Tags);
        Assert.Equal(["send_message", "web_search"], view.Declared.Tools);
        Assert.Equal("I run.", view.Declared.Blocks!["persona"]);
        Assert.Empty((await world.ComparedAsync(made.Id.Value)).Fields);
    }

    [Fact]
    public async Task A_clone_has_all_that_is_declared_of_the_other()
    {
        await using var world = await AgentsWorld.CreateAsync(TestDatabase.Sqlite, 0);
        var first = await world.ReadAsync(Made(await CreateAsync(world, Hermes())).Id!.Value);
        var form = NewAgentForm.Like(first.Declared, "Hermes copy");
        form.ReadTyped();

        var second = await world.ReadAsync(Made(await CreateAsync(world, form)).Id!.Value);

        Assert.Equal(["name"], AgentDifference.Between(first.Declared, second.Declared).Select(field => field.Field));
        Assert.NotEqual(first.Agent.LettaUid, second.Agent.LettaUid);
    }

    [Theory]
    [InlineData("Model", "", "Choose a model. A self-hosted server requires one.")]
    [InlineData("Embedding", "", "Choose an embedding. A self-hosted server requires one.")]
    [InlineData("Model", "openai/none", "The Letta server has no model openai/none.")]
    [InlineData("Tools", "telepathy", "The Letta server doesn't have these tools: telepathy.")]
    [InlineData("Blocks", "persona", "Two memory blocks have the same label.")]
    [InlineData("Name", "", "Enter a name.")]
    public async Task What_the_server_would_refuse_is_said_at_the_field_and_nothing_is_made(string field, string value, string reason)
    {
        await using var world = await AgentsWorld.CreateAsync(TestDatabase.Sqlite, 0);
        var form = Hermes();
        switch (field)
        {
            case "Model":
                form.Model = value;
                break;
            case "Embedding":
                form.Embedding = value;
                break;
            case "Tools":
                form.Tools = [value];
                break;
            case "Blocks":
                form.Blocks.Add(new() { Label = value });
                break;
            default:
                form.Name = value;
                break;
        }

        Assert.Equal(reason, Assert.IsType<Outcome<NewlyMade>.Invalid>(await CreateAsync(world, form)).Reasons[field]);
        Assert.DoesNotContain(world.Letta.Requests, request => request.Method != "GET");
    }

    [Fact]
    public async Task A_dry_run_makes_nothing_and_an_operator_may_not_make_any()
    {
        await using var world = await AgentsWorld.CreateAsync(TestDatabase.Sqlite, 0);
        var oscar = await world.Registry.AddUserAsync("oscar");

        Assert.Null(Made(await world.CallAsync((AgentCreation creation) => creation.CreateAsync(Hermes(), true, Cancel))).Id);
        Assert.IsType<Outcome<NewlyMade>.Invalid>(
            await world.CallAsync((AgentCreation creation) => creation.CreateAsync(Hermes(), false, Cancel), oscar)
        );

        Assert.DoesNotContain(world.Letta.Requests, request => request.Method != "GET");
    }

    [Fact]
    public async Task Where_the_registry_cannot_take_it_the_id_on_the_server_is_told()
    {
        await using var world = await AgentsWorld.CreateAsync(TestDatabase.Sqlite, 0);
        await world.Registry.OutsideAsync("CREATE TRIGGER no_agents BEFORE INSERT ON agents BEGIN SELECT RAISE(ABORT, 'full'); END");

        var refused = Assert.IsType<Outcome<NewlyMade>.Invalid>(await CreateAsync(world, Hermes()));

        Assert.StartsWith(
            $"Created on the Letta server as {FakeLettaAgents.IdOf(901)}, but not added to the registry",
            refused.Reasons[""],
            StringComparison.Ordinal
        );
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Deleting_there_names_the_blocks_that_stay_and_takes_those_that_nobody_else_has(TestDatabase database)
    {
        await using var world = await AgentsWorld.CreateAsync(database, 1);
        var made = Made(await CreateAsync(world, Hermes()));
        world.There.Share(901, 1, "human");

        var plan = Assert
            .IsType<Outcome<RemovalPlan>.Ok>(await world.CallAsync((AgentRemoval removal) => removal.PlanAsync(made.Id!.Value, Cancel)))
            .Value;
        var removed = Assert.IsType<Outcome<Removed>.Ok>(await DeleteAsync(world, made.Id!.Value, withBlocks: true)).Value;

        Assert.Equal([("persona", 0), ("human", 1)], plan.Blocks.Select(block => (block.Label, block.OtherAgents.Count)));
        Assert.Empty(removed.LeftOut);
        Assert.Equal([plan.Blocks[1].Id], world.There.Blocks);
        Assert.Equal(0, await world.CountAsync());
        await using var context = world.Registry.Open();
        var acts = await context.Changes.Where(c => c.TableName == "agents").OrderBy(c => c.Id).Select(c => c.Act).ToListAsync(Cancel);
        Assert.Equal(["insert", "delete there", "delete"], acts);
    }

    [Fact]
    public async Task An_agent_that_is_used_stays_on_the_server_too()
    {
        await using var world = await AgentsWorld.CreateAsync(TestDatabase.Sqlite, 1);
        var id = Assert.Single(await world.AdoptedAsync(1));
        await world.Registry.OutsideAsync(
            $"INSERT INTO scheduled_jobs (name, cron_expression, agent_id) VALUES ('wake up', '0 7 * * *', {id})"
        );

        var refused = Assert.IsType<Outcome<Removed>.Invalid>(await DeleteAsync(world, id, withBlocks: false));
        var stale = await world.CallAsync((AgentRemoval removal) => removal.DeleteAsync(id, 99, false, Cancel));

        Assert.Contains("wake up", refused.Reasons[""], StringComparison.Ordinal);
        Assert.IsType<Outcome<Removed>.Conflict>(stale);
        Assert.DoesNotContain(world.Letta.Requests, request => request.Method == "DELETE");
    }

    [Fact]
    public async Task An_agent_that_is_gone_there_goes_here()
    {
        await using var world = await AgentsWorld.CreateAsync(TestDatabase.Sqlite, 1);
        var id = Assert.Single(await world.AdoptedAsync(1));
        world.There.Remove(1);

        Assert.IsType<Outcome<Removed>.Ok>(await DeleteAsync(world, id, withBlocks: true));

        Assert.Equal(0, await world.CountAsync());
    }

    private static NewAgentForm Hermes() =>
        new()
        {
            Name = " Hermes ",
            Model = "anthropic/claude",
            Embedding = "openai/text-embedding-3-small",
            System = "Be quick.",
            Blocks = [new() { Label = "persona", Value = "I run." }, new() { Label = "human", Value = "Ada" }],
            Tags = ["quick", "winged"],
            Tools = ["web_search"],
        };

    private static Task<Outcome<NewlyMade>> CreateAsync(AgentsWorld world, NewAgentForm form) =>
        world.CallAsync((AgentCreation creation) => creation.CreateAsync(form, false, Cancel));

    private static NewlyMade Made(Outcome<NewlyMade> outcome) => Assert.IsType<Outcome<NewlyMade>.Ok>(outcome).Value;

    private static Task<Outcome<Removed>> DeleteAsync(AgentsWorld world, int id, bool withBlocks) =>
        world.CallAsync((AgentRemoval removal) => removal.DeleteAsync(id, null, withBlocks, Cancel));
}
