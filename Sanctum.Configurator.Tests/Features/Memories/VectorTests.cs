using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Memories.Keeping;
using Sanctum.Configurator.Features.Memories.Vectors;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Memories;
using Sanctum.Configurator.Registry.Models;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Memories;

/// <summary>The indexes of vectors: built, completed, put in force and searched, on both databases.</summary>
public sealed class VectorTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Meaning_finds_what_words_do_not(TestDatabase database)
    {
        await using var world = await WithVectorsAsync(database);
        await world.AddAsync("Black backgrounds", change: form => form.Kind = MemoryKind.Pattern);
        await world.AddAsync("Green tea", change: form => form.Kind = MemoryKind.Pattern);
        await world.EmbedAsync();

        var recalled = await world.RecallAsync("dark night");

        Assert.Null(recalled.Note);
        Assert.Equal(
            ("Black backgrounds", 1, null),
            (recalled.Memories[0].Content, recalled.Memories[0].VectorRank, recalled.Memories[0].WordRank)
        );
        Assert.Equal("It is closest in meaning, rank 1.", recalled.Memories[0].Why);
        Assert.Equal("Green tea", (await world.RecallAsync("green light")).Memories[0].Content);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_dead_embedding_server_leaves_the_words(TestDatabase database)
    {
        await using var world = await WithVectorsAsync(database);
        await world.AddAsync("Black cards");
        await world.EmbedAsync();
        await world.Provider.DisposeAsync();

        var recalled = await world.RecallAsync("cards");

        Assert.Equal(1, recalled.Memories[0].WordRank);
        Assert.Contains("chosen by their words only", recalled.Note, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_new_model_replaces_the_index_when_it_is_complete_and_the_former_can_come_back(TestDatabase database)
    {
        await using var world = await WithVectorsAsync(database);
        for (var number = 0; number < VectorBuilder.Batch + 3; number++)
        {
            await world.AddAsync($"Dark fact {number}");
        }

        await world.EmbedAsync();
        var first = Assert.Single(await ListAsync(world));
        Assert.Equal(
            (VectorIndexStatus.Active, 3, VectorBuilder.Batch + 3, 0),
            (first.Status, first.Dimension, first.Vectors, first.Missing)
        );

        var second = await world.AddModelAsync("larger", LlmPurpose.Embedding);
        world.Provider.Embeds = text => [.. Vector(text), 0.5f];
        var built = Assert.IsType<Outcome<VectorIndexRow>.Ok>(await BuildAsync(world, second.Id)).Value;
        Assert.Equal((VectorIndexStatus.Building, VectorBuilder.Batch + 3), (built.Status, built.Missing));
        Assert.IsType<Outcome<VectorIndexRow>.Invalid>(await BuildAsync(world, second.Id));
        Assert.IsType<Outcome<VectorIndexRow>.Invalid>(await ActivateAsync(world, built.Id));
        await world.EmbedAsync();

        var all = await ListAsync(world);
        Assert.Equal(
            [(built.Id, VectorIndexStatus.Active, 4), (first.Id, VectorIndexStatus.Ready, 3)],
            all.Select(i => (i.Id, i.Status, i.Dimension ?? 0))
        );
        Assert.Equal(4 * sizeof(float), await EmbeddingAsync(world));
        Assert.IsType<Outcome<VectorIndexRow>.Ok>(await ActivateAsync(world, first.Id));
        Assert.Equal(first.Id, (await ListAsync(world))[0].Id);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task What_can_not_be_compared_is_refused_and_said(TestDatabase database)
    {
        await using var world = await WithVectorsAsync(database);
        await world.AddAsync("Dark one");
        await world.EmbedAsync();
        foreach (
            var (vector, why) in new (float[], string)[]
            {
                ([1, 2], "2 numbers"),
                ([1, float.NaN, 0], "no finite numbers"),
                ([0, 0, 0], "zeros"),
            }
        )
        {
            world.Provider.Embeds = _ => vector;
            await world.AddAsync($"Another one {why}");
            world.Clock.Advance(TimeSpan.FromHours(1));
            await world.EmbedAsync();

            var index = Assert.Single(await ListAsync(world));
            Assert.Contains(why, index.Problem, StringComparison.Ordinal);
            Assert.Equal((1, 3), (index.Vectors, index.Dimension));
            Assert.Contains(why, (await world.RecallAsync("Dark")).Note, StringComparison.Ordinal);
        }
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task What_was_edited_is_embedded_anew_whoever_edited_it(TestDatabase database)
    {
        await using var world = await WithVectorsAsync(database);
        var own = await world.AddAsync("Dark one");
        await world.Registry.OutsideAsync(
            $"INSERT INTO memory_long_term (user_id, memory_type, content) VALUES ('{MemoriesWorld.OwnerOf(world.Ursula)}', 'preference', 'Green ones')"
        );
        await world.EmbedAsync();
        Assert.Equal(2, Assert.Single(await ListAsync(world)).Vectors);

        var form = own.ToForm();
        form.Content = "Green two";
        await world.CallAsync((MemoryService service) => service.ChangeAsync(own.Id, form, own.Version, Cancel));
        Assert.Equal(1, Assert.Single(await ListAsync(world)).Missing);
        await world.Registry.OutsideAsync("UPDATE memory_long_term SET content = 'Dark ones' WHERE content = 'Green ones'");
        world.Clock.Advance(TimeSpan.FromHours(1));
        await world.EmbedAsync();

        var found = (await world.RecallAsync("black")).Memories;
        Assert.Equal("Dark ones", found[0].Content);
        Assert.Equal(0, Assert.Single(await ListAsync(world)).Missing);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task An_index_whose_console_was_killed_goes_on_where_it_was(TestDatabase database)
    {
        await using var world = await WithVectorsAsync(database);
        for (var number = 0; number < VectorBuilder.Batch + 3; number++)
        {
            await world.AddAsync($"Dark fact {number}");
        }

        await using (var killed = world.Registry.Services.CreateAsyncScope())
        {
            var builder = killed.ServiceProvider.GetRequiredService<VectorBuilder>();
            await builder.BeginFirstAsync(Cancel);
            Assert.True(await builder.StepAsync(Assert.Single(await builder.IndexesAsync(Cancel)), Cancel));
        }

        var index = Assert.Single(await ListAsync(world));
        Assert.Equal((VectorIndexStatus.Building, VectorBuilder.Batch, 3), (index.Status, index.Vectors, index.Missing));
        Assert.Equal(
            0,
            await world.QueryAsync(context => context.VectorIndexes.CountAsync(i => i.Status == VectorIndexStatus.Active, Cancel))
        );
        await world.EmbedAsync();
        Assert.Equal(VectorBuilder.Batch + 3, world.Provider.Calls.Count);
        Assert.Equal(VectorIndexStatus.Active, Assert.Single(await ListAsync(world)).Status);
    }

    [Fact]
    public void Quantised_rows_find_what_exact_ones_find()
    {
        var numbers = new Xorshift(42);
        using var exact = new VectorRows(96);
        using var quantised = new VectorRows(96, quantiseBeyond: 100);
        List<(Guid Id, string Key, float[] Vector)> rows =
        [
            .. Enumerable
                .Range(0, 10_000)
                .Select(_ => (Guid.NewGuid(), "", Enumerable.Range(0, 96).Select(_ => (numbers.Below(2_001) - 1_000) / 1_000f).ToArray())),
        ];
        exact.Set(rows);

        // The first are there before they are too many.
        quantised.Set(rows.Take(90));
        quantised.Set(rows.Skip(90).Take(5_000));
        quantised.Set(rows.Skip(5_090));
        Assert.True(quantised.IsQuantised);
        Assert.False(exact.IsQuantised);
        List<Guid> ids = [.. rows.Select(row => row.Id)];
        var common = 0;
        for (var query = 0; query < 20; query++)
        {
            var wanted = exact.Nearest(rows[query].Vector, ids, 10).Select(row => row.Id).ToHashSet();
            common += quantised.Nearest(rows[query].Vector, ids, 144).Count(row => wanted.Contains(row.Id));
        }

        Assert.True(common >= 198, $"{common} of 200");
        Assert.Equal(1, exact.Nearest(rows[0].Vector, ids, 1)[0].Cosine, 1e-4);
        quantised.Keep(ids.Skip(1).ToHashSet());
        Assert.DoesNotContain(quantised.Nearest(rows[0].Vector, ids, 10), row => row.Id == ids[0]);
    }

    /// <summary>Dark things lie in one direction, green ones in another.</summary>
    private static float[] Vector(string text) =>
        text.Contains("dark", StringComparison.OrdinalIgnoreCase) || text.Contains("black", StringComparison.OrdinalIgnoreCase)
            ? [1, 0.1f, 0]
        : text.Contains("green", StringComparison.OrdinalIgnoreCase) ? [0, 1, 0.1f]
        : [0, 0, 1];

    private static async Task<MemoriesWorld> WithVectorsAsync(TestDatabase database)
    {
        var world = await MemoriesWorld.CreateAsync(database);
        world.Provider.Embeds = Vector;
        await world.AddModelAsync("small", LlmPurpose.Embedding);
        return world;
    }

    private static Task<IReadOnlyList<VectorIndexRow>> ListAsync(MemoriesWorld world) =>
        world.CallAsync((VectorIndexService service) => service.ListAsync(Cancel), world.Root);

    private static Task<Outcome<VectorIndexRow>> BuildAsync(MemoriesWorld world, int config) =>
        world.CallAsync((VectorIndexService service) => service.BuildAsync(new() { ConfigId = config }, Cancel), world.Root);

    private static Task<Outcome<VectorIndexRow>> ActivateAsync(MemoriesWorld world, int id) =>
        world.CallAsync((VectorIndexService service) => service.ActivateAsync(id, Cancel), world.Root);

    private static Task<int> EmbeddingAsync(MemoriesWorld world) =>
        world.QueryAsync(async context => (await context.Memories.OrderBy(m => m.Id).Select(m => m.Embedding!).FirstAsync(Cancel)).Length);
}
