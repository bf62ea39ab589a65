using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Models;
using Sanctum.Configurator.Features.Models.Saved;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Models;

/// <summary>Seed 003's three scenarios, and what an operator does to them.</summary>
public sealed class PrimaryModelTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task First_set_up_creates_the_primary_model_with_the_key_of_the_environment(TestDatabase database)
    {
        await using var world = await ModelsWorld.CreateAsync(database, ("OPENAI_API_KEY", "sk-first"));

        await world.StartAsync();

        Assert.Equal(
            "openai gpt-4o",
            await world.Registry.OutsideAsync("SELECT type || ' ' || model FROM llm_config WHERE active AND user_id IS NULL")
        );
        var row = Assert.Single(await ListAsync(world));
        Assert.Equal((true, true, KeySource.Database), (row.Active, row.IsPrimary, row.KeySource));
        Assert.Equal(["Tables", "Primary model", "Key", "Active"], world.LastStart.Steps.Select(step => step.Title));
        Assert.DoesNotContain(world.LastStart.Steps, step => step.IsWarning);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task An_existing_database_gets_the_new_key_and_one_active_model(TestDatabase database)
    {
        await using var world = await ModelsWorld.CreateAsync(database, ("OPENAI_API_KEY", "sk-new"));
        await world.Registry.OutsideAsync(
            "INSERT INTO llm_config (type, model, api_key, active) VALUES ('openai', 'gpt-4o', 'sk-old', false)"
        );
        await world.Registry.OutsideAsync("INSERT INTO llm_config (type, model, active) VALUES ('gemini', 'gemini-2.0-flash', true)");

        await world.StartAsync();

        Assert.Equal("gpt-4o", await world.Registry.OutsideAsync("SELECT model FROM llm_config WHERE active"));
        Assert.Equal("2", await world.Registry.OutsideAsync("SELECT count(*) FROM llm_config"));
        Assert.Contains(world.LastStart.Steps, step => step.Detail.Contains("Taken from OPENAI_API_KEY", StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_new_machine_without_a_key_starts_with_a_warning(TestDatabase database)
    {
        await using var world = await ModelsWorld.CreateAsync(database);

        await world.StartAsync();

        Assert.Equal("gpt-4o", await world.Registry.OutsideAsync("SELECT model FROM llm_config WHERE active"));
        var warning = Assert.Single(world.LastStart.Steps, step => step.IsWarning);
        Assert.Contains("OPENAI_API_KEY", warning.Detail, StringComparison.Ordinal);
        Assert.Contains("needs a key", (await ListAsync(world))[0].Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_start_changes_nothing()
    {
        await using var world = await ModelsWorld.CreateAsync(TestDatabase.Sqlite, ("OPENAI_API_KEY", "sk-1"));
        await world.StartAsync();
        var before = await world.Registry.OutsideAsync("SELECT version FROM llm_config");

        await world.StartAsync();

        Assert.Equal(before, await world.Registry.OutsideAsync("SELECT version FROM llm_config"));
    }

    [Fact]
    public async Task A_key_that_was_typed_since_is_not_overwritten_by_the_same_variable()
    {
        await using var world = await ModelsWorld.CreateAsync(TestDatabase.Sqlite, ("OPENAI_API_KEY", "sk-1"));
        await world.StartAsync();
        var form = (await ListAsync(world))[0].ToForm();
        form.ApiKey = "sk-typed";
        await world.AddAsync(form);

        await world.StartAsync();

        await using var scope = world.Registry.Services.CreateAsyncScope();
        await using var registry = world.Registry.Open();
        var key = await scope
            .ServiceProvider.GetRequiredService<ProviderKeys>()
            .FindAsync(await registry.LlmConfigs.SingleAsync(Cancel), Cancel);
        Assert.Equal("sk-typed", key.Key);
        Assert.Contains(world.LastStart.Steps, step => step.Detail.StartsWith("Kept:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_model_that_the_operator_activated_is_the_one_that_is_enforced()
    {
        await using var world = await ModelsWorld.CreateAsync();
        await world.StartAsync();
        var other = await world.AddAsync(world.Form());
        await world.CallAsync((ModelService models) => models.ActivateAsync(other.Id, null, dryRun: false, Cancel));
        await world.Registry.OutsideAsync("UPDATE llm_config SET active = true WHERE model = 'gpt-4o'");

        await world.StartAsync();

        Assert.Equal("fine", await world.Registry.OutsideAsync("SELECT model FROM llm_config WHERE active"));
    }

    [Fact]
    public async Task The_primary_of_the_seed_is_said_to_end_with_the_way_out()
    {
        await using var world = await ModelsWorld.CreateAsync();
        await world.StartAsync();

        var end = (await ListAsync(world))[0].End!;

        Assert.Equal(new DateOnly(2027, 1, 14), end.EndsOn);
        Assert.NotNull(end.Replacement);
    }

    private static Task<IReadOnlyList<ModelRow>> ListAsync(ModelsWorld world) =>
        world.CallAsync((ModelReader models) => models.ListAsync(Cancel));
}
