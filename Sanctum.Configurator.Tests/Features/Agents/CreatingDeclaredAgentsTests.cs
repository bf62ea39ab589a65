using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Features.Agents.Creating;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Agents;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Agents;

/// <summary>An agent that was only declared comes to the Letta server as it is declared.</summary>
public sealed class CreatingDeclaredAgentsTests
{
    private const string Melissa = """
        {"model": "anthropic/claude", "embedding": "openai/text-embedding-3-small", "system": "Find out.", "description": "Knows bees.",
        "tags": ["bees, wild", "research"], "tools": ["web_search"], "blocks": [{"label": "persona", "value": "I ask."}], "of_another_program": 1}
        """;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task It_is_made_there_as_it_is_declared_and_its_id_is_written_into_the_row(TestDatabase database)
    {
        await using var world = await AgentsWorld.CreateAsync(database, 0);
        var id = await world.AddAsync("Melissa", Melissa);

        var made = Assert.IsType<Outcome<NewlyMade>.Ok>(await CreateAsync(world, id)).Value;

        Assert.Equal((id, FakeLettaAgents.IdOf(901), "Melissa"), (made.Id, made.LettaUid, made.Name));
        var there = world.There.Read(901);
        Assert.Equal(("anthropic/claude", "Find out."), ((string)there["model"]!, (string)there["system"]!));
        Assert.Equal(["web_search"], there["tools"]!.AsArray().Select(tool => (string)tool!["name"]!));
        Assert.Equal(["bees, wild", "research"], there["tags"]!.AsArray().Select(tag => (string)tag!));
        var view = await world.ReadAsync(id);
        Assert.Equal((made.LettaUid, RunState.Ready, "Not run yet."), (view.Agent.LettaUid, view.Agent.Status, view.Agent.StatusReason));
        Assert.Empty((await world.SynchronisedAsync(isDryRun: true)).New);
        await using var context = world.Registry.Open();
        Assert.Contains("of_another_program", (await context.Agents.SingleAsync(Cancel)).Config, StringComparison.Ordinal);
        Assert.Equal(
            "created on the Letta server",
            (await context.Changes.Where(c => c.TableName == "agents").OrderBy(c => c.Id).LastAsync(Cancel)).Reason
        );
    }

    [Fact]
    public async Task What_it_lacks_is_named_and_nothing_is_made()
    {
        await using var world = await AgentsWorld.CreateAsync(TestDatabase.Sqlite, 1);
        var bare = await world.AddAsync("Bare");
        var odd = await world.AddAsync(
            "Odd",
            """{"model": "openai/none", "embedding": "openai/text-embedding-3-small", "tools": ["telepathy"]}"""
        );
        var linked = Assert.Single(await world.AdoptedAsync(1));

        var nothing = await ReasonsAsync(world, bare);
        Assert.Equal(["Model", "Embedding"], nothing.Keys);
        Assert.Equal("This agent declares no model, which a self-hosted server requires. Edit the agent and add it.", nothing["Model"]);
        var unknown = await ReasonsAsync(world, odd);
        Assert.Equal(
            ("The Letta server has no model openai/none.", "The Letta server doesn't have these tools: telepathy."),
            (unknown["Model"], unknown["Tools"])
        );
        Assert.StartsWith("This agent already has a Letta id.", (await ReasonsAsync(world, linked))[""], StringComparison.Ordinal);
        Assert.IsType<Outcome<NewlyMade>.NotFound>(await CreateAsync(world, 999));
        Assert.DoesNotContain(world.Letta.Requests, request => request.Method != "GET");
    }

    [Fact]
    public async Task A_dry_run_an_old_version_or_an_operator_makes_nothing()
    {
        await using var world = await AgentsWorld.CreateAsync(TestDatabase.Sqlite, 0);
        var id = await world.AddAsync("Melissa", Melissa);
        var oscar = await world.Registry.AddUserAsync("oscar");
        var vera = await world.Registry.AddUserAsync("vera", UserRole.Viewer);

        Assert.Null(Assert.IsType<Outcome<NewlyMade>.Ok>(await CreateAsync(world, id, isDryRun: true)).Value.LettaUid);
        Assert.IsType<Outcome<NewlyMade>.Conflict>(await CreateAsync(world, id, version: 99));
        Assert.IsType<Outcome<NewlyMade>.Invalid>(await CreateAsync(world, id, who: oscar));
        Assert.IsType<Outcome<NewlyMade>.Invalid>(await CreateAsync(world, id, who: vera));

        Assert.DoesNotContain(world.Letta.Requests, request => request.Method != "GET");
    }

    [Fact]
    public async Task Where_its_id_cannot_be_written_the_id_is_told()
    {
        await using var world = await AgentsWorld.CreateAsync(TestDatabase.Sqlite, 0);
        var id = await world.AddAsync("Melissa", Melissa);
        await world.Registry.OutsideAsync(
            "CREATE TRIGGER no_ids BEFORE UPDATE OF letta_uid ON agents BEGIN SELECT RAISE(ABORT, 'full'); END"
        );

        Assert.StartsWith(
            $"Created on the Letta server as {FakeLettaAgents.IdOf(901)}, but the id was not saved in the registry",
            (await ReasonsAsync(world, id))[""],
            StringComparison.Ordinal
        );
    }

    private static Task<Outcome<NewlyMade>> CreateAsync(
        AgentsWorld world,
        int id,
        bool isDryRun = false,
        int? version = null,
        User? who = null
    ) => world.CallAsync((ServerCreation creation) => creation.CreateAsync(id, version, isDryRun, Cancel), who);

    private static async Task<IReadOnlyDictionary<string, string>> ReasonsAsync(AgentsWorld world, int id) =>
        Assert.IsType<Outcome<NewlyMade>.Invalid>(await CreateAsync(world, id)).Reasons;
}
