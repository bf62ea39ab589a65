using Sanctum.Configurator.Features.Conversations.Answering;
using Sanctum.Configurator.Features.Conversations.Keeping;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Conversations;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Conversations;

/// <summary>Whose conversations are whose, what is changed of them, and how they are found, on both databases.</summary>
public sealed class KeepingConversationsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Nobody_else_sees_one_until_it_is_shared_and_then_only_reads(TestDatabase database)
    {
        await using var world = await ConversationsWorld.CreateAsync(database);
        var begun = await world.AskAsync("A secret", who: world.Ursula);
        await world.TickAsync();
        var id = begun.ConversationId;

        Assert.Null(await world.CallAsync((ConversationReader reader) => reader.FindAsync(id, Cancel)));
        Assert.Null(await world.CallAsync((ConversationReader reader) => reader.PageAsync(id, null, null, 50, Cancel)));
        Assert.IsType<Outcome<BegunAnswer>.NotFound>(
            await world.CallAsync((AnswerRuns runs) => runs.AskAsync(new() { ConversationId = id, Text = "x" }, Cancel))
        );

        await ChangedAsync(world, id, new() { IsShared = true });
        var row = await world.RowAsync(id);
        Assert.False(row.IsOwn);
        Assert.Equal(2, (await world.MessagesAsync(id)).Count);
        Assert.IsType<Outcome<ConversationRow>.NotFound>(
            await world.CallAsync((ConversationService service) => service.DeleteAsync(id, Cancel))
        );
        Assert.Empty((await world.CallAsync((ConversationReader reader) => reader.ListAsync(new(0, 50), false, Cancel))).Items);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Pinned_ones_stand_first_and_archived_ones_elsewhere(TestDatabase database)
    {
        await using var world = await ConversationsWorld.CreateAsync(database);
        List<Guid> ids = [];
        foreach (var name in new[] { "One", "Two", "Three" })
        {
            ids.Add((await world.AskAsync(name, who: world.Ursula)).ConversationId);
            world.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        await ChangedAsync(world, ids[0], new() { IsPinned = true, Title = "  Uno " });
        await ChangedAsync(world, ids[1], new() { IsArchived = true });

        Assert.Equal(["Uno", "Three"], (await ListAsync(world, false)).Select(row => row.Title));
        Assert.Equal(["Two"], (await ListAsync(world, true)).Select(row => row.Title));
        var stale = await world.CallAsync(
            (ConversationService service) => service.ChangeAsync(ids[0], new() { Title = "Late" }, 1, Cancel),
            world.Ursula
        );
        Assert.Equal("Uno", Assert.IsType<Outcome<ConversationRow>.Conflict>(stale).Current.Title);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Words_are_found_in_titles_and_messages_of_ones_own(TestDatabase database)
    {
        await using var world = await ConversationsWorld.CreateAsync(database);
        world.Provider.Words = ["The lighthouse ", "of Löwenstein."];
        var found = await world.AskAsync("Tell me a story", who: world.Ursula);
        await world.AskAsync("lighthouse", change: form => form.IsTemporary = true, who: world.Ursula);
        await world.AskAsync("A lighthouse of root's");
        await world.TickAsync();

        foreach (var words in new[] { "lighthouse", "light*", "\"of löwenstein\"", "story -harbour", "Tell" })
        {
            var hits = Assert.IsType<Outcome<IReadOnlyList<ConversationHit>>.Ok>(await SearchAsync(world, words)).Value;
            Assert.Equal(found.ConversationId, Assert.Single(hits).Conversation.Id);
        }

        Assert.Empty(((Outcome<IReadOnlyList<ConversationHit>>.Ok)await SearchAsync(world, "harbour")).Value);
        Assert.IsType<Outcome<IReadOnlyList<ConversationHit>>.Invalid>(await SearchAsync(world, " "));
        await world.CallAsync((ConversationService service) => service.DeleteAsync(found.ConversationId, Cancel), world.Ursula);
        Assert.Empty(((Outcome<IReadOnlyList<ConversationHit>>.Ok)await SearchAsync(world, "lighthouse")).Value);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task What_other_programs_write_by_the_seeds_columns_is_read_in_order(TestDatabase database)
    {
        await using var world = await ConversationsWorld.CreateAsync(database);
        const string Id = "0191d2b0-0000-7000-8000-000000000001";
        await world.Registry.OutsideAsync(
            $"INSERT INTO conversations (id, user_id, title) VALUES ('{Id}', '{world.Root.Id}', 'From elsewhere')"
        );
        foreach (var (role, text, minute) in new[] { ("user", "one", 1), ("assistant", "two", 2), ("user", "three", 3) })
        {
            await world.Registry.OutsideAsync(
                $"INSERT INTO conversation_messages (conversation_id, role, content, created_at) VALUES ('{Id}', '{role}', '{text}', '2026-01-01 00:0{minute}:00')"
            );
        }

        var begun = await world.AskAsync("four", Guid.Parse(Id));
        await world.TickAsync();

        Assert.Equal(["one", "two", "three", "four", "ready"], (await world.MessagesAsync(begun.ConversationId)).Select(m => m.Content));
        Assert.Equal("user: four", world.LastAsked[^1]);
        Assert.Equal("From elsewhere", (await world.RowAsync(begun.ConversationId)).Title);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Many_messages_are_read_upwards_a_page_at_a_time(TestDatabase database)
    {
        await using var world = await ConversationsWorld.CreateAsync(database);
        var conversation = (await world.AskAsync("first")).ConversationId;
        for (var number = 0; number < 30; number++)
        {
            await world.AskAsync($"{number}", conversation);
        }

        List<string> read = [];
        Guid? before = null;
        do
        {
            var page = (await world.CallAsync((ConversationReader reader) => reader.PageAsync(conversation, before, null, 7, Cancel)))!;
            read.InsertRange(0, page.Messages.Where(m => m.IsOfUser).Select(m => m.Content));
            before = page.Before;
        } while (before is not null);

        Assert.Equal(["first", .. Enumerable.Range(0, 30).Select(number => $"{number}")], read);
    }

    private static Task<Outcome<IReadOnlyList<ConversationHit>>> SearchAsync(ConversationsWorld world, string words) =>
        world.CallAsync((ConversationSearch search) => search.FindAsync(words, Cancel), world.Ursula);

    private static async Task<IReadOnlyList<ConversationRow>> ListAsync(ConversationsWorld world, bool areArchived) =>
        (await world.CallAsync((ConversationReader reader) => reader.ListAsync(new(0, 50), areArchived, Cancel), world.Ursula)).Items;

    private static async Task ChangedAsync(ConversationsWorld world, Guid id, ConversationForm form) =>
        Assert.IsType<Outcome<ConversationRow>.Ok>(
            await world.CallAsync((ConversationService service) => service.ChangeAsync(id, form, null, Cancel), world.Ursula)
        );
}
