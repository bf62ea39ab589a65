using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Memories.Extraction;
using Sanctum.Configurator.Registry.Memories;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Memories;

/// <summary>Several consoles read what was said: each thing once, and what one leaves undone another does, on both databases.</summary>
public sealed class ExtractionLeaseTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task What_a_killed_console_had_taken_is_read_by_another_once(TestDatabase database)
    {
        await using var world = await MemoriesWorld.CreateAsync(database);
        await world.SayAsync("I prefer tabs in all files.");
        await using var other = world.Registry.BuildConsole(MemoriesWorld.Add);
        var taken = Assert.Single(await LeasesOf(other).TakeAsync(10, Cancel));
        await world.ReadAsync();
        Assert.Empty(await world.ListAsync());

        world.Clock.Advance(TimeSpan.FromSeconds(new MemoryOptions().LeaseSeconds + 1));
        Assert.True(await LeasesOf(world.Registry.Services).TakeOverAsync(Cancel));
        await world.ReadAsync();
        Assert.Single(await world.ListAsync());

        // It was not dead, only slow: what it found is discarded.
        var late = new ExtractionEnd(
            MemoriesWorld.OwnerOf(world.Ursula),
            [new(MemoryKind.Preference, "Prefers something else", world.Clock.GetUtcNow()) { ExtractedBy = "rules" }]
        );
        var ends = other.CreateScope().ServiceProvider.GetRequiredService<ExtractionEnds>();
        Assert.Empty(await ends.WriteAsync([(taken, late)], Cancel));
        Assert.Single(await world.ListAsync());
        Assert.Equal(2, (await world.QueryAsync(context => context.MemoryExtractions.SingleAsync(Cancel))).Attempts);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Of_each_person_one_is_read_at_a_time_in_their_order(TestDatabase database)
    {
        await using var world = await MemoriesWorld.CreateAsync(database);
        var first = await world.SayAsync("I prefer tabs in all files.");
        await world.SayAsync("I prefer spaces in all files.");
        await world.SayAsync("I prefer long lines.", who: world.Root);

        var leases = LeasesOf(world.Registry.Services);
        var taken = await leases.TakeAsync(10, Cancel);
        Assert.Equal(2, taken.Count);
        Assert.Contains(taken, claimed => claimed.Row.MessageId == first.Answer);
        Assert.Empty(await leases.TakeAsync(10, Cancel));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task One_that_ends_its_console_each_time_is_given_up(TestDatabase database)
    {
        await using var world = await MemoriesWorld.CreateAsync(database);
        await world.SayAsync("I prefer tabs in all files.");
        var leases = LeasesOf(world.Registry.Services);
        for (var crash = 0; crash < 5; crash++)
        {
            Assert.Single(await leases.TakeAsync(10, Cancel));
            world.Clock.Advance(TimeSpan.FromSeconds(new MemoryOptions().LeaseSeconds + 1));
            await leases.TakeOverAsync(Cancel);
        }

        Assert.Empty(await leases.TakeAsync(10, Cancel));
        var given = await world.QueryAsync(context => context.MemoryExtractions.SingleAsync(Cancel));
        Assert.Equal(MemoryExtractionStatus.Failed, given.Status);
        Assert.NotNull(given.Problem);
    }

    private static ExtractionLeases LeasesOf(IServiceProvider console) =>
        console.CreateScope().ServiceProvider.GetRequiredService<ExtractionLeases>();
}
