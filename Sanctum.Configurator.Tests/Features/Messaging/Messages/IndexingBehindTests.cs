using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Messaging.Messages;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Messaging.Messages;

/// <summary>SQLite's index of words follows behind what is written; whoever searches never notices.</summary>
public sealed class IndexingBehindTests
{
    private const string Index = "messages_words";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whatever_happens_before_and_after_a_message_is_indexed_the_index_ends_up_right()
    {
        await using var world = await PeopleWorld.CreateAsync();
        await world.Registry.OutsideAsync(
            "INSERT INTO messages (id, message) VALUES (1, 'alpha'), (2, 'bravo'), (3, 'charlie'), (4, 'delta'), (5, 'echo')"
        );
        Assert.Equal("5", await world.Registry.OutsideAsync("SELECT count(*) FROM messages_unindexed"));
        await world.Registry.OutsideAsync("UPDATE messages SET agent_response = 'answer' WHERE id = 1");
        await world.Registry.OutsideAsync("DELETE FROM messages WHERE id = 5");
        await CatchUpAsync(world);
        Assert.Equal("1", await FindAsync(world, "alpha AND answer"));
        Assert.Equal("", await FindAsync(world, "echo"));

        await world.Registry.OutsideAsync("UPDATE messages SET agent_response = 'reply' WHERE id IN (2, 3, 4)");
        await world.Registry.OutsideAsync("UPDATE messages SET message = 'golf' WHERE id = 2");
        await world.Registry.OutsideAsync("DELETE FROM messages WHERE id IN (1, 3)");
        Assert.Equal("", await FindAsync(world, "alpha OR charlie")); // At once: nothing of what was deleted stays.
        await CatchUpAsync(world);
        Assert.Equal("2 4", await FindAsync(world, "reply"));
        Assert.Equal("2", await FindAsync(world, "golf"));
        Assert.Equal("", await FindAsync(world, "bravo"));
        Assert.Equal("0", await world.Registry.OutsideAsync("SELECT count(*) FROM messages_unindexed"));
        await world.Registry.OutsideAsync($"INSERT INTO {Index} ({Index}, rank) VALUES ('integrity-check', 1)");
    }

    [Fact]
    public async Task A_row_that_another_program_replaces_is_indexed_as_it_is()
    {
        await using var world = await PeopleWorld.CreateAsync();
        await world.Registry.OutsideAsync("INSERT INTO messages (id, message) VALUES (1, 'alpha')");
        await world.Registry.OutsideAsync("INSERT OR REPLACE INTO messages (id, message) VALUES (1, 'bravo')");
        await world.Registry.OutsideAsync("INSERT OR IGNORE INTO messages (id, message) VALUES (1, 'charlie'), (2, 'delta')");
        await CatchUpAsync(world);
        Assert.Equal("", await FindAsync(world, "alpha OR charlie"));
        Assert.Equal("1 2", await FindAsync(world, "bravo OR delta"));
    }

    [Fact]
    public async Task A_search_finds_what_was_written_a_moment_before_and_says_where_it_can_not()
    {
        await using var world = await PeopleWorld.CreateAsync();
        await world.MessageAsync(await world.PersonAsync("Ada"), "harbour");
        Assert.Single(await SearchAsync(world));

        await world.MessageAsync(await world.PersonAsync("Bob"), "another harbour");
        await world.Registry.OutsideAsync("CREATE TRIGGER stop BEFORE DELETE ON messages_unindexed BEGIN SELECT RAISE(ABORT, 'full'); END");
        var refused = Assert.IsType<Outcome<MessagePage>.Invalid>(await AskAsync(world));
        Assert.Equal("1 new message is not indexed yet. Search again in a minute.", refused.Reasons["q"]);
        await world.Registry.OutsideAsync("DROP TRIGGER stop");
        Assert.Equal(2, (await SearchAsync(world)).Count);
    }

    private static Task<Outcome<MessagePage>> AskAsync(PeopleWorld world) =>
        world.CallAsync((MessageReader reader) => reader.ListAsync(new("harbour"), cursor: null, 50, Cancel));

    private static async Task<IReadOnlyList<MessageRow>> SearchAsync(PeopleWorld world) =>
        Assert.IsType<Outcome<MessagePage>.Ok>(await AskAsync(world)).Value.Items;

    private static async Task CatchUpAsync(PeopleWorld world) =>
        Assert.Equal(0, await world.Registry.Services.GetRequiredService<MessageIndexing>().CatchUpAsync(MessageIndexing.Patience, Cancel));

    private static async Task<string> FindAsync(PeopleWorld world, string words) =>
        (await world.Registry.OutsideAsync($"SELECT rowid FROM {Index} WHERE {Index} MATCH '{words}' ORDER BY rowid"))
            .Trim()
            .ReplaceLineEndings(" ");
}
