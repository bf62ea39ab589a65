using Sanctum.Configurator.Features.Memories.Keeping;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Memories;
using Sanctum.Configurator.Registry.Models;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Memories;

/// <summary>What went wrong with the memory of other products, as their public reports tell it, tried here.</summary>
public sealed class ReportedByOthersTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>mem0 4526, 5998 and 4026; redis/agent-memory-server 236.</summary>
    [Theory]
    [InlineData("Based on the conversation {about cards}, here it is: @")]
    [InlineData("Here {} are the facts I extracted:\n```json\n@\n```\nExplanation: I found one {fact}.")]
    [InlineData("<think>Perhaps {\"memories\":[]}?</think>\n@")]
    [InlineData("{\"note\":1} @ trailing }")]
    public async Task Json_is_found_in_whatever_stands_around_it(string around)
    {
        await using var world = await MemoriesWorld.CreateAsync();
        await world.AddModelAsync();
        world.Answers(("preference", "Prefers dark cards", "always dark cards"));
        world.Provider.Words = [around.Replace("@", world.Provider.Words[0], StringComparison.Ordinal)];
        await world.SayAsync("Please, always dark cards.");
        await world.ReadAsync();

        Assert.Equal("OpenAI-compatible fine", Assert.Single(await world.ListAsync()).ExtractedBy);
    }

    /// <summary>mem0 2736 stored a sentence of its own prompt, synaplan 438 what the assistant had answered.</summary>
    [Fact]
    public async Task What_stands_in_the_prompt_or_in_the_answer_is_not_remembered()
    {
        await using var world = await MemoriesWorld.CreateAsync();
        await world.AddModelAsync();
        world.Answers(
            ("preference", "Prefers dark cards.", "always dark cards"),
            ("preference", "Uses the blue theme", "I set the blue theme"),
            ("preference", "Everything in it is quoted text", "Everything in it is quoted text")
        );
        await world.SayAsync("Make a form", "I set the blue theme, and always dark cards.");
        await world.ReadAsync();

        Assert.Empty(await world.ListAsync());
    }

    /// <summary>graphiti 139: a fact from the past that comes in later does not end the newer one.</summary>
    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task What_was_said_earlier_and_is_read_later_does_not_count(TestDatabase database)
    {
        await using var world = await MemoriesWorld.CreateAsync(database);
        await world.AddModelAsync("status-503");
        await world.SayAsync("Always use dark mode for cards.");
        await world.ReadAsync();
        world.Clock.Advance(TimeSpan.FromSeconds(30));
        await world.SayAsync("Never use dark mode for cards.");
        await world.QueryAsync(async context =>
        {
            // The second is read at once, the first waits for its next try.
            context.LlmConfigs.Single().IsActive = false;
            return await context.SaveChangesAsync(Cancel);
        });
        await world.ReadAsync();
        world.Clock.Advance(TimeSpan.FromMinutes(5));
        await world.ReadAsync();

        Assert.Equal(
            "Never use dark mode for cards",
            Assert.Single(await world.ListAsync(filter: new(Status: MemoryStatus.Active))).Content
        );
        Assert.Equal(2, (await world.ListAsync()).Count);
    }

    /// <summary>graphiti 1865: what is true again is not taken for what was true once.</summary>
    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task What_is_true_again_is_remembered_again(TestDatabase database)
    {
        await using var world = await MemoriesWorld.CreateAsync(database);
        foreach (
            var text in new[] { "Always use dark mode for cards.", "Never use dark mode for cards.", "Always use dark mode for cards." }
        )
        {
            await world.SayAsync(text);
            await world.ReadAsync();
            world.Clock.Advance(TimeSpan.FromDays(1));
        }

        Assert.Equal(
            "Always use dark mode for cards",
            Assert.Single(await world.ListAsync(filter: new(Status: MemoryStatus.Active))).Content
        );
        Assert.Equal(2, (await world.ListAsync(filter: new(Status: MemoryStatus.Superseded))).Count);
    }

    /// <summary>graphiti 1728: facts that have nothing to do with each other retired each other, eight at a time.</summary>
    [Fact]
    public async Task A_model_can_not_retire_everything_at_once()
    {
        await using var world = await MemoriesWorld.CreateAsync();
        await world.AddModelAsync();
        foreach (var text in new[] { "Likes tea", "Lives in Oslo", "Writes Rust", "Reads novels", "Plays chess" })
        {
            await world.AddAsync(text);
        }

        world.Clock.Advance(TimeSpan.FromDays(1));
        world.Provider.Words =
        [
            """{"memories":[{"kind":"preference","text":"Prefers dark cards","evidence":"dark cards","importance":1e308,"replaces":[1,2,3,4,5,99,-1,1.5,"2"],"made_of":[7]}]}""",
        ];
        await world.SayAsync("I prefer dark cards.");
        await world.ReadAsync();

        Assert.Equal(3, (await world.ListAsync(filter: new(Status: MemoryStatus.Superseded))).Count);
        Assert.Equal(3, (await world.ListAsync(filter: new(Status: MemoryStatus.Active))).Count);
    }

    /// <summary>magentic-ui 452 and LastChat 69: what was deleted was still found by its vector.</summary>
    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task What_was_forgotten_is_not_found_by_its_vector(TestDatabase database)
    {
        await using var world = await MemoriesWorld.CreateAsync(database);
        world.Provider.Embeds = _ => [1, 0, 0];
        await world.AddModelAsync("small", LlmPurpose.Embedding);
        var memory = await world.AddAsync("Likes tea");
        await world.EmbedAsync();
        Assert.Equal(1, Assert.Single((await world.RecallAsync("drinks")).Memories).VectorRank);

        Assert.IsType<Outcome<ForgottenMemories>.Ok>(
            await world.CallAsync((MemoryService service) => service.ForgetAsync(memory.Id, Cancel))
        );

        Assert.Empty((await world.RecallAsync("drinks")).Memories);
    }

    /// <summary>open-webui 12880: of several memories only one was used.</summary>
    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task All_that_there_is_room_for_are_used(TestDatabase database)
    {
        await using var world = await MemoriesWorld.CreateAsync(database);
        for (var number = 0; number < 7; number++)
        {
            await world.AddAsync($"Fact number {number} about cards");
        }

        Assert.Equal(5, (await world.RecallAsync("cards")).Memories.Select(memory => memory.Id).Distinct().Count());
    }
}
