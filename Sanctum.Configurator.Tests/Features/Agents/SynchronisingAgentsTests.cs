using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Features.Account;
using Sanctum.Configurator.Features.Agents;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Agents;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Agents;

public sealed class SynchronisingAgentsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task What_is_new_on_the_server_is_adopted_and_the_same_afterwards(TestDatabase database)
    {
        await using var world = await AgentsWorld.CreateAsync(database, new FakeLettaAgents(120) { RepeatsAcrossPages = true });

        var before = await world.SynchronisedAsync();
        await world.AdoptedAsync(Enumerable.Range(1, 120));
        var after = await world.SynchronisedAsync();

        Assert.Equal((120, 0), (before.New.Count, before.StatusesChanged));
        Assert.Equal((0, 120, 0, 0, 0), (after.New.Count, after.Same, after.Differing.Count, after.Gone.Count, after.StatusesChanged));
        Assert.False(world.There.HasBeenAskedForSecrets);
        await using var context = world.Registry.Open();
        var records = await context.Changes.Where(c => c.TableName == "agents").ToListAsync(Cancel);
        Assert.Equal(120, records.Count);
        Assert.All(records, record => Assert.Equal(("root", "insert"), (record.Actor, record.Act)));
        var agent = await context.Agents.SingleAsync(a => a.LettaUid == FakeLettaAgents.IdOf(7), Cancel);
        Assert.Contains("\"openai/gpt-4.1\"", agent.Config, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", agent.Config, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Thousands_of_agents_are_compared_and_adopted()
    {
        var count = Thorough.Or(1_000, 10_000);
        await using var world = await AgentsWorld.CreateAsync(TestDatabase.Sqlite, count);

        var ids = await world.AdoptedAsync(Enumerable.Range(1, count));
        var after = await world.SynchronisedAsync();

        Assert.Equal(count, ids.Distinct().Count());
        Assert.Equal(count, after.Same);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task The_status_follows_the_server_and_says_why(TestDatabase database)
    {
        await using var world = await AgentsWorld.CreateAsync(database, 5);
        var ids = await world.AdoptedAsync(1, 2, 3, 4, 5);
        Assert.Equal(RunState.Ready, (await world.ReadAsync(ids[0])).Agent.Status);
        world.There.Remove(1);
        world.There.Change(2, agent => agent["last_stop_reason"] = "requires_approval");
        world.There.Change(3, agent => agent["last_stop_reason"] = "llm_api_error");
        world.There.Change(4, agent => (agent["last_stop_reason"], agent["last_run_completion"]) = ("end_turn", "2026-11-01T10:00:00Z"));
        world.Registry.Clock.Advance(TimeSpan.FromMinutes(5));

        var planned = await world.SynchronisedAsync(isDryRun: true);
        Assert.Equal(RunState.Ready, (await world.ReadAsync(ids[0])).Agent.Status);
        var done = await world.SynchronisedAsync();
        var again = await world.SynchronisedAsync();

        Assert.Equal((4, 4, 0), (planned.StatusesChanged, done.StatusesChanged, again.StatusesChanged));
        Assert.Equal(ids[0], Assert.Single(done.Gone).Id);
        var rows = new List<AgentRow>();
        foreach (var id in ids)
        {
            rows.Add((await world.ReadAsync(id)).Agent);
        }

        Assert.Equal(
            [RunState.Off, RunState.Degraded, RunState.Degraded, RunState.Healthy, RunState.Ready],
            rows.Select(row => row.Status)
        );
        Assert.Equal("The last run ended with llm_api_error.", rows[2].StatusReason);
        Assert.Equal(rows[4].StatusSince!.Value.AddMinutes(5), rows[2].StatusSince);
    }

    [Fact]
    public async Task An_agent_that_the_list_lacks_is_asked_for_before_it_counts_as_gone()
    {
        await using var world = await AgentsWorld.CreateAsync(TestDatabase.Sqlite, 30);
        var ids = await world.AdoptedAsync(Enumerable.Range(1, 30));
        world.There.ListedUpTo = 25;
        world.There.Remove(30);

        var done = await world.SynchronisedAsync();

        Assert.Equal(ids[29], Assert.Single(done.Gone).Id);
        Assert.Equal(29, done.Same);
    }

    [Fact]
    public async Task Where_the_list_lacks_more_than_can_be_asked_for_nothing_is_changed_and_the_counts_are_said()
    {
        await using var world = await AgentsWorld.CreateAsync(TestDatabase.Sqlite, 30);
        var ids = await world.AdoptedAsync(Enumerable.Range(1, 30));
        world.There.ListedUpTo = 5;

        var refused = Assert.IsType<Outcome<SyncResult>.Invalid>(await world.SynchroniseAsync());

        Assert.Contains("it reports 30 agents but listed 5.", refused.Reasons[""], StringComparison.Ordinal);
        Assert.Equal(RunState.Ready, (await world.ReadAsync(ids[29])).Agent.Status);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Of_two_who_adopt_the_same_agent_at_once_one_is_told(TestDatabase database)
    {
        await using var world = await AgentsWorld.CreateAsync(database, 1);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => world.AdoptAsync(FakeLettaAgents.IdOf(1))));

        Assert.Single(outcomes.OfType<Outcome<AdoptResult>.Ok>());
        Assert.All(
            outcomes.OfType<Outcome<AdoptResult>.Invalid>(),
            refused => Assert.EndsWith("Synchronise again.", refused.Reasons[nameof(AdoptForm.LettaUids)], StringComparison.Ordinal)
        );
        Assert.Equal(1, await world.CountAsync());
    }

    [Fact]
    public async Task An_agent_that_is_not_there_is_not_adopted_nor_is_any_other()
    {
        await using var world = await AgentsWorld.CreateAsync(TestDatabase.Sqlite, 1);

        var refused = Assert.IsType<Outcome<AdoptResult>.Invalid>(await world.AdoptAsync(FakeLettaAgents.IdOf(1), FakeLettaAgents.IdOf(2)));

        Assert.Equal(
            $"{FakeLettaAgents.IdOf(2)} is not on the Letta server. Synchronise again.",
            refused.Reasons[nameof(AdoptForm.LettaUids)]
        );
        Assert.Equal(0, await world.CountAsync());
    }

    [Fact]
    public async Task What_differs_is_named_and_rows_without_an_id_of_letta_are_counted()
    {
        await using var world = await AgentsWorld.CreateAsync(TestDatabase.Sqlite, 2);
        await world.AdoptedAsync(1, 2);
        await world.AddAsync("On paper");
        world.There.Change(
            2,
            agent =>
            {
                agent["model"] = "anthropic/claude";
                agent["blocks"]![0]!["value"] = "I am stern.";
            }
        );

        var result = await world.SynchronisedAsync();

        Assert.Equal((1, 1, 0), (result.Same, result.Unlinked, result.New.Count));
        Assert.Equal(["model", "blocks.persona"], Assert.Single(result.Differing).Fields);
    }

    [Theory]
    [InlineData(FakeLettaMood.Fails, "the server answered 500 Internal Server Error: An unknown error occurred.")]
    [InlineData(FakeLettaMood.Forbids, "the server refused the token: Forbidden by policy.")]
    [InlineData(FakeLettaMood.StandsBehindABrokenProxy, "a web page answered instead of Letta: 502 Bad Gateway (“502 Bad Gateway”).")]
    [InlineData(FakeLettaMood.HasABadModelKey, "the provider of its model answered 401 Unauthorized: Invalid API key.")]
    [InlineData(FakeLettaMood.AnswersOtherJson, "the answer did not come from a Letta server.")]
    [InlineData(FakeLettaMood.Mumbles, "the answer did not come from a Letta server.")]
    public async Task A_server_that_fails_is_said_in_its_own_words_and_nothing_is_changed(FakeLettaMood mood, string why)
    {
        await using var world = await AgentsWorld.CreateAsync(TestDatabase.Sqlite, 1);
        var id = Assert.Single(await world.AdoptedAsync(1));
        world.Letta.Behaviour = world.Letta.Behaviour with { Mood = mood };

        var refused = Assert.IsType<Outcome<SyncResult>.Invalid>(await world.SynchroniseAsync());

        Assert.Equal($"The Letta server could not be read: {why} Test the connection on the page Letta server.", refused.Reasons[""]);
        Assert.Equal(RunState.Ready, (await world.ReadAsync(id)).Agent.Status);
    }

    [Fact]
    public async Task The_token_is_not_repeated_even_where_the_server_does()
    {
        await using var world = await AgentsWorld.CreateAsync(TestDatabase.Sqlite, 1);
        world.Letta.Behaviour = world.Letta.Behaviour with { Mood = FakeLettaMood.EchoesTheToken };

        var refused = Assert.IsType<Outcome<SyncResult>.Invalid>(await world.SynchroniseAsync());

        Assert.DoesNotContain(FakeLetta.Password, refused.Reasons[""], StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_can_be_stopped()
    {
        await using var world = await AgentsWorld.CreateAsync(TestDatabase.Sqlite, 200);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            world.CallAsync((AgentSync sync) => sync.SynchroniseAsync(false, (_, _) => stop.Cancel(), stop.Token))
        );
    }

    [Fact]
    public async Task Who_may_only_read_neither_synchronises_nor_adopts()
    {
        await using var world = await AgentsWorld.CreateAsync(TestDatabase.Sqlite, 1);
        var (vera, oscar) = (await world.Registry.AddUserAsync("vera", UserRole.Viewer), await world.Registry.AddUserAsync("oscar"));

        Assert.IsType<Outcome<SyncResult>.Invalid>(await world.SynchroniseAsync(who: vera));
        Assert.IsType<Outcome<SyncResult>.Ok>(await world.SynchroniseAsync(who: oscar));
        Assert.IsType<Outcome<AdoptResult>.Invalid>(
            await world.CallAsync((AgentSync sync) => sync.AdoptAsync([FakeLettaAgents.IdOf(1)], (_, _) => { }, Cancel), oscar)
        );
        Assert.Equal(0, await world.CountAsync());
    }
}
