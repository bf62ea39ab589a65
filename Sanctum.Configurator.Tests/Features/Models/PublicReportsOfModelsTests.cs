using System.Text.Json.Nodes;
using Sanctum.Configurator.Features.Models;
using Sanctum.Configurator.Features.Models.Client;
using Sanctum.Configurator.Features.Models.Probe;
using Sanctum.Configurator.Features.Models.Usage;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Models;

/// <summary>What people reported of other products that call models, each as an input for this one.</summary>
public sealed class PublicReportsOfModelsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>BerriAI/litellm 17136, openai/openai-agents-python 2126: the last piece counts nothing, the one before it does.</summary>
    [Fact]
    public async Task What_was_counted_before_the_last_piece_is_not_lost() =>
        Assert.Equal(
            new TokenCounts(12, 0, 0, 3, 0, null),
            await CountAsync((Says("ready"), null), (Says(""), Counts(12, 3)), (null, null))
        );

    /// <summary>BerriAI/litellm 28735: the piece that counts has words as well.</summary>
    [Fact]
    public async Task What_is_counted_beside_words_counts() =>
        Assert.Equal(new TokenCounts(12, 0, 0, 3, 0, null), await CountAsync((Says("rea"), null), (Says("dy"), Counts(12, 3))));

    /// <summary>BerriAI/litellm 9657: some say with each piece what was counted so far, which is not to be added up.</summary>
    [Fact]
    public async Task What_each_piece_counts_from_the_beginning_is_not_added_up() =>
        Assert.Equal(
            new TokenCounts(12, 0, 0, 2, 0, null),
            await CountAsync((Says("rea"), Counts(12, 1)), (Says("dy"), Counts(12, 2)), (null, Counts(12, 2)))
        );

    /// <summary>maathimself/mailflow 401: the thoughts take all of the answer, which then has no word.</summary>
    [Fact]
    public async Task A_model_that_only_thinks_is_said_to_have_said_nothing_and_not_to_be_broken()
    {
        await using var world = await ModelsWorld.CreateAsync();
        world.Provider.Pieces =
        [
            (
                new()
                {
                    ["role"] = "assistant",
                    ["content"] = null,
                    ["reasoning_content"] = "Hm.",
                },
                Counts(12, 3)
            ),
        ];

        var report = await world.TestAsync(world.Form());

        Assert.True(report.Verdict is LlmVerdict.Empty or LlmVerdict.Answers, $"{report.Verdict}");
        Assert.All(report.Steps, step => Assert.NotEmpty(step.Detail ?? ""));
    }

    /// <summary>open-webui 4348, 18129: no key is asked for, and the list of models is null.</summary>
    [Theory]
    [InlineData("""{"object":"list","data":null}""")]
    [InlineData("""{"object":"list","data":[]}""")]
    [InlineData("""{"models":[{"name":"fine"}]}""")]
    [InlineData("null")]
    public async Task A_list_without_a_list_keeps_nobody_from_talking(string list)
    {
        await using var world = await ModelsWorld.CreateAsync();
        world.Provider.ListText = list;

        var report = await world.TestAsync(world.Form());

        Assert.Equal(LlmVerdict.Answers, report.Verdict);
        Assert.NotEqual(LlmStepEnd.Failed, report.Steps[0].End);
    }

    private static async Task<TokenCounts> CountAsync(params (JsonObject? Delta, JsonObject? Usage)[] pieces)
    {
        await using var world = await ModelsWorld.CreateAsync();
        await world.AddAsync(world.Form());
        world.Provider.Pieces = pieces;
        var answer = Assert.IsType<Outcome<ModelAnswer>.Ok>(await world.SendAsync("Hello")).Value;
        var calls = await world.CallAsync((UsageReader usage) => usage.PageAsync(new(0, 50, null, true, null), Cancel));
        Assert.Equal(answer.Tokens, Assert.Single(calls.Items).Tokens);
        return answer.Tokens;
    }

    private static JsonObject Says(string words) => new() { ["role"] = "assistant", ["content"] = words };

    private static JsonObject Counts(int asked, int answered) =>
        new()
        {
            ["prompt_tokens"] = asked,
            ["completion_tokens"] = answered,
            ["total_tokens"] = asked + answered,
        };
}
