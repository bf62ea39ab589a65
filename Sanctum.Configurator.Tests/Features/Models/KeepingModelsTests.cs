using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Models;
using Sanctum.Configurator.Features.Models.Saved;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Platform.Secrets;
using Sanctum.Configurator.Registry.Models;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Models;

public sealed class KeepingModelsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_key_is_sealed_stays_when_none_is_typed_and_is_never_told(TestDatabase database)
    {
        await using var world = await ModelsWorld.CreateAsync(database);
        world.Provider.Key = "sk-canary";
        var made = await world.AddAsync(world.Form(change: form => form.ApiKey = "sk-canary"));
        Assert.StartsWith(SecretBox.Prefix, await world.Registry.OutsideAsync("SELECT api_key FROM llm_config"), StringComparison.Ordinal);
        Assert.Equal((true, KeySource.Database), (made.HasKey, made.KeySource));

        var form = made.ToForm();
        form.HasTools = true;
        await world.AddAsync(form);

        Assert.IsType<Outcome<ModelAnswer>.Ok>(await world.SendAsync("Hello"));
        Assert.IsType<Outcome<ModelRow>.Conflict>(await world.SaveAsync(form));
        await using var registry = world.Registry.Open();
        var told = string.Join(' ', await registry.Changes.Select(c => $"{c.Before} {c.After}").ToListAsync(Cancel));
        Assert.DoesNotContain("canary", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stored_key_goes_to_no_other_address_by_saving_or_testing()
    {
        await using var world = await ModelsWorld.CreateAsync();
        await using var thief = await FakeProvider.StartAsync();
        var made = await world.AddAsync(world.Form(change: form => form.ApiKey = "sk-canary"));
        var form = made.ToForm();
        form.BaseUrl = thief.Address;

        var saved = Assert.IsType<Outcome<ModelRow>.Invalid>(await world.SaveAsync(form));
        var tested = await world.CallAsync(
            (ModelTests tests) => tests.TestAsync(form, new DirectProgress<Configurator.Features.Models.Probe.LlmStep>(_ => { }), Cancel)
        );

        Assert.Contains(nameof(form.ApiKey), saved.Reasons.Keys);
        Assert.IsType<Outcome<Configurator.Features.Models.Probe.LlmReport>.Invalid>(tested);
        Assert.Empty(thief.All);
    }

    [Fact]
    public async Task A_key_of_the_environment_goes_to_the_providers_own_address_only()
    {
        await using var world = await ModelsWorld.CreateAsync(TestDatabase.Sqlite, ("OPENAI_API_KEY", "sk-canary"));
        await world.TestAsync(
            new()
            {
                Type = "openai",
                Model = "fine",
                BaseUrl = world.Provider.Address,
            }
        );

        Assert.DoesNotContain(
            world.Provider.All,
            one => one.Headers.Values.Any(value => value.Contains("canary", StringComparison.Ordinal))
        );
        var own = await world.AddAsync(new() { Type = "openai", Model = "gpt-4o" });
        Assert.Equal((KeySource.Environment, "OPENAI_API_KEY"), (own.KeySource, own.KeyVariable));
    }

    [Fact]
    public async Task Without_a_key_the_providers_own_address_is_not_called_and_another_is()
    {
        await using var world = await ModelsWorld.CreateAsync();

        var own = await world.CallAsync((SavedModels saved) => saved.LinkAsync(new() { Type = "openai", Model = "gpt-4o" }, Cancel));
        var other = await world.CallAsync(
            (SavedModels saved) =>
                saved.LinkAsync(
                    new()
                    {
                        Type = "openai",
                        Model = "fine",
                        BaseUrl = world.Provider.Address,
                    },
                    Cancel
                )
        );

        Assert.Equal(
            "OpenAI asks for a key, and there is none. Enter it for gpt-4o on the page Models, or start the console with OPENAI_API_KEY.",
            $"{own.Problem?.Message} {own.Problem?.Hint}"
        );
        Assert.Equal((null, "fine"), (other.Problem, other.Place?.Model));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task The_first_model_is_active_and_another_takes_its_place(TestDatabase database)
    {
        await using var world = await ModelsWorld.CreateAsync(database);
        var first = await world.AddAsync(world.Form());
        var second = await world.AddAsync(world.Form("small"));
        Assert.Equal((true, false), (first.Active, second.Active));

        await ActivateAsync(world, second.Id);

        Assert.False((await world.RowAsync(first.Id)).Active);
        Assert.Equal((true, true), ((await world.RowAsync(second.Id)).Active, (await world.RowAsync(second.Id)).IsPrimary));
        var refused = await world.CallAsync((ModelRemoval models) => models.DeleteAsync(new() { Id = second.Id }, dryRun: false, Cancel));
        Assert.Contains("Activate another", refused.ProblemWith("it"), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Of_64_who_race_to_activate_exactly_one_is_active(TestDatabase database)
    {
        await using var world = await ModelsWorld.CreateAsync(database);
        List<ModelRow> models = [];
        for (var at = 0; at < 8; at++)
        {
            models.Add(await world.AddAsync(world.Form($"model-{at}")));
        }

        await Task.WhenAll(Enumerable.Range(0, 64).Select(at => ActivateAsync(world, models[at % models.Count].Id)));

        Assert.Equal("1", await world.Registry.OutsideAsync("SELECT count(*) FROM llm_config WHERE active"));
        Assert.Equal("1", await world.Registry.OutsideAsync("SELECT count(*) FROM llm_config WHERE is_primary"));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task What_another_program_inserts_or_activates_takes_the_place_of_the_active_one(TestDatabase database)
    {
        await using var world = await ModelsWorld.CreateAsync(database);
        var first = await world.AddAsync(world.Form());

        await world.Registry.OutsideAsync(
            "INSERT INTO llm_config (type, model, api_key) VALUES ('gemini', 'gemini-2.0-flash', 'in the clear')"
        );

        Assert.Equal("gemini-2.0-flash", await world.Registry.OutsideAsync("SELECT model FROM llm_config WHERE active"));
        Assert.True((await world.RowAsync(first.Id)).Version > first.Version);
        await world.Registry.OutsideAsync($"UPDATE llm_config SET active = true WHERE id = {first.Id}");
        Assert.Equal("fine", await world.Registry.OutsideAsync("SELECT model FROM llm_config WHERE active"));
    }

    [Fact]
    public async Task Ones_own_model_goes_before_everybodys_and_is_nobody_elses_business()
    {
        await using var world = await ModelsWorld.CreateAsync();
        var all = await world.AddAsync(world.Form());
        var own = await world.AddAsync(world.Form("small", form => form.IsMine = true), world.User);

        Assert.Equal("small", (string)(await CallOfAsync(world, world.User))["model"]!);
        Assert.Equal("fine", (string)(await CallOfAsync(world, world.Administrator))["model"]!);
        Assert.DoesNotContain(
            await world.CallAsync((ModelReader models) => models.ListAsync(Cancel), world.Viewer),
            row => row.Id == own.Id
        );
        Assert.IsType<Outcome<ModelRow>.Invalid>(await world.SaveAsync(all.ToForm(), world.User));
        Assert.IsType<Outcome<ModelRow>.Invalid>(await world.SaveAsync(world.Form(change: form => form.IsMine = true), world.Viewer));
        Assert.IsType<Outcome<ModelAnswer>.Invalid>(await world.SendAsync("Hello", null, world.Viewer));

        var ended = await world.CallAsync((ModelService models) => models.DeactivateAsync(own.Id, null, dryRun: false, Cancel), world.User);
        Assert.IsType<Outcome<ModelRow>.Ok>(ended);
        Assert.Equal("fine", (string)(await CallOfAsync(world, world.User))["model"]!);
    }

    [Fact]
    public async Task A_dry_run_changes_nothing()
    {
        await using var world = await ModelsWorld.CreateAsync();

        var tried = await world.CallAsync((ModelService models) => models.SaveAsync(world.Form(), dryRun: true, Cancel));

        Assert.Equal(0, Assert.IsType<Outcome<ModelRow>.Ok>(tried).Value.Id);
        Assert.Equal("0", await world.Registry.OutsideAsync("SELECT count(*) FROM llm_config"));
    }

    [Theory]
    [InlineData("http://user:secret@host/v1", nameof(ModelForm.BaseUrl))]
    [InlineData("http://host/v1?key=1", nameof(ModelForm.BaseUrl))]
    [InlineData("ftp://host/v1", nameof(ModelForm.BaseUrl))]
    [InlineData(null, nameof(ModelForm.BaseUrl))]
    public async Task An_address_that_can_not_be_is_refused_at_its_field(string? address, string field)
    {
        await using var world = await ModelsWorld.CreateAsync();

        var refused = Assert.IsType<Outcome<ModelRow>.Invalid>(await world.SaveAsync(world.Form(change: form => form.BaseUrl = address)));

        Assert.Equal([field], refused.Reasons.Keys);
    }

    private static async Task<System.Text.Json.Nodes.JsonNode> CallOfAsync(ModelsWorld world, Configurator.Registry.Users.User who)
    {
        Assert.IsType<Outcome<ModelAnswer>.Ok>(await world.SendAsync("Hello", null, who));
        return world.Provider.Calls[^1];
    }

    private static async Task ActivateAsync(ModelsWorld world, int id) =>
        Assert.IsType<Outcome<ModelRow>.Ok>(
            await world.CallAsync((ModelService models) => models.ActivateAsync(id, null, dryRun: false, Cancel))
        );
}
