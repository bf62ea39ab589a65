using Sanctum.Configurator.Registry.Memories;
using Sanctum.Configurator.Registry.Models;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Memories;

/// <summary>
/// With a real model behind an endpoint of its own, questions find the memories that answer them in other words. Where a variable asks.
/// </summary>
public sealed class RealEmbeddingTests
{
    private static readonly (string Memory, string Question)[] Pairs =
    [
        ("Prefers dark themes in every interface", "Which colours should the night look of my screen have?"),
        ("Deploys happen on Fridays at noon", "When do we release the next version?"),
        ("Allergic to peanuts", "What food is dangerous for her?"),
        ("Lives in Lisbon with two cats", "Where is her home, and which pets are there?"),
        ("Writes all scripts in Python", "Which programming language should the new program use?"),
        ("The invoices go to the accountant in Porto", "Who gets the bills?"),
        ("Wakes up at five to run ten kilometres", "How does she exercise each morning?"),
        ("The database is saved to an S3 bucket every night", "Where are copies of our data kept?"),
        ("Speaks Portuguese and German with the children", "What tongue does the family use?"),
        ("Wants short answers without small talk", "How long should a reply be?"),
        ("The server room has a broken air conditioner", "Why is it so hot near our machines?"),
        ("Her brother studies medicine in Vienna", "What is my sibling learning?"),
    ];

    [Fact]
    public async Task Questions_find_what_answers_them_in_other_words()
    {
        using var model = RealEmbeddings.Open();
        await using var world = await MemoriesWorld.CreateAsync();
        world.Provider.Dimension = RealEmbeddings.Dimension;
        world.Provider.Embeds = model.Of;
        foreach (var (memory, _) in Pairs)
        {
            await world.AddAsync(memory, change: form => form.Kind = MemoryKind.Pattern);
        }

        var byWords = await FoundAsync(world);
        await world.AddModelAsync("small", LlmPurpose.Embedding);
        await world.EmbedAsync();
        var byMeaning = await FoundAsync(world);

        Assert.True(byMeaning.First >= 10 && byMeaning.AmongThree == Pairs.Length, $"By meaning: {byMeaning}.");
        Assert.True(byWords.AmongThree <= 3, $"By words: {byWords}.");
    }

    private static async Task<(int First, int AmongThree)> FoundAsync(MemoriesWorld world)
    {
        var (first, amongThree) = (0, 0);
        foreach (var (memory, question) in Pairs)
        {
            var at = (await world.RecallAsync(question, most: 3)).Memories.ToList().FindIndex(one => one.Content == memory);
            first += at == 0 ? 1 : 0;
            amongThree += at >= 0 ? 1 : 0;
        }

        return (first, amongThree);
    }
}
