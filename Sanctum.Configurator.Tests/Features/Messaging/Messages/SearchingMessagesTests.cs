using Sanctum.Configurator.Features.Messaging.Messages;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Messaging;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Messaging.Messages;

public sealed class SearchingMessagesTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<TestDatabase, string, string[]> Searches
    {
        get
        {
            var searches = new TheoryData<TestDatabase, string, string[]>();
            foreach (var database in Enum.GetValues<TestDatabase>())
            {
                searches.Add(database, "ship", ["The SHIP sails"]);
                searches.Add(database, "the", ["The cat's hat", "The SHIP sails"]);
                searches.Add(database, "\"ship sails\"", ["The SHIP sails"]);
                searches.Add(database, "\"sails ship\"", []);
                searches.Add(database, "sai*", ["The SHIP sails"]);
                searches.Add(database, "sai", []);
                searches.Add(database, "the -ship", ["The cat's hat"]);
                searches.Add(database, "-the -100 -世界 -no", ["at 10:30 <b>sharp</b>", "😀 only"]);
                searches.Add(database, "harbour", ["The SHIP sails"]); // Only in the answer.
                searches.Add(database, "100%", ["100% sure_thing"]);
                searches.Add(database, "sure_thing", ["100% sure_thing"]);
                searches.Add(database, "%", ["100% sure_thing"]); // No wildcard.
                searches.Add(database, "_", ["100% sure_thing"]);
                searches.Add(database, "世界", ["你好世界"]); // Without blanks between words.
                searches.Add(database, "😀", ["😀 only"]);
                searches.Add(database, "10:30", ["at 10:30 <b>sharp</b>"]);
                searches.Add(database, "<b>", ["at 10:30 <b>sharp</b>"]);
                searches.Add(database, "c*t", []);
                searches.Add(database, "cat's", ["The cat's hat"]);
                searches.Add(database, "ship AND NOT", []);
                searches.Add(database, "message:ship", []); // No column of the index.
                searches.Add(database, "NEAR(ship)", []);
                searches.Add(database, "ship)\" OR (cat", []);
            }

            return searches;
        }
    }

    [Theory]
    [MemberData(nameof(Searches))]
    public async Task Words_phrases_and_signs_find_what_has_them_alike_on_both(TestDatabase database, string search, string[] expected)
    {
        await using var world = await PeopleWorld.CreateAsync(database);
        var person = await world.PersonAsync("Ada");
        await world.MessageAsync(person, "😀 only");
        await world.MessageAsync(person, "at 10:30 <b>sharp</b>");
        await world.MessageAsync(person, "你好世界");
        await world.MessageAsync(person, "100% sure_thing");
        await world.MessageAsync(person, "The cat's hat", "No, never.");
        await world.MessageAsync(person, "The SHIP sails", "To which harbour?");

        var found = await world.CallAsync((MessageReader reader) => reader.ListAsync(new(search), cursor: null, 50, Cancel));

        var texts = found is Outcome<MessagePage>.Ok ok ? ok.Value.Items.Select(row => row.Message!) : [];
        Assert.Equal(expected.Order(StringComparer.Ordinal), texts.Order(StringComparer.Ordinal));
    }

    /// <summary>The same, where few messages come into question and each is looked up by itself.</summary>
    [Theory]
    [MemberData(nameof(Searches))]
    public async Task A_persons_few_messages_are_found_alike(TestDatabase database, string search, string[] expected)
    {
        await using var world = await PeopleWorld.CreateAsync(database);
        var (person, other) = (await world.PersonAsync("Ada"), await world.PersonAsync("Bob"));
        foreach (var writer in new[] { person, other })
        {
            await world.MessageAsync(writer, "😀 only");
            await world.MessageAsync(writer, "at 10:30 <b>sharp</b>");
            await world.MessageAsync(writer, "你好世界");
            await world.MessageAsync(writer, "100% sure_thing");
            await world.MessageAsync(writer, "The cat's hat", "No, never.");
            await world.MessageAsync(writer, "The SHIP sails", "To which harbour?");
        }

        var found = await world.CallAsync((MessageReader reader) => reader.ListAsync(new(search, person), cursor: null, 50, Cancel));

        var rows = found is Outcome<MessagePage>.Ok ok ? ok.Value.Items : [];
        Assert.Equal(expected.Order(StringComparer.Ordinal), rows.Select(row => row.Message!).Order(StringComparer.Ordinal));
        Assert.All(rows, row => Assert.Equal(person, row.PersonId));
    }

    [Theory]
    [MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task What_no_index_finds_is_looked_for_piece_by_piece_and_goes_on_from_there(TestDatabase database)
    {
        await using var world = await PeopleWorld.CreateAsync(database);
        var person = await world.PersonAsync("Ada");
        var oldest = await world.MessageAsync(person, "你好世界", null, null, null, world.Now);
        var most = MessageFinder.MostLookedThrough;
        await world.Registry.OutsideAsync(
            database == TestDatabase.Sqlite
                ? $"INSERT INTO messages (id, message) VALUES ({oldest + most}, 'newer'), ({oldest + most + 5000}, 'newest 世界')"
                : $"INSERT INTO messages (id, message) OVERRIDING SYSTEM VALUE VALUES ({oldest + most}, 'newer'), ({oldest + most + 5000}, 'newest 世界')"
        );

        var first = await PageAsync(null);

        Assert.Equal([oldest + most + 5000], first.Items.Select(row => row.Id));
        Assert.NotNull(first.SearchedTo);
        var second = await PageAsync(first.NextCursor);
        Assert.Equal([oldest], second.Items.Select(row => row.Id));
        Assert.Null(second.SearchedTo);
        Assert.Null(second.NextCursor);

        async Task<MessagePage> PageAsync(string? cursor) =>
            Assert
                .IsType<Outcome<MessagePage>.Ok>(
                    await world.CallAsync((MessageReader reader) => reader.ListAsync(new("世界"), cursor, 50, Cancel))
                )
                .Value;
    }

    [Theory]
    [InlineData("\"open", "The quotes are not closed.")]
    [InlineData("\"\"", "The quotes are empty.")]
    [InlineData("a\0b", "NUL")]
    public async Task What_can_not_be_understood_is_said_in_a_sentence(string search, string sentence)
    {
        await using var world = await PeopleWorld.CreateAsync();

        var refused = Assert.IsType<Outcome<MessagePage>.Invalid>(
            await world.CallAsync((MessageReader reader) => reader.ListAsync(new(search), cursor: null, 50, Cancel))
        );

        Assert.Contains(sentence, refused.Reasons["q"], StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_row_that_changes_is_found_by_its_new_words(TestDatabase database)
    {
        await using var world = await PeopleWorld.CreateAsync(database);
        var message = await world.MessageAsync(await world.PersonAsync("Ada"), "old words");
        await world.Registry.OutsideAsync($"UPDATE messages SET message = 'fresh words' WHERE id = {message}");

        Assert.Empty(await FindAsync(world, new("old")));
        Assert.Single(await FindAsync(world, new("fresh")));
    }

    [Theory]
    [MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Filters_narrow_and_a_cursor_goes_through_all_once(TestDatabase database)
    {
        await using var world = await PeopleWorld.CreateAsync(database);
        var (ada, bob) = (await world.PersonAsync("Ada"), await world.PersonAsync("Bob"));
        var (athena, hermes) = (
            await world.ChannelAsync(await world.AgentAsync()),
            await world.ChannelAsync(await world.AgentAsync("Hermes"))
        );
        foreach (var number in Enumerable.Range(1, 25))
        {
            await world.MessageAsync(ada, $"word {number}", "yes", QueueStatus.Done, athena, world.Now.AddMinutes(number));
        }

        var failed = await world.MessageAsync(bob, "word of Bob", null, QueueStatus.Failed, hermes, world.Now);
        var waiting = await world.MessageAsync(bob, "word of Bob too", null, QueueStatus.Pending, hermes, world.Now.AddDays(1));

        Assert.Equal(25, (await FindAsync(world, new(PersonId: ada))).Count);
        Assert.Equal([waiting, failed], await FindAsync(world, new("word", AgentId: hermes.AgentId)));
        Assert.Equal([waiting, failed], await FindAsync(world, new(ChannelId: hermes.Id)));
        Assert.Equal([failed], await FindAsync(world, new("word", State: MessageState.Failed)));
        Assert.Equal([waiting], await FindAsync(world, new(State: MessageState.Waiting)));
        Assert.Equal(25, (await FindAsync(world, new("word", State: MessageState.Answered))).Count);
        Assert.Empty(await FindAsync(world, new(State: MessageState.Undelivered)));
        Assert.Equal([waiting], await FindAsync(world, new(From: world.Now.AddHours(1))));
        Assert.Equal([failed], await FindAsync(world, new(To: world.Now.AddSeconds(1))));

        var (seen, cursor) = (new List<int>(), (string?)null);
        do
        {
            var page = Assert
                .IsType<Outcome<MessagePage>.Ok>(
                    await world.CallAsync((MessageReader reader) => reader.ListAsync(new("word"), cursor, 10, Cancel))
                )
                .Value;
            seen.AddRange(page.Items.Select(row => row.Id));
            cursor = page.NextCursor;
        } while (cursor is not null);

        Assert.Equal(27, seen.Distinct().Count());
        Assert.Equal(seen.OrderDescending(), seen);
    }

    [Theory]
    [MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Rows_of_other_programs_with_nothing_in_them_are_borne(TestDatabase database)
    {
        await using var world = await PeopleWorld.CreateAsync(database);
        await world.Registry.OutsideAsync("INSERT INTO messages (message, timestamp) VALUES (NULL, NULL)");
        await world.Registry.OutsideAsync("INSERT INTO messages (role, attachments) VALUES ('system', '[1, null, {\"x\": 2}]')");

        var found = Assert.IsType<Outcome<MessagePage>.Ok>(
            await world.CallAsync((MessageReader reader) => reader.ListAsync(new(), cursor: null, 50, Cancel))
        );

        Assert.Equal([MessageState.Kept, MessageState.Kept], found.Value.Items.Select(row => row.State));
        Assert.All(found.Value.Items, row => Assert.Null(row.Person));
    }

    private static async Task<List<int>> FindAsync(PeopleWorld world, MessageFilter filter) =>
        Assert
            .IsType<Outcome<MessagePage>.Ok>(
                await world.CallAsync((MessageReader reader) => reader.ListAsync(filter, cursor: null, 100, Cancel))
            )
            .Value.Items.Select(row => row.Id)
            .ToList();
}
