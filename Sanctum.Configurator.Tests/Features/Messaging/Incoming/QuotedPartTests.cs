using Sanctum.Configurator.Features.Messaging.Incoming;
using Sanctum.Configurator.Registry.Messaging;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Messaging.Incoming;

public sealed class QuotedPartTests
{
    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task What_is_quoted_is_kept_and_not_told_to_the_agent(TestDatabase database)
    {
        await using var world = await MessagingWorld.CreateAsync(database);
        var text = QuotedPart.Add("Yes, two lamps.", "> How many lamps?", LengthLimits.Message);
        var entry = await world.QueuedAsync("ada", text);

        await world.TickAsync();

        Assert.Equal(text, (await world.MessageOfAsync(entry)).Text);
        Assert.EndsWith("> How many lamps?", text, StringComparison.Ordinal);
        var told = (string?)world.Talk.Heard.Single()["messages"]![0]!["content"];
        Assert.EndsWith("Yes, two lamps.", told, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text", "", 100, "text")]
    [InlineData("text", "quoted", 10, "text")]
    public void Nothing_is_added_where_nothing_is_quoted_or_there_is_no_room(string text, string quoted, int most, string expected) =>
        Assert.Equal(expected, QuotedPart.Add(text, quoted, most));
}
