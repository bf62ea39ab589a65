using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Sanctum.Configurator.Features.Agents;
using Sanctum.Configurator.Features.Configurations;
using Sanctum.Configurator.Features.Models;
using Sanctum.Configurator.Features.Models.Life;
using Sanctum.Configurator.Features.Notifications;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Notifications;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Models;

public sealed class EndingModelsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task The_operator_is_told_60_30_and_7_days_before_and_when_another_stands_in_its_place(TestDatabase database)
    {
        await using var world = await ModelsWorld.CreateAsync(database);
        var model = await world.AddAsync(world.Form(change: form => form.LivesUntil = new(2027, 2, 1)));
        var worker = WorkerOf(world);
        await worker.TellAsync(Cancel);
        Assert.Empty(await OpenAsync(world));

        await AtAsync(world, worker, new(2026, 12, 3));
        Assert.Equal(NoticeLevel.Warning, Assert.Single(await OpenAsync(world)).Level);
        await worker.TellAsync(Cancel);
        Assert.Equal(1, Assert.Single(await OpenAsync(world)).Occurrences);
        await AtAsync(world, worker, new(2027, 1, 2));
        await AtAsync(world, worker, new(2027, 1, 25));
        Assert.Equal(NoticeLevel.Error, Assert.Single(await OpenAsync(world)).Level);
        Assert.Equal("3", await world.Registry.OutsideAsync("SELECT count(*) FROM notifications"));

        var form = (await world.RowAsync(model.Id)).ToForm();
        (form.Model, form.LivesUntil) = ("small", null);
        await world.AddAsync(form);
        await worker.TellAsync(Cancel);
        Assert.Empty(await OpenAsync(world));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task All_uses_are_switched_at_once_and_taken_back(TestDatabase database)
    {
        await using var world = await ModelsWorld.CreateAsync(database);
        await world.AddAsync(new() { Type = "openai", Model = "gpt-4o" });
        await world.AddAsync(
            new()
            {
                Type = "openai",
                Model = "gpt-4o",
                IsMine = true,
            },
            world.User
        );
        await world.Registry.OutsideAsync(
            """INSERT INTO agents (name, config) VALUES ('athena', '{"model": "openai/gpt-4o", "other": 1}')"""
        );
        await world.Registry.OutsideAsync("""INSERT INTO agents (name, config) VALUES ('monday', '{"model": "openai/gpt-4o-mini"}')""");
        await world.Registry.OutsideAsync("INSERT INTO configurations (key, value) VALUES ('llm.model', 'gpt-4o')");
        var form = new ReplacementForm { FromModel = "gpt-4o", ToModel = "gpt-6.1-sol" };

        var tried = await ReplaceAsync(world, form, dryRun: true);
        Assert.Equal("2", await CountAsync(world, "gpt-4o"));
        var done = await ReplaceAsync(world, form, dryRun: false);

        Assert.Equal(["model", "model", "agent", "configuration"], tried.Uses.Select(use => use.Kind));
        Assert.Equal(tried.Uses, done.Uses);
        Assert.Equal("2", await CountAsync(world, "gpt-6.1-sol"));
        Assert.Contains(
            "openai/gpt-6.1-sol",
            await world.Registry.OutsideAsync("SELECT config FROM agents WHERE name = 'athena'"),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "gpt-4o-mini",
            await world.Registry.OutsideAsync("SELECT config FROM agents WHERE name = 'monday'"),
            StringComparison.Ordinal
        );
        Assert.Equal("gpt-6.1-sol", await world.Registry.OutsideAsync("SELECT value FROM configurations WHERE key = 'llm.model'"));

        await world.AddAsync(new() { Type = "openai", Model = "gpt-6.1-sol" });
        await ReplaceAsync(
            world,
            new()
            {
                FromModel = "gpt-6.1-sol",
                ToModel = "gpt-4o",
                Only = [.. done.Uses.Select(use => $"{use.Kind}:{use.Id}")],
            },
            dryRun: false
        );
        Assert.Equal("2", await CountAsync(world, "gpt-4o"));
        Assert.Equal("1", await CountAsync(world, "gpt-6.1-sol"));
    }

    [Fact]
    public async Task An_imported_list_goes_before_what_was_shipped_and_is_taken_whole_or_not_at_all()
    {
        await using var world = await ModelsWorld.CreateAsync();
        var model = await world.AddAsync(new() { Type = "openai", Model = "gpt-4o" });
        List<RetiringModel> list = [new("openai", "gpt-4o", new(2028, 1, 1), "gpt-7"), new("compatible", "fine", new(2027, 1, 1))];

        var broken = await ImportAsync(world, [.. list, new("", "x", new(2027, 1, 1))], dryRun: false);
        Assert.Contains("Entry 3", broken.ProblemWith("it"), StringComparison.Ordinal);
        Assert.Equal("0", await world.Registry.OutsideAsync("SELECT count(*) FROM llm_retirements"));
        Assert.Equal(new(2, 0, 0), Assert.IsType<Outcome<RetirementPlan>.Ok>(await ImportAsync(world, list, dryRun: true)).Value);
        Assert.Equal("0", await world.Registry.OutsideAsync("SELECT count(*) FROM llm_retirements"));
        await ImportAsync(world, list, dryRun: false);

        var end = (await world.RowAsync(model.Id)).End!;
        Assert.Equal((new DateOnly(2028, 1, 1), "gpt-7", "my list"), (end.EndsOn, end.Replacement, end.Source));
        Assert.Equal(new(0, 0, 2), Assert.IsType<Outcome<RetirementPlan>.Ok>(await ImportAsync(world, list, dryRun: false)).Value);
    }

    [Theory]
    [InlineData("{\"models\": [{\"type\": \"openai\", \"model\": \"m\", \"ends_on\": \"2027-01-14\"}]}", true)]
    [InlineData("[{\"type\": \"openai\", \"model\": \"m\", \"ends_on\": \"2027-01-14\"}]", true)]
    [InlineData("[{\"type\": \"openai\", \"model\": \"m\", \"ends_on\": \"14 January\"}]", false)]
    [InlineData("{}", false)]
    [InlineData("nothing", false)]
    public void A_file_of_ends_is_read_or_refused_with_a_sentence(string text, bool isRead)
    {
        var outcome = RetirementService.Read(text);

        Assert.Equal(isRead, outcome.ProblemWith("it") is null);
    }

    private static Task<Outcome<RetirementPlan>> ImportAsync(ModelsWorld world, IReadOnlyList<RetiringModel> list, bool dryRun) =>
        world.CallAsync((RetirementService ends) => ends.ImportAsync(list, "my list", dryRun, Cancel));

    private static async Task<ReplacementPlan> ReplaceAsync(ModelsWorld world, ReplacementForm form, bool dryRun) =>
        Assert
            .IsType<Outcome<ReplacementPlan>.Ok>(
                await world.CallAsync((ModelReplacement replacement) => replacement.ReplaceAsync(form, dryRun, Cancel))
            )
            .Value;

    private static Task<string> CountAsync(ModelsWorld world, string model) =>
        world.Registry.OutsideAsync($"SELECT count(*) FROM llm_config WHERE model = '{model}'");

    private static ModelNoticeWorker WorkerOf(ModelsWorld world) =>
        new(
            world.Registry.Services.GetRequiredService<IServiceScopeFactory>(),
            world.Registry.Services.GetRequiredService<Notifier>(),
            world.Registry.Services.GetRequiredService<Signal<RegistryChange>>(),
            world.Registry.Clock,
            NullLogger<ModelNoticeWorker>.Instance
        );

    private static Task AtAsync(ModelsWorld world, ModelNoticeWorker worker, DateTime day)
    {
        world.Registry.Clock.SetUtcNow(new(day, TimeSpan.Zero));
        return worker.TellAsync(Cancel);
    }

    private static async Task<List<Notification>> OpenAsync(ModelsWorld world)
    {
        await using var registry = world.Registry.Open();
        return await registry.Notifications.Where(n => n.ResolvedAt == null).ToListAsync(Cancel);
    }
}
