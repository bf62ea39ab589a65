using Sanctum.Configurator.Features.Messaging.People;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Messaging;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Messaging.People;

public sealed class PeopleAtLettaTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_v1_server_lacks_is_made_once_and_its_ids_are_kept()
    {
        var there = new FakeLettaAgents(1);
        await using var letta = await FakeLetta.StartAsync(new FakeLettaBehaviour { Store = there });
        await using var world = await PeopleWorld.CreateAsync(letta: letta);
        var ada = await world.PersonAsync("Ada");
        Assert.Equal((null, false, false), Facts(await ReadAsync(world, ada)));

        var made = Value(await MakeAsync(world, ada));
        Value(await MakeAsync(world, ada));

        Assert.Equal((made.IdentityId, true, true), Facts(await ReadAsync(world, ada)));
        Assert.Equal([made.IdentityId!], there.IdentityIds);
        Assert.Equal(
            (made.IdentityId, made.BlockId),
            ((await world.ReadAsync(ada)).LettaIdentityId, (await world.ReadAsync(ada)).LettaBlockId)
        );
    }

    [Fact]
    public async Task A_block_that_a_bridge_left_attached_is_told_and_detached()
    {
        var there = new FakeLettaAgents(2);
        await using var letta = await FakeLetta.StartAsync(new FakeLettaBehaviour { Store = there });
        await using var world = await PeopleWorld.CreateAsync(letta: letta);
        var ada = await WithIdsAsync(world, there.AddPerson("ada"));
        var block = (await world.ReadAsync(ada)).LettaBlockId!;
        there.AttachBlock(1, block);
        there.AttachBlock(2, block);
        var message = await world.MessageAsync(ada, "hi", null, QueueStatus.Processing);
        Assert.Equal((2, false), (Value(await ReadAsync(world, ada)).AttachedTo.Count, Value(await ReadAsync(world, ada)).IsLeftBehind));
        Assert.IsType<Outcome<IdentityView>.Invalid>(await DetachAsync(world, ada));
        await world.Registry.OutsideAsync($"UPDATE queue SET status = 'done' WHERE message_id = {message}");

        Assert.True(Value(await ReadAsync(world, ada)).IsLeftBehind);
        var view = Value(await DetachAsync(world, ada));

        Assert.Equal((0, true), (view.AttachedTo.Count, view.BlockExists));
        Assert.DoesNotContain(block, there.Read(1).ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_id_that_the_server_does_not_know_is_missing_and_made_anew()
    {
        var there = new FakeLettaAgents(1);
        await using var letta = await FakeLetta.StartAsync(new FakeLettaBehaviour { Store = there });
        await using var world = await PeopleWorld.CreateAsync(letta: letta);
        var ada = await WithIdsAsync(world, ("identity-gone", "block-gone"));

        Assert.Equal(("identity-gone", false, false), Facts(await ReadAsync(world, ada)));
        Assert.Equal((true, true), (Value(await MakeAsync(world, ada)).IdentityExists, Value(await ReadAsync(world, ada)).BlockExists));
        Assert.NotEqual("block-gone", (await world.ReadAsync(ada)).LettaBlockId);
    }

    [Fact]
    public async Task Erasing_deletes_there_and_keeps_what_the_server_would_not_delete()
    {
        var there = new FakeLettaAgents(1);
        await using var letta = await FakeLetta.StartAsync(new FakeLettaBehaviour { Store = there });
        await using var world = await PeopleWorld.CreateAsync(letta: letta);
        var (ada, bob) = (await WithIdsAsync(world, there.AddPerson("ada")), await WithIdsAsync(world, there.AddPerson("bob")));

        var erased = await ErasingPeopleTests.EraseAsync(world, ada);
        Assert.Equal([false, false], erased.Letta.Select(thing => thing.IsLeft));
        Assert.Single(there.IdentityIds);
        there.RefusesDeletes = 409;
        var left = await ErasingPeopleTests.EraseAsync(world, bob);

        Assert.Equal([("identity", true), ("block", false)], left.Letta.Select(thing => (thing.What, thing.IsLeft)));
        Assert.Contains("Database is locked", left.Letta[0].Outcome, StringComparison.Ordinal);
        var listed = await world.CallAsync((PersonErasure erasure) => erasure.ListAsync(Cancel));
        Assert.Equal((2, there.IdentityIds[0]), (listed.Count, listed[0].Letta.Single(thing => thing.IsLeft).Id));
        Assert.Equal(0, await world.CountAsync<LettaUser>());
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_said_and_nothing_is_lost()
    {
        await using var letta = await FakeLetta.StartAsync(new FakeLettaBehaviour { Store = new FakeLettaAgents(1) });
        await using var world = await PeopleWorld.CreateAsync(letta: letta);
        await letta.DisposeAsync();
        var ada = await WithIdsAsync(world, ("identity-1", "block-1"));

        Assert.Contains(
            "could not be asked",
            Assert.IsType<Outcome<IdentityView>.Invalid>(await ReadAsync(world, ada)).Reasons[""],
            StringComparison.Ordinal
        );
        var erased = await ErasingPeopleTests.EraseAsync(world, ada);

        Assert.All(erased.Letta, thing => Assert.True(thing.IsLeft));
        Assert.All(erased.Letta, thing => Assert.StartsWith("Not deleted:", thing.Outcome, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_app_server_has_none_and_that_is_said()
    {
        await using var server = await FakeAppServer.StartAsync();
        await using var world = await PeopleWorld.CreateAsync(
            settings: new()
            {
                ["Sanctum:letta_server_address"] = "http://localhost",
                ["Sanctum:letta_server_port"] = $"{server.Port}",
                ["Sanctum:letta_server_kind"] = "app_server",
            }
        );
        var ada = await WithIdsAsync(world, ("identity-1", "block-1"));

        Assert.Contains("has no identities", Value(await ReadAsync(world, ada)).Notice, StringComparison.Ordinal);
        Assert.Contains("has no identities", Value(await MakeAsync(world, ada)).Notice, StringComparison.Ordinal);
        Assert.All((await ErasingPeopleTests.EraseAsync(world, ada)).Letta, thing => Assert.True(thing.IsLeft));
    }

    private static (string? Id, bool Identity, bool Block) Facts(Outcome<IdentityView> outcome) =>
        (Value(outcome).IdentityId, Value(outcome).IdentityExists, Value(outcome).BlockExists);

    private static IdentityView Value(Outcome<IdentityView> outcome) => Assert.IsType<Outcome<IdentityView>.Ok>(outcome).Value;

    private static async Task<int> WithIdsAsync(PeopleWorld world, (string Identity, string Block) ids) =>
        (
            await world.AddAsync(
                new LettaUser
                {
                    LettaIdentityId = ids.Identity,
                    LettaBlockId = ids.Block,
                    CreatedAt = world.Now,
                }
            )
        ).Id;

    private static Task<Outcome<IdentityView>> ReadAsync(PeopleWorld world, int person) =>
        world.CallAsync((PersonIdentities identities) => identities.ReadAsync(person, Cancel));

    private static Task<Outcome<IdentityView>> MakeAsync(PeopleWorld world, int person) =>
        world.CallAsync((PersonIdentities identities) => identities.MakeAsync(person, Cancel));

    private static Task<Outcome<IdentityView>> DetachAsync(PeopleWorld world, int person) =>
        world.CallAsync((PersonIdentities identities) => identities.DetachAsync(person, Cancel));
}
