using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Features.Memories;
using Sanctum.Configurator.Features.Memories.Keeping;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Memories;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Memories;

/// <summary>Which memories are given before an answer, and why, on both databases.</summary>
public sealed class RecallTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task What_shares_words_comes_first_with_the_reason(TestDatabase database)
    {
        await using var world = await MemoriesWorld.CreateAsync(database);
        await world.AddAsync("Deploys on Fridays are forbidden", change: form => form.Kind = MemoryKind.Pattern);
        await world.AddAsync("Always make cards dark");

        var recalled = await world.RecallAsync("Build me a pricing card, please");

        var first = recalled.Memories[0];
        Assert.Equal("Always make cards dark", first.Content);
        Assert.Equal(1, first.WordRank);
        Assert.Null(first.VectorRank);
        Assert.Equal("It shares the word 'card'.", first.Why);
        Assert.Single(recalled.Memories);
        Assert.Null(recalled.Note);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Standing_preferences_fill_the_room_that_is_left(TestDatabase database)
    {
        await using var world = await MemoriesWorld.CreateAsync(database);
        await world.AddAsync("Use dark mode");
        await world.AddAsync("Never use inline styles", change: form => form.Kind = MemoryKind.Correction);
        await world.AddAsync("Asks again and again: a login form", change: form => form.Kind = MemoryKind.Pattern);

        var recalled = await world.RecallAsync("Write a haiku");

        Assert.Equal(2, recalled.Memories.Count);
        Assert.All(recalled.Memories, memory => Assert.Contains("standing", memory.Why, StringComparison.Ordinal));
        Assert.Single((await world.RecallAsync("Write a haiku", most: 1)).Memories);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Only_what_is_active_valid_and_for_the_asker_is_given(TestDatabase database)
    {
        await using var world = await MemoriesWorld.CreateAsync(database);
        var held = await world.AddAsync("Cards have a held border");
        await world.CallAsync((MemoryService service) => service.HoldAsync(held.Id, null, Cancel));
        await world.AddAsync("Cards of root are green", world.Root);
        await world.AddAsync("Cards follow the house style", world.Root, form => form.Scope = MemoryScope.Shared);
        var past = await world.AddAsync("Cards were round");
        await world.QueryAsync(async context =>
        {
            var row = (await context.Memories.FindAsync([past.Id], Cancel))!;
            row.ValidTo = world.Clock.GetUtcNow().AddMinutes(-1);
            return await context.SaveChangesAsync(Cancel);
        });

        Assert.Equal(["Cards follow the house style"], (await world.RecallAsync("A card")).Memories.Select(memory => memory.Content));
    }

    [Theory]
    [InlineData(double.PositiveInfinity, 5)]
    [InlineData(-3, 0)]
    [InlineData(1e300, 5)]
    public async Task A_score_of_another_program_counts_as_far_as_scores_go(double stored, double counts)
    {
        await using var world = await MemoriesWorld.CreateAsync();
        var added = await world.AddAsync("Always make cards dark");
        await world.QueryAsync(context =>
            context.Memories.Where(m => m.Id == added.Id).ExecuteUpdateAsync(set => set.SetProperty(m => m.RelevanceScore, stored), Cancel)
        );

        var listed = Assert.Single(await world.ListAsync());
        var recalled = await world.RecallAsync("A card");

        Assert.Equal(counts, listed.Relevance);
        Assert.Single(recalled.Memories);
        Assert.NotEmpty(JsonSerializer.Serialize((listed, recalled), ApiJson.Options));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Who_does_not_want_memory_gets_none(TestDatabase database)
    {
        await using var world = await MemoriesWorld.CreateAsync(database);
        await world.AddAsync("Always make cards dark");
        await world.CallAsync((MemoryUseService service) => service.SetAsync(new() { IsOn = false }, Cancel));

        Assert.Empty((await world.RecallAsync("A card")).Memories);

        await world.CallAsync((MemoryUseService service) => service.SetAsync(new() { IsOn = true }, Cancel));
        Assert.Single((await world.RecallAsync("A card")).Memories);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task What_is_used_is_counted_and_what_is_not_ages(TestDatabase database)
    {
        await using var world = await MemoriesWorld.CreateAsync(database);
        var old = await world.AddAsync("Cards have corners");
        world.Clock.Advance(TimeSpan.FromDays(400));
        var used = await world.AddAsync("Cards have shadows");
        await world.CallAsync(
            async (MemoryRecall recall) =>
            {
                await recall.UsedAsync([used.Id], Cancel);
                return true;
            }
        );

        var row = (await world.ListAsync()).Single(one => one.Id == used.Id);
        Assert.Equal((1, world.Clock.GetUtcNow()), (row.UseCount, row.LastAccessed));
        Assert.Equal([used.Id, old.Id], (await world.RecallAsync("The cards")).Memories.Select(memory => memory.Id));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task No_text_breaks_the_search(TestDatabase database)
    {
        await using var world = await MemoriesWorld.CreateAsync(database);
        await world.AddAsync("Always make cards dark");

        foreach (
            var text in new[]
            {
                "",
                "  ",
                "\" OR 1=1 --",
                "card* AND (NEAR",
                "':* | !",
                "\0 card \ud800",
                "😀",
                "暗いカード",
                "{0} {1}",
                "\\",
                new string('x', 100_000),
            }
        )
        {
            Assert.Null((await world.RecallAsync(text)).Note);
        }
    }
}
