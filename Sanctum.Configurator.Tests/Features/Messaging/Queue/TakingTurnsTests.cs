using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Messaging.Queue;
using Sanctum.Configurator.Registry.Data;
using Sanctum.Configurator.Registry.Messaging;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Messaging.Queue;

/// <summary>Which turns a console takes: of which agents it asks, and what goes before what.</summary>
public sealed class TakingTurnsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>codeigniter4/queue 86: what is claimed was read before the lock.</summary>
    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task What_an_operator_has_just_cancelled_is_not_begun(TestDatabase database)
    {
        await using var world = await MessagingWorld.CreateAsync(database);
        var entry = await world.QueuedAsync("ada", "hello");
        Task<IReadOnlyList<ClaimedTurn>> taking;
        await using (var registry = world.Registry.Open())
        {
            await using var transaction = await RowLocks.BeginAsync(registry, Cancel);
            await registry
                .Queue.Where(e => e.Id == entry)
                .ExecuteUpdateAsync(set => set.SetProperty(e => e.Status, QueueStatus.Cancelled), Cancel);

            // It sees the entry as it was, and waits for its turn to write.
            taking = world.OfConsoleAsync((QueueLeases leases) => leases.TakeAsync(8, Cancel));
            if (database == TestDatabase.Postgres)
            {
                Assert.Empty(await taking);
            }

            await transaction.CommitAsync(Cancel);
        }

        Assert.Empty(await taking);
        Assert.Equal(QueueStatus.Cancelled, (await world.EntryAsync(entry)).Status);
    }

    /// <summary>Automattic/kue 663, multica-ai/multica 8551: what goes first waits behind whatever has the last worker.</summary>
    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_command_passes_while_all_turns_are_taken_and_no_message_does(TestDatabase database)
    {
        await using var world = await MessagingWorld.CreateAsync(database, agents: 2);
        await world.QueuedAsync("ada", "hello");
        var command = await world.QueuedAsync("bob", "/stop", agent: 1);
        var hints = Followed(world);

        var taken = await TakeAsync(world, hints, most: 0);

        Assert.Equal([command], taken.Select(turn => turn.Lead.Id));
        Assert.Single(await TakeAsync(world, hints, most: 1));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task With_little_room_the_agents_take_turns_and_none_is_forgotten(TestDatabase database)
    {
        await using var world = await MessagingWorld.CreateAsync(database, agents: 7);
        var entries = new List<int>();
        foreach (var agent in Enumerable.Range(0, 7))
        {
            entries.Add(await world.QueuedAsync("ada", "hello", agent));
        }

        var (hints, taken) = (Followed(world), new List<int>());
        while (await TakeAsync(world, hints, most: 2) is { Count: > 0 } turns)
        {
            Assert.InRange(turns.Count, 1, 2);
            taken.AddRange(turns.Select(turn => turn.Lead.Id));
        }

        Assert.Equal(entries, taken);
    }

    [Fact]
    public async Task Only_agents_with_something_new_are_asked_until_two_seconds_have_passed()
    {
        await using var world = await MessagingWorld.CreateAsync(agents: 2);
        var hints = Followed(world);
        Assert.Empty(await TakeAsync(world, hints, most: 8));
        var entry = await world.QueuedAsync("ada", "hello");

        Assert.Empty(await TakeAsync(world, hints, most: 8));
        hints.Add([world.Agents[1]], [], due: null);
        Assert.Empty(await TakeAsync(world, hints, most: 8));
        world.Clock.Advance(QueueEngine.Look);
        Assert.Equal([entry], (await TakeAsync(world, hints, most: 8)).Select(turn => turn.Lead.Id));

        var next = await world.QueuedAsync("bob", "hello", agent: 1);
        hints.Add([world.Agents[1]], [], due: null);
        Assert.Equal([next], (await TakeAsync(world, hints, most: 8)).Select(turn => turn.Lead.Id));
    }

    [Fact]
    public async Task What_is_due_later_is_found_when_it_is_due()
    {
        await using var world = await MessagingWorld.CreateAsync();
        await world.QueuedAsync("ada", "first");
        await world.ChangeChannelAsync(channel => channel.BurstSeconds = 1);
        var hints = Followed(world);
        Assert.Single(await TakeAsync(world, hints, most: 8));
        Assert.Null(await NextAsync(world, hints));
        var due = world.Clock.GetUtcNow().AddSeconds(1);

        hints.Add([], [], due);

        Assert.Equal(due, await NextAsync(world, hints));
        Assert.False(hints.IsAll());
        world.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True(hints.IsAll());
    }

    [Fact]
    public async Task The_console_itself_tells_of_what_it_takes_in()
    {
        await using var world = await MessagingWorld.CreateAsync(agents: 2);
        var (woken, hints) = (0, world.Registry.Services.GetRequiredService<QueueHints>());
        using var follows = hints.Follow(() => woken++);
        Assert.Empty(await TakeAsync(world, hints, most: 8));

        var entry = await world.QueuedAsync("ada", "hello", agent: 1);

        Assert.Equal(1, woken);
        Assert.Equal([entry], (await TakeAsync(world, hints, most: 8)).Select(turn => turn.Lead.Id));
    }

    private static QueueHints Followed(MessagingWorld world)
    {
        var hints = new QueueHints(world.Clock);
        hints.Follow(() => { });
        return hints;
    }

    private static Task<IReadOnlyList<ClaimedTurn>> TakeAsync(MessagingWorld world, QueueHints hints, int most) =>
        world.OfConsoleAsync((QueueLeases leases) => leases.TakeHintedAsync(hints, most, Cancel));

    private static Task<DateTimeOffset?> NextAsync(MessagingWorld world, QueueHints hints) =>
        hints.NextAsync(() => world.OfConsoleAsync((QueueLeases leases) => leases.NextAsync(world.Clock.GetUtcNow(), Cancel)));
}
