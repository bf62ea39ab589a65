using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Models;
using Sanctum.Configurator.Features.Models.Client;
using Sanctum.Configurator.Features.Models.Life;
using Sanctum.Configurator.Features.Models.Probe;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Models;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Models;

public sealed class TestingModelsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_model_that_answers_passes_each_step_that_was_asked_for()
    {
        await using var world = await ModelsWorld.CreateAsync();

        var report = await world.TestAsync(world.Form(change: form => (form.HasTools, form.HasStructuredOutput) = (true, true)));

        Assert.Equal((LlmVerdict.Answers, true), (report.Verdict, report.IsUp));
        Assert.All(report.Steps, step => Assert.Equal(LlmStepEnd.Passed, step.End));
        Assert.Equal(LlmProbe.StepsOf(LlmPurpose.Chat), report.Steps.Select(step => step.Title));
        Assert.NotNull(report.FirstTokenMs);
        Assert.Equal(["fine", "gpt-4o", "small"], report.Models!);
    }

    [Theory]
    [InlineData("status-400", LlmVerdict.Refused)]
    [InlineData("status-402", LlmVerdict.NoCredit)]
    [InlineData("status-403", LlmVerdict.Forbidden)]
    [InlineData("status-404", LlmVerdict.ModelMissing)]
    [InlineData("status-429", LlmVerdict.RateLimited)]
    [InlineData("status-500", LlmVerdict.ServerError)]
    [InlineData("status-503", LlmVerdict.Overloaded)]
    [InlineData("status-529", LlmVerdict.Overloaded)]
    [InlineData("page", LlmVerdict.NotAnApi)]
    [InlineData("empty", LlmVerdict.Empty)]
    [InlineData("broken", LlmVerdict.Broken)]
    [InlineData("inside", LlmVerdict.Overloaded)]
    public async Task What_fails_has_a_verdict_a_sentence_and_a_hint(string model, LlmVerdict verdict)
    {
        await using var world = await ModelsWorld.CreateAsync();

        var report = await world.TestAsync(world.Form(model));

        Assert.Equal((verdict, false), (report.Verdict, report.IsUp));
        Assert.NotEmpty(report.Message);
        Assert.NotEmpty(report.Hint!);
        Assert.Single(report.Steps, step => step.End == LlmStepEnd.Failed);
    }

    [Fact]
    public async Task Following_the_hint_of_a_key_that_is_missing_or_wrong_mends_it()
    {
        await using var world = await ModelsWorld.CreateAsync();
        world.Provider.Key = "sk-right-key";

        var missing = await world.TestAsync(world.Form());
        var wrong = await world.TestAsync(world.Form(change: form => form.ApiKey = "sk-wrong-canary"));
        var right = await world.TestAsync(world.Form(change: form => form.ApiKey = "sk-right-key"));

        Assert.Equal((LlmVerdict.KeyMissing, LlmVerdict.KeyRefused, LlmVerdict.Answers), (missing.Verdict, wrong.Verdict, right.Verdict));
        Assert.Contains("API key", missing.Hint, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", System.Text.Json.JsonSerializer.Serialize(wrong, ApiJson.Options), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{0}/v1/chat/completions")]
    [InlineData("{0}/v1/")]
    [InlineData("{0}")]
    public async Task An_address_that_was_copied_from_an_example_is_understood(string address)
    {
        await using var world = await ModelsWorld.CreateAsync();

        var report = await world.TestAsync(world.Form(change: form => form.BaseUrl = string.Format(address, world.Provider.Origin)));

        Assert.Equal(LlmVerdict.Answers, report.Verdict);
    }

    [Fact]
    public async Task A_wrong_path_is_told_from_a_missing_model_and_its_hint_names_the_path()
    {
        await using var world = await ModelsWorld.CreateAsync();

        var report = await world.TestAsync(world.Form(change: form => form.BaseUrl = $"{world.Provider.Origin}/elsewhere/api"));

        Assert.Equal(LlmVerdict.NotAnApi, report.Verdict);
        Assert.Contains("/v1", report.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_without_a_list_is_fine_and_so_is_a_model_that_is_not_in_it()
    {
        await using var world = await ModelsWorld.CreateAsync();
        world.Provider.Models = null;
        var without = await world.TestAsync(world.Form());
        world.Provider.Models = ["fin"];
        var unlisted = await world.TestAsync(world.Form());

        Assert.Equal((LlmVerdict.Answers, LlmVerdict.Answers), (without.Verdict, unlisted.Verdict));
        Assert.Equal(LlmStepEnd.Warning, unlisted.Steps[0].End);
        Assert.Contains("did you mean fin?", unlisted.Steps[0].Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_older_server_that_refuses_to_count_tokens_is_asked_without()
    {
        await using var world = await ModelsWorld.CreateAsync();

        Assert.Equal(LlmVerdict.Answers, (await world.TestAsync(world.Form("old"))).Verdict);
        Assert.Null(world.Provider.Calls[^1]["stream_options"]);
    }

    [Fact]
    public async Task A_model_that_was_said_to_call_tools_and_does_not_fails_by_that()
    {
        await using var world = await ModelsWorld.CreateAsync();

        var report = await world.TestAsync(world.Form("toolless", form => form.HasTools = true));

        Assert.Equal(LlmVerdict.ToolsMissing, report.Verdict);
        Assert.Equal(LlmVerdict.Answers, (await world.TestAsync(world.Form("toolless"))).Verdict);
    }

    [Fact]
    public async Task A_server_that_refuses_a_schema_is_said_to_have_no_structured_output()
    {
        await using var world = await ModelsWorld.CreateAsync();

        var report = await world.TestAsync(world.Form("toolless", form => form.HasStructuredOutput = true));

        Assert.Equal(LlmVerdict.StructureMissing, report.Verdict);
        Assert.Contains("json_schema is not supported", report.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(403)]
    [InlineData(429)]
    [InlineData(500)]
    public async Task A_key_that_may_not_list_may_talk(int status)
    {
        await using var world = await ModelsWorld.CreateAsync();
        world.Provider.ListStatus = status;

        var report = await world.TestAsync(world.Form());

        Assert.Equal((LlmVerdict.Answers, LlmStepEnd.Warning), (report.Verdict, report.Steps[0].End));
    }

    [Fact]
    public async Task A_redirect_is_told_with_where_it_leads()
    {
        await using var world = await ModelsWorld.CreateAsync();

        var report = await world.TestAsync(world.Form(change: form => form.BaseUrl = $"{world.Provider.Origin}/moved/v1"));

        Assert.Equal(LlmVerdict.NotAnApi, report.Verdict);
        Assert.Contains("https://models.example/v1", report.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_embedding_model_is_tested_as_one_and_its_dimension_is_found()
    {
        await using var world = await ModelsWorld.CreateAsync();
        world.Provider.Dimension = 384;

        var found = await world.TestAsync(world.Form("small", form => form.Purpose = LlmPurpose.Embedding));
        var wrong = await world.TestAsync(world.Form("small", form => (form.Purpose, form.Dimension) = (LlmPurpose.Embedding, 1536)));

        Assert.Equal((LlmVerdict.Answers, 384), (found.Verdict, found.Dimension));
        Assert.Equal(LlmVerdict.WrongDimension, wrong.Verdict);
        Assert.Contains("384", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Anthropic_is_spoken_to_in_its_own_dialect()
    {
        await using var world = await ModelsWorld.CreateAsync();
        world.Provider.Key = "sk-ant-1";

        var report = await world.TestAsync(
            new()
            {
                Type = "anthropic",
                Model = "claude",
                ApiKey = "sk-ant-1",
                BaseUrl = $"{world.Provider.Origin}/anthropic/v1",
            }
        );

        Assert.True(report.IsUp, report.Message);
        var call = world.Provider.All[^1];
        Assert.Equal("/anthropic/v1/messages", call.Path);
        Assert.Equal("sk-ant-1", call.Headers["x-api-key"]);
    }

    [Fact]
    public async Task Azure_gets_its_key_in_its_own_header_and_the_version_in_the_address()
    {
        await using var world = await ModelsWorld.CreateAsync();
        world.Provider.Key = "azure-key";

        var report = await world.TestAsync(
            new()
            {
                Type = "azure",
                Model = "fine",
                ApiKey = "azure-key",
                ApiVersion = "2024-10-21",
                BaseUrl = $"{world.Provider.Origin}/openai/deployments/mine",
            }
        );

        Assert.True(report.IsUp, report.Message);
        var call = world.Provider.All[^1];
        Assert.Equal("/openai/deployments/mine/chat/completions?api-version=2024-10-21", call.Path);
        Assert.Equal("azure-key", call.Headers["api-key"]);
        Assert.False(call.Headers.ContainsKey("Authorization"));
    }

    [Fact]
    public async Task A_server_that_asks_for_no_key_gets_none()
    {
        await using var world = await ModelsWorld.CreateAsync();

        await world.TestAsync(world.Form());

        Assert.DoesNotContain(world.Provider.All, one => one.Headers.ContainsKey("Authorization") && one.Body.Length > 0);
    }

    [Fact]
    public async Task A_test_and_a_message_make_the_same_call()
    {
        await using var world = await ModelsWorld.CreateAsync();
        var model = await world.AddAsync(world.Form());
        await world.TestAsync(model.ToForm());
        Assert.IsType<Outcome<ModelAnswer>.Ok>(await world.SendAsync("Reply with the single word: ready", model.Id));

        var (test, message) = (world.Provider.All[^2], world.Provider.All[^1]);
        Assert.Equal(test.Path, message.Path);
        Assert.Equal(test.Body, message.Body);
        Assert.Equal(test.Headers.Keys.Order(), message.Headers.Keys.Order());
    }

    [Fact]
    public async Task What_the_providers_list_says_of_the_end_is_shown_and_kept()
    {
        await using var world = await ModelsWorld.CreateAsync();
        world.Provider.ShutdownDates["fine"] = "2026-12-24";
        var model = await world.AddAsync(world.Form());

        await world.CallAsync((ModelTests tests) => tests.TestAsync(model.Id, new DirectProgress<LlmStep>(_ => { }), Cancel));

        var end = (await world.RowAsync(model.Id)).End!;
        Assert.Equal((new DateOnly(2026, 12, 24), ModelEnds.ProvidersList), (end.EndsOn, end.Source));
        var own = model.ToForm();
        own.LivesUntil = new(2027, 1, 1);
        Assert.Equal(ModelEnds.OwnDate, (await world.AddAsync(own)).End!.Source);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task All_are_tested_side_by_side_and_a_silent_one_delays_no_other(TestDatabase database)
    {
        await using var world = await ModelsWorld.CreateAsync(database);
        var fine = await world.AddAsync(world.Form());
        var silent = await world.AddAsync(world.Form("silent"));
        var ended = new List<string>();

        var all = world.CallAsync(
            (ModelTests tests) => tests.TestAllAsync(new DirectProgress<TestedModel>(one => ended.Add(one.Name)), Cancel)
        );
        await Wait.UntilAsync(() => ended.Count == 1 && world.Provider.Calls.Any(call => (string)call["model"]! == "silent"));
        world.Registry.Clock.Advance(ModelTests.Deadline);
        var tested = Assert.IsType<Outcome<IReadOnlyList<TestedModel>>.Ok>(await all).Value;

        Assert.Equal(fine.Name, ended[0]);
        Assert.Equal(LlmVerdict.TimedOut, tested.Single(one => one.Id == silent.Id).Report!.Verdict);
        Assert.False((await world.RowAsync(silent.Id)).LastCheck!.IsUp);
        Assert.True((await world.RowAsync(fine.Id)).LastCheck!.IsUp);
    }

    [Fact]
    public async Task A_dead_server_is_unreachable()
    {
        await using var world = await ModelsWorld.CreateAsync();

        var report = await world.TestAsync(world.Form(change: form => form.BaseUrl = "http://127.0.0.1:9/v1"));

        Assert.Equal(LlmVerdict.Unreachable, report.Verdict);
    }
}
