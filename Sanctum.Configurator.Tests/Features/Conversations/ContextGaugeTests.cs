using System.Text.Json.Nodes;
using Sanctum.Configurator.Features.Conversations.Answering;
using Sanctum.Configurator.Features.Conversations.Prompting;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Conversations;

/// <summary>How full the context of a model or an agent is, by whoever knows it; what nobody knows is said.</summary>
public sealed class ContextGaugeTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("context_length", 32_768)]
    [InlineData("max_model_len", 4_096)]
    [InlineData("max_input_tokens", 200_000)]
    public async Task The_window_of_a_model_is_what_its_providers_list_says(string field, int tokens)
    {
        await using var world = await ConversationsWorld.CreateAsync();
        world.Provider.ListText = $$"""{"data":[{"id":"small","{{field}}":1},{"id":"fine","{{field}}":{{tokens}},"n_ctx_train":7}]}""";
        var use = await UseAsync(world, await AskAsync(world));

        Assert.Equal((tokens, "the provider's list", null), (use.Window, use.WindowFrom, use.Unknown));
        Assert.Equal((16_000, use.Tokens + use.System), (use.Room, use.Used));
    }

    [Theory]
    [InlineData("{\"data\":[{\"id\":\"fine\"}]}")]
    [InlineData("{\"data\":[{\"id\":\"fine\",\"context_length\":-1}]}")]
    [InlineData("{\"data\":[{\"id\":\"fine\",\"context_length\":1e99},{\"id\":\"fine\",\"context_length\":\"many\"}]}")]
    [InlineData("<html>")]
    public async Task A_window_that_nobody_knows_is_said_not_to_be_known(string list)
    {
        await using var world = await ConversationsWorld.CreateAsync();
        world.Provider.ListText = list;
        var use = await UseAsync(world, await AskAsync(world));

        Assert.Null(use.Window);
        Assert.Contains("is not known", use.Unknown, StringComparison.Ordinal);
        Assert.Equal(16_000, use.Room);
    }

    [Fact]
    public async Task What_a_model_is_known_to_take_is_used_where_the_list_does_not_say_it()
    {
        await using var world = await ConversationsWorld.CreateAsync();
        await world.ChangeModelAsync("gpt-4o");
        var use = await UseAsync(world, await AskAsync(world));

        Assert.Equal((128_000, "the console's own list", false), (use.Window, use.WindowFrom, use.IsEstimated));
    }

    [Fact]
    public async Task A_v1_server_counts_for_its_agents_and_one_that_can_not_is_said_so()
    {
        await using var world = await ConversationsWorld.CreateAsync();
        var begun = await AskAsync(world, world.Agent);
        Assert.Contains("does not say", (await UseAsync(world, begun)).Unknown, StringComparison.Ordinal);

        world.Talk.Context = new JsonObject
        {
            ["context_window_size_max"] = 200_000,
            ["context_window_size_current"] = 12_345,
            ["num_messages"] = 9,
            ["num_tokens_system"] = 3_000,
        };
        var use = await UseAsync(world, begun);
        Assert.Equal((12_345, 200_000, 9, null), (use.Used, use.Window, use.Messages, use.Unknown));
        Assert.Null(use.Room);
    }

    private static async Task<BegunAnswer> AskAsync(ConversationsWorld world, int? agent = null)
    {
        var begun = await world.AskAsync("Hi", change: form => form.AgentId = agent);
        await world.TickAsync();
        return begun;
    }

    private static async Task<ContextUse> UseAsync(ConversationsWorld world, BegunAnswer begun) =>
        (await world.CallAsync((ContextGauge gauge) => gauge.ReadAsync(begun.ConversationId, Cancel)))!;
}
