using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Features.Memories.Keeping;
using Sanctum.Configurator.Features.Memories.Merging;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Agents;
using Sanctum.Configurator.Registry.Conversations;
using Sanctum.Configurator.Registry.Memories;
using Sanctum.Configurator.Registry.Models;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Memories;

/// <summary>What is said to an agent about its work is kept for this agent, and memories of one meaning are found, on both databases.</summary>
public sealed class AgentExtractionTests
{
    private const string Said =
        "You should always answer in German. I prefer dark cards. You should have it by now. You must use tabs this time. "
        + "You must not touch the tests. You should see the doctor. Should you wait?";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task By_rules_what_the_agent_should_do_is_for_it_alone(TestDatabase database)
    {
        await using var world = await MemoriesWorld.CreateAsync(database);
        var agent = await SayAsync(world, Said);

        Assert.Equal(
            [
                ("I prefer dark cards", MemoryScope.Person, null, MemoryKind.Preference),
                ("You must not touch the tests", MemoryScope.Agent, agent, MemoryKind.Correction),
                ("You should always answer in German", MemoryScope.Agent, (int?)agent, MemoryKind.Preference),
            ],
            (await world.ListAsync())
                .OrderBy(row => row.Content, StringComparer.Ordinal)
                .Select(row => (row.Content, row.Scope, row.AgentId, row.Kind))
        );
        Assert.Equal(3, (await world.RecallAsync("cards in German", agent: agent)).Memories.Count);
        Assert.Equal("I prefer dark cards", Assert.Single((await world.RecallAsync("cards in German")).Memories).Content);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task To_a_model_nobody_says_how_an_agent_should_work(TestDatabase database)
    {
        await using var world = await MemoriesWorld.CreateAsync(database);
        await world.SayAsync(Said);
        await world.ReadAsync();

        Assert.Equal("I prefer dark cards", Assert.Single(await world.ListAsync()).Content);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task By_a_model_what_it_says_is_about_the_agent(TestDatabase database)
    {
        await using var world = await MemoriesWorld.CreateAsync(database);
        await world.AddModelAsync();
        world.Provider.Words =
        [
            """
                {"memories":[{"kind":"preference","text":"Answers in German","evidence":"answer in German","about":"agent"},
                {"kind":"preference","text":"Prefers dark cards","evidence":"dark cards","about":"person"},
                {"kind":"preference","text":"Likes dark cards, says a colleague","evidence":"dark cards","about":"everybody"}]}
                """,
        ];
        var agent = await SayAsync(world, "Please answer in German, and I like dark cards.");
        var rows = await world.ListAsync();
        Assert.Equal(agent, rows.Single(row => row.Content == "Answers in German").AgentId);
        Assert.Equal("2-agent", rows.First(row => row.Scope == MemoryScope.Agent).PromptVersion);
        Assert.All(rows.Where(row => row.Content != "Answers in German"), row => Assert.Equal(MemoryScope.Person, row.Scope));
        Assert.Contains("\"about\"", (string)world.Provider.Calls[^1]["messages"]![0]!["content"]!, StringComparison.Ordinal);

        // A model that was spoken to has no work of its own: whatever it says about that is about the person.
        world.Provider.Words =
        [
            """{"memories":[{"kind":"preference","text":"Prefers round buttons","evidence":"round buttons","about":"agent"}]}""",
        ];
        await world.SayAsync("I want round buttons.");
        await world.ReadAsync();
        Assert.Equal(MemoryScope.Person, (await world.ListAsync()).Single(row => row.Content == "Prefers round buttons").Scope);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Memories_of_one_meaning_are_merged_as_they_were_shown_where_they_share_no_word(TestDatabase database)
    {
        await using var world = await MemoriesWorld.CreateAsync(database);
        world.Provider.Embeds = text => text.Contains("tea", StringComparison.Ordinal) ? [0, 0, 1] : [1, 0.01f * text.Length, 0];
        await world.AddModelAsync("small", LlmPurpose.Embedding);
        await world.AddAsync("Black backgrounds");
        await world.AddAsync("Likes everything dark");
        await world.AddAsync("Drinks tea");
        Assert.Empty((await PreviewAsync(world)).Groups);
        await world.EmbedAsync();

        var shown = await PreviewAsync(world);
        Assert.Equal((3, 3), (shown.Compared, shown.ByMeaning));
        var group = Assert.Single(shown.Groups);
        Assert.Equal(
            ["Black backgrounds", "Likes everything dark"],
            group.Merge.Append(group.Keep).Select(row => row.Content).Order(StringComparer.Ordinal)
        );
        Assert.IsType<Outcome<DuplicatesPreview>.Ok>(
            await world.CallAsync((MemoryDuplicates service) => service.ApplyAsync(new() { Stamp = shown.Stamp }, Cancel))
        );
        Assert.Equal(2, (await world.ListAsync(filter: new(Status: MemoryStatus.Active))).Count);
    }

    private static async Task<int> SayAsync(MemoriesWorld world, string text)
    {
        var said = await world.SayAsync(text);
        await using (var registry = world.Registry.Open())
        {
            var agent = new Agent { Name = "Athena", CreatedAt = world.Clock.GetUtcNow() };
            registry.Add(agent);
            await registry.SaveChangesAsync(Cancel);
            await registry
                .Conversations.Where(c => c.Id == said.Conversation)
                .ExecuteUpdateAsync(
                    set => set.SetProperty(c => c.Partner, ConversationPartner.Agent).SetProperty(c => c.AgentId, agent.Id),
                    Cancel
                );
            await world.ReadAsync();
            return agent.Id;
        }
    }

    private static async Task<DuplicatesPreview> PreviewAsync(MemoriesWorld world) =>
        Assert
            .IsType<Outcome<DuplicatesPreview>.Ok>(await world.CallAsync((MemoryDuplicates service) => service.PreviewAsync(Cancel)))
            .Value;
}
