using Sanctum.Configurator.Features.Models;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Models;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Models;

/// <summary>A model goes with all that names it mended, or not at all.</summary>
public sealed class RemovingModelsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task What_names_it_names_the_chosen_one_and_an_undo_brings_both_back(TestDatabase database)
    {
        await using var world = await ModelsWorld.CreateAsync(database);
        var (old, other) = await UsedAsync(world);

        var tried = Done(await DeleteAsync(world, old.Id, other.Id, dryRun: true));
        var before = await NamesAsync(world);
        var done = Done(await DeleteAsync(world, old.Id, other.Id));
        var after = await NamesAsync(world);
        var back = await world.CallAsync((ModelRemoval models) => models.RestoreAsync(done, Cancel));

        Assert.Equal(["agent athena", "configuration llm.model"], tried.Uses.Select(use => $"{use.Kind} {use.Name}"));
        Assert.Equal(["openai/gpt-4o", "gpt-4o"], before);
        Assert.Equal(["anthropic/claude-9", "claude-9"], after);
        Assert.Equal(["openai/gpt-4o", "gpt-4o"], await NamesAsync(world));
        var restored = Assert.IsType<Outcome<ModelRow>.Ok>(back).Value;
        Assert.Equal(("gpt-4o", true, false), (restored.Model, restored.HasTools, restored.HasKey));
        Assert.True(done.Model.HasKey);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Everybodys_active_model_goes_only_when_another_takes_its_place(TestDatabase database)
    {
        await using var world = await ModelsWorld.CreateAsync(database);
        var active = await world.AddAsync(world.Form());
        var other = await world.AddAsync(world.Form("small"));
        var own = await world.AddAsync(world.Form("large", form => form.IsMine = true), world.User);

        Assert.Contains("Activate another", Problem(await DeleteAsync(world, active.Id, null)), StringComparison.Ordinal);
        Assert.Contains(
            "Only an enabled model of everybody's",
            Problem(await DeleteAsync(world, active.Id, own.Id)),
            StringComparison.Ordinal
        );
        var done = Done(await DeleteAsync(world, active.Id, other.Id));

        Assert.Equal((true, true), ((await world.RowAsync(other.Id)).Active, (await world.RowAsync(other.Id)).IsPrimary));
        var back = await world.CallAsync((ModelRemoval models) => models.RestoreAsync(done, Cancel));
        Assert.True(Assert.IsType<Outcome<ModelRow>.Ok>(back).Value is { Active: true, IsPrimary: true });
        Assert.False((await world.RowAsync(other.Id)).Active);
    }

    [Fact]
    public async Task A_model_that_is_named_is_not_deleted_by_the_way()
    {
        await using var world = await ModelsWorld.CreateAsync();
        var (old, _) = await UsedAsync(world);
        var embedding = await world.AddAsync(world.Form("vectors", form => form.Purpose = LlmPurpose.Embedding));

        Assert.Contains("the agent athena", Problem(await DeleteAsync(world, old.Id, null)), StringComparison.Ordinal);
        Assert.Contains("same purpose", Problem(await DeleteAsync(world, old.Id, embedding.Id)), StringComparison.Ordinal);
        Assert.Contains("There is no model 999", Problem(await DeleteAsync(world, old.Id, 999)), StringComparison.Ordinal);
        Assert.IsType<Outcome<RemovedModel>.NotFound>(await DeleteAsync(world, 999, null));
        Assert.Equal(["openai/gpt-4o", "gpt-4o"], await NamesAsync(world));

        Assert.Null(Done(await DeleteAsync(world, old.Id, ModelRemovalForm.Nothing)).Replacement);
        Assert.Equal(["openai/gpt-4o", "gpt-4o"], await NamesAsync(world));
    }

    [Fact]
    public async Task One_of_two_of_the_same_name_goes_without_a_question()
    {
        await using var world = await ModelsWorld.CreateAsync();
        var (old, _) = await UsedAsync(world);
        await world.AddAsync(new() { Type = "openai", Model = "gpt-4o" });

        Assert.Empty(Done(await DeleteAsync(world, old.Id, null)).Uses);
        Assert.Equal(["openai/gpt-4o", "gpt-4o"], await NamesAsync(world));
    }

    [Fact]
    public async Task Nobody_deletes_or_brings_back_what_is_not_his()
    {
        await using var world = await ModelsWorld.CreateAsync();
        var (old, other) = await UsedAsync(world);
        var form = new ModelRemovalForm { Id = old.Id, Replacement = other.Id };

        var refused = await world.CallAsync((ModelRemoval models) => models.DeleteAsync(form, dryRun: false, Cancel), world.User);
        var done = Done(await DeleteAsync(world, old.Id, other.Id));
        var back = await world.CallAsync((ModelRemoval models) => models.RestoreAsync(done, Cancel), world.User);

        Assert.Equal(ModelService.MayNot, Problem(refused));
        Assert.Equal(ModelService.MayNot, back.ProblemWith("it"));
    }

    /// <summary>A model that is not active, with what names it, and another one.</summary>
    private static async Task<(ModelRow Old, ModelRow Other)> UsedAsync(ModelsWorld world)
    {
        await world.AddAsync(world.Form());
        var old = await world.AddAsync(
            new()
            {
                Type = "openai",
                Model = "gpt-4o",
                ApiKey = "sk-canary",
                HasTools = true,
            }
        );
        var other = await world.AddAsync(new() { Type = "anthropic", Model = "claude-9" });
        await world.Registry.OutsideAsync("""INSERT INTO agents (name, config) VALUES ('athena', '{"model": "openai/gpt-4o"}')""");
        await world.Registry.OutsideAsync("INSERT INTO configurations (key, value) VALUES ('llm.model', 'gpt-4o')");
        return (old, other);
    }

    private static async Task<IReadOnlyList<string>> NamesAsync(ModelsWorld world)
    {
        var agent = System.Text.Json.Nodes.JsonNode.Parse((await world.Registry.OutsideAsync("SELECT config FROM agents"))!)!;
        return [(string)agent["model"]!, (await world.Registry.OutsideAsync("SELECT value FROM configurations WHERE key = 'llm.model'"))!];
    }

    private static Task<Outcome<RemovedModel>> DeleteAsync(ModelsWorld world, int id, int? replacement, bool dryRun = false) =>
        world.CallAsync((ModelRemoval models) => models.DeleteAsync(new() { Id = id, Replacement = replacement }, dryRun, Cancel));

    private static RemovedModel Done(Outcome<RemovedModel> outcome) => Assert.IsType<Outcome<RemovedModel>.Ok>(outcome).Value;

    private static string Problem(Outcome<RemovedModel> outcome) => outcome.ProblemWith("it")!;
}
