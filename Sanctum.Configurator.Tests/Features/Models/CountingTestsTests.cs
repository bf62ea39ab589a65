using Sanctum.Configurator.Features.Models;
using Sanctum.Configurator.Features.Models.Probe;
using Sanctum.Configurator.Features.Models.Usage;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Models;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Models;

/// <summary>Tests of models are calls like others, and calls whose tokens nobody counted are estimated.</summary>
public sealed class CountingTestsTests
{
    private static readonly DirectProgress<LlmStep> Nobody = new(_ => { });

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_test_is_in_the_usage_of_the_models_owner_and_apart_from_talk(TestDatabase database)
    {
        await using var world = await ModelsWorld.CreateAsync(database);
        var own = await world.AddAsync(world.Form(change: form => (form.IsMine, form.HasTools) = (true, true)), world.User);
        await world.SendAsync("Hello", own.Id, world.User);

        await TestAsync(world, own.Id, world.Administrator);

        var calls = (await CallsAsync(world)).Items;
        Assert.Equal([UsageSource.Test, UsageSource.Test, UsageSource.Talk], calls.Select(call => call.Source));
        Assert.All(calls, call => Assert.Equal(("ursula", "ok", "fine"), (call.User, call.Outcome, call.Model)));
        var sums = await world.CallAsync((UsageReader usage) => usage.SumAsync(UsageGroup.Source, 30, Cancel));
        Assert.Equal(["talk 1", "test 2"], sums.Select(sum => $"{sum.Name} {sum.Calls}").Order());
    }

    [Fact]
    public async Task What_is_typed_and_tested_and_what_is_embedded_counts_too()
    {
        await using var world = await ModelsWorld.CreateAsync();

        await world.TestAsync(world.Form());
        await world.TestAsync(world.Form("vectors", form => form.Purpose = LlmPurpose.Embedding));
        await world.TestAsync(world.Form("status-500"));

        var calls = (await CallsAsync(world)).Items;
        Assert.Equal(["server_error", "ok", "ok"], calls.Select(call => call.Outcome));
        Assert.All(calls, call => Assert.Equal(("root", UsageSource.Test), (call.User, call.Source)));
        Assert.Equal(TokenCounts.Unknown, calls[0].Tokens);
        Assert.True(calls[1].Tokens.Embedding > 0);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Where_a_provider_counts_nothing_the_tokens_are_estimated_and_limits_count_them(TestDatabase database)
    {
        await using var world = await ModelsWorld.CreateAsync(database);
        await world.AddAsync(world.Form("old"));
        await world.CallAsync(
            (LimitService limits) => limits.SaveAsync(new() { Period = LlmPeriod.Day, MaxTokens = 20 }, dryRun: false, Cancel)
        );

        var answer = Assert.IsType<Outcome<ModelAnswer>.Ok>(await world.SendAsync(new string('a', 80), null, world.User)).Value;
        var refused = await world.SendAsync("Hello", null, world.User);
        var untested = await world.CallAsync(
            (ModelTests tests) => tests.TestAsync(world.Form(change: f => f.IsMine = true), Nobody, Cancel),
            world.User
        );

        var call = Assert.Single((await CallsAsync(world)).Items);
        Assert.Equal(new TokenCounts(24, 0, 0, 2, 0, null, IsEstimated: true), call.Tokens);
        Assert.Equal(call.Tokens, answer.Tokens);
        Assert.Contains("26 of 20 tokens", refused.ProblemWith("it"), StringComparison.Ordinal);
        Assert.Contains("26 of 20 tokens", untested.ProblemWith("it"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gpt-4o", "hello world", 2)]
    [InlineData("gpt-4o-2024-08-06", "こんにちは世界", 2)]
    [InlineData("llama-9", "hello world", 3)]
    [InlineData("llama-9", "こんにちは世界", 7)]
    [InlineData("llama-9", "", 0)]
    public void A_known_model_is_counted_by_its_tokenizer_and_others_by_letters(string model, string text, long expected) =>
        Assert.Equal(expected, TokenEstimate.OfEmbedding(model, text).Embedding);

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Of_each_model_500_tests_are_kept(TestDatabase database)
    {
        await using var world = await ModelsWorld.CreateAsync(database);
        var model = await world.AddAsync(world.Form("status-500"));
        var other = await world.AddAsync(world.Form("status-503"));
        await TestAsync(world, other.Id, world.Administrator);
        await world.Registry.OutsideAsync(
            $"""
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 510)
            INSERT INTO llm_checks (config_id, checked_by, model, verdict, is_up, latency_ms) SELECT {model.Id}, 'x', 'm', 'ok', true, i FROM n
            """
        );

        await TestAsync(world, model.Id, world.Administrator);

        Assert.Equal("500", await world.Registry.OutsideAsync($"SELECT count(*) FROM llm_checks WHERE config_id = {model.Id}"));
        Assert.Equal("1", await world.Registry.OutsideAsync($"SELECT count(*) FROM llm_checks WHERE config_id = {other.Id}"));
        Assert.Equal("server_error", (await world.RowAsync(model.Id)).LastCheck!.Verdict);
    }

    private static async Task TestAsync(ModelsWorld world, int id, User who) =>
        Assert.IsType<Outcome<LlmReport>.Ok>(await world.CallAsync((ModelTests tests) => tests.TestAsync(id, Nobody, Cancel), who));

    private static Task<PageOf<UsageRow>> CallsAsync(ModelsWorld world) =>
        world.CallAsync((UsageReader usage) => usage.PageAsync(new(0, 50, null, true, null), Cancel));
}
