using Sanctum.Configurator.Features.Models;
using Sanctum.Configurator.Features.Models.Usage;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Models;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Models;

public sealed class CountingUsageTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_call_is_written_down_by_kinds_of_tokens_with_its_price_of_that_day(TestDatabase database)
    {
        await using var world = await ModelsWorld.CreateAsync(database);
        await world.AddAsync(world.Form());
        await PriceAsync(world, LlmTokenKind.Input, 2m);
        await PriceAsync(world, LlmTokenKind.CachedRead, 1m);
        await PriceAsync(world, LlmTokenKind.Output, 10m);

        var answer = Assert.IsType<Outcome<ModelAnswer>.Ok>(await world.SendAsync("Hello", null, world.User)).Value;

        Assert.Equal("ready", answer.Text);
        var call = Assert.Single((await CallsAsync(world)).Items);
        Assert.Equal(new TokenCounts(100, 20, 0, 20, 10, null), call.Tokens);
        Assert.Equal(100 * 2 + 20 * 1 + 30 * 10, call.CostMicros);
        Assert.Equal(("ursula", "ok"), (call.User, call.Outcome));

        await PriceAsync(world, LlmTokenKind.Input, 4m, new(2026, 11, 22));
        Assert.Equal(call.CostMicros, Assert.Single((await CallsAsync(world)).Items).CostMicros);
    }

    [Fact]
    public async Task A_cost_that_nobody_knows_is_unknown_and_not_nothing()
    {
        await using var world = await ModelsWorld.CreateAsync();
        await world.AddAsync(world.Form());
        await PriceAsync(world, LlmTokenKind.Input, 2m);

        await world.SendAsync("Hello");

        Assert.Null(Assert.Single((await CallsAsync(world)).Items).CostMicros);
        var sum = Assert.Single(await world.CallAsync((UsageReader usage) => usage.SumAsync(UsageGroup.Model, 30, Cancel)));
        Assert.Equal((1, 1, 150), (sum.Calls, sum.Unpriced, (int)sum.Tokens));
    }

    [Fact]
    public async Task Anthropics_cache_is_counted_apart_from_the_question()
    {
        await using var world = await ModelsWorld.CreateAsync();
        await world.AddAsync(
            new()
            {
                Type = "anthropic",
                Model = "claude",
                ApiKey = "sk-ant-1",
                BaseUrl = $"{world.Provider.Origin}/anthropic",
            }
        );

        await world.SendAsync("Hello");

        Assert.Equal(new TokenCounts(100, 20, 8, 30, 0, null), Assert.Single((await CallsAsync(world)).Items).Tokens);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Who_has_reached_his_limit_calls_nobody_until_the_period_is_over(TestDatabase database)
    {
        await using var world = await ModelsWorld.CreateAsync(database);
        await world.AddAsync(world.Form());
        await world.CallAsync(
            (LimitService limits) => limits.SaveAsync(new() { Period = LlmPeriod.Day, MaxTokens = 150 }, dryRun: false, Cancel)
        );
        Assert.IsType<Outcome<ModelAnswer>.Ok>(await world.SendAsync("Hello", null, world.User));
        var calls = world.Provider.Calls.Count;

        var refused = await world.SendAsync("Hello", null, world.User);

        Assert.Contains("150 of 150 tokens", refused.ProblemWith("it"), StringComparison.Ordinal);
        Assert.Equal(calls, world.Provider.Calls.Count);
        Assert.IsType<Outcome<ModelAnswer>.Ok>(await world.SendAsync("Hello"));
        world.Registry.Clock.Advance(TimeSpan.FromDays(1));
        Assert.IsType<Outcome<ModelAnswer>.Ok>(await world.SendAsync("Hello", null, world.User));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Calls_are_summed_by_day_model_user_and_outcome_and_old_ones_go(TestDatabase database)
    {
        await using var world = await ModelsWorld.CreateAsync(database);
        await world.AddAsync(world.Form());
        await world.SendAsync("Hello", null, world.User);
        world.Registry.Clock.Advance(TimeSpan.FromDays(2));
        await world.SendAsync("Hello");
        var bad = await world.AddAsync(world.Form("status-500"));
        await world.SendAsync("Hello", bad.Id);

        var days = await SumAsync(world, UsageGroup.Day);
        Assert.Equal([0, 1, 0, 2], days.TakeLast(4).Select(day => day.Calls));
        Assert.Equal((30, 1), (days.Count, days[^1].Failed));
        Assert.Equal(["compatible/fine 2", "compatible/status-500 1"], Named(await SumAsync(world, UsageGroup.Model)));
        Assert.Equal(["root 2", "ursula 1"], Named(await SumAsync(world, UsageGroup.User)));
        Assert.Equal(["ok 2", "server_error 1"], Named(await SumAsync(world, UsageGroup.Outcome)));

        world.Registry.Clock.Advance(UsageLedger.Kept + TimeSpan.FromMinutes(1));
        await world.SendAsync("Hello");
        Assert.Equal(1, (await CallsAsync(world)).Total);
    }

    private static Task<IReadOnlyList<UsageSum>> SumAsync(ModelsWorld world, UsageGroup by) =>
        world.CallAsync((UsageReader usage) => usage.SumAsync(by, 30, Cancel));

    private static IEnumerable<string> Named(IEnumerable<UsageSum> sums) => sums.Select(sum => $"{sum.Name} {sum.Calls}").Order();

    [Fact]
    public async Task A_user_sees_his_own_calls_and_an_administrator_all()
    {
        await using var world = await ModelsWorld.CreateAsync();
        await world.AddAsync(world.Form());
        await world.SendAsync("Hello", null, world.User);
        await world.SendAsync("Hello");

        Assert.Equal(2, (await CallsAsync(world)).Total);
        Assert.Equal(
            1,
            (await world.CallAsync((UsageReader usage) => usage.PageAsync(new(0, 50, null, true, null), Cancel), world.User)).Total
        );
        Assert.Empty(
            (await world.CallAsync((UsageReader usage) => usage.PageAsync(new(0, 50, null, true, null), Cancel), world.Viewer)).Items
        );
    }

    [Fact]
    public async Task The_next_in_order_answers_where_the_active_one_fails_and_both_are_written_down()
    {
        await using var world = await ModelsWorld.CreateAsync();
        await world.AddAsync(world.Form("status-500"));
        await world.AddAsync(world.Form(change: form => form.FallbackOrder = 2));
        await world.AddAsync(world.Form("status-429", form => form.FallbackOrder = 1));

        var answer = Assert.IsType<Outcome<ModelAnswer>.Ok>(await world.SendAsync("Hello")).Value;

        Assert.EndsWith("fine", answer.Model, StringComparison.Ordinal);
        Assert.Equal(["ok", "rate_limited", "server_error"], (await CallsAsync(world)).Items.Select(call => call.Outcome));
    }

    [Fact]
    public async Task Where_none_answers_the_error_names_each_with_its_own_reason()
    {
        await using var world = await ModelsWorld.CreateAsync();
        await world.AddAsync(world.Form("status-500"));
        await world.AddAsync(world.Form("status-402", form => form.FallbackOrder = 1));
        await world.AddAsync(
            new()
            {
                Type = "openai",
                Model = "gpt-4o",
                FallbackOrder = 2,
                BaseUrl = "http://127.0.0.1:9/v1",
            }
        );

        var problem = (await world.SendAsync("Hello")).ProblemWith("it")!;

        Assert.Contains("1. OpenAI-compatible status-500", problem, StringComparison.Ordinal);
        Assert.Contains("no credit", problem, StringComparison.Ordinal);
        Assert.Contains("3. OpenAI gpt-4o", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_that_was_left_is_written_down_as_cancelled()
    {
        await using var world = await ModelsWorld.CreateAsync();
        var model = await world.AddAsync(world.Form("silent"));
        using var gone = new CancellationTokenSource();

        var asking = world.CallAsync(
            (ModelMessages messages) =>
                messages.SendAsync(model.Id, new() { Text = "Hello" }, new DirectProgress<string>(_ => { }), gone.Token)
        );
        await Wait.UntilAsync(() => world.Provider.Calls.Count == 1);
        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        Assert.Equal("cancelled", Assert.Single((await CallsAsync(world)).Items).Outcome);
    }

    [Fact]
    public async Task A_price_with_the_same_first_day_or_a_limit_of_the_same_period_is_refused()
    {
        await using var world = await ModelsWorld.CreateAsync();
        await PriceAsync(world, LlmTokenKind.Input, 2m);
        var price = await world.CallAsync(
            (PriceService prices) => prices.SaveAsync(PriceOf(LlmTokenKind.Input, 3m), dryRun: false, Cancel)
        );
        var form = new LimitForm { MaxDollars = 5 };
        await world.CallAsync((LimitService limits) => limits.SaveAsync(form, dryRun: false, Cancel));
        var limit = await world.CallAsync((LimitService limits) => limits.SaveAsync(form, dryRun: false, Cancel));

        Assert.Contains(nameof(PriceForm.ValidFrom), Assert.IsType<Outcome<PriceRow>.Invalid>(price).Reasons.Keys);
        Assert.Contains(nameof(LimitForm.Period), Assert.IsType<Outcome<LimitRow>.Invalid>(limit).Reasons.Keys);
        Assert.IsType<Outcome<LimitRow>.Invalid>(
            await world.CallAsync(
                (LimitService limits) => limits.SaveAsync(new() { MaxTokens = 1, Period = LlmPeriod.Day }, dryRun: false, Cancel),
                world.User
            )
        );
    }

    private static Task<PageOf<UsageRow>> CallsAsync(ModelsWorld world) =>
        world.CallAsync((UsageReader usage) => usage.PageAsync(new(0, 50, null, true, null), Cancel));

    private static async Task PriceAsync(ModelsWorld world, LlmTokenKind kind, decimal dollars, DateOnly? from = null) =>
        Assert.IsType<Outcome<PriceRow>.Ok>(
            await world.CallAsync((PriceService prices) => prices.SaveAsync(PriceOf(kind, dollars, from), dryRun: false, Cancel))
        );

    private static PriceForm PriceOf(LlmTokenKind kind, decimal dollars, DateOnly? from = null) =>
        new()
        {
            Type = "compatible",
            Model = "fine",
            Kind = kind,
            DollarsPerMillion = dollars,
            ValidFrom = from ?? new(2026, 11, 1),
        };
}
