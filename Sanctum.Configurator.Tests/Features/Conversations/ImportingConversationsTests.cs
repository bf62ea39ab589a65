using System.Text;
using System.Text.Json;
using Sanctum.Configurator.Features.Conversations.Keeping;
using Sanctum.Configurator.Features.Conversations.Transfer;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Conversations;

/// <summary>Exports of other programs come in as one's own, on both databases; one bad conversation stops none of the others.</summary>
public sealed class ImportingConversationsTests
{
    private const string ChatGpt = """
        [{"title": "Lamps", "create_time": 1700000000.5, "conversation_id": "c-1", "current_node": "n4", "mapping": {
            "n0": {"id": "n0", "message": null, "parent": null, "children": ["n1"]},
            "n1": {"id": "n1", "parent": "n0", "message": {"author": {"role": "user"}, "create_time": 1700000001,
                "content": {"content_type": "text", "parts": ["Where?"]}}},
            "n2": {"id": "n2", "parent": "n1", "message": {"author": {"role": "tool"}, "content": {"parts": ["secret"]}}},
            "n3": {"id": "n3", "parent": "n2", "message": {"author": {"role": "assistant"}, "content": {"parts": ["First"]},
                "metadata": {"model_slug": "gpt-4o"}}},
            "n4": {"id": "n4", "parent": "n1", "message": {"author": {"role": "assistant"}, "content": {"parts": ["There",
                {"content_type": "image_asset_pointer"}]}}}}},
         {"title": "Broken", "mapping": [1, 2]},
         {"title": "Empty", "conversation_id": "c-3", "mapping": {}}]
        """;

    private const string Claude = """
        [{"uuid": "u-1", "name": "Lamps", "created_at": "2025-05-01T10:00:00Z", "chat_messages": [
            {"uuid": "m1", "sender": "human", "text": "Where?", "created_at": "2025-05-01T10:00:01Z", "attachments": []},
            {"uuid": "m2", "sender": "assistant", "text": "", "content": [{"type": "text", "text": "There"}],
                "created_at": "2025-05-01T10:00:02Z"}]}]
        """;

    private const string OpenWebUi = """
        [{"id": "w-1", "title": "Lamps", "pinned": true, "chat": {"models": ["llama"], "history": {"currentId": "b", "messages": {
            "a": {"id": "a", "parentId": null, "role": "user", "content": "Where?", "timestamp": 1700000000},
            "b": {"id": "b", "parentId": "a", "role": "assistant", "content": "There", "model": "llama", "timestamp": 1700000001}}}}}]
        """;

    private const string LibreChat = """
        {"conversationId": "l-1", "title": "Lamps", "messages": [
            {"messageId": "a", "parentMessageId": "00000000-0000-0000-0000-000000000000", "text": "Where?",
                "isCreatedByUser": true, "children": [
                {"messageId": "b", "parentMessageId": "a", "text": "There", "sender": "GPT-4", "isCreatedByUser": false, "children": []}]}]}
        """;

    private const string Storage = """
        {"theme": "dark",
         "chat-history": "[{\"role\": \"user\", \"content\": \"Where?\"}, {\"role\": \"assistant\", \"content\": \"There\"}]"}
        """;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Samples =>
        new()
        {
            { "ChatGPT", ChatGpt },
            { "Claude", Claude },
            { "Open WebUI", OpenWebUi },
            { "LibreChat", LibreChat },
            { "localStorage", Storage },
        };

    [Theory, MemberData(nameof(Samples))]
    public async Task An_export_is_previewed_then_taken_and_taken_once(string source, string file)
    {
        await using var world = await ConversationsWorld.CreateAsync();

        var preview = await ImportedAsync(world, file, isPreview: true);
        Assert.Equal((source, 1, true), (preview.Source, preview.Conversations, preview.IsPreview));
        Assert.Equal(0, await world.CountAsync(registry => registry.Conversations));
        var report = await ImportedAsync(world, file);
        var again = await ImportedAsync(world, file);

        Assert.Equal((preview.Messages, preview.Failed), (report.Messages, report.Failed));
        Assert.Equal((0, 1), (again.Conversations, again.Known));
        var row = Assert.Single((await world.CallAsync((ConversationReader reader) => reader.ListAsync(new(0, 9), false, Cancel))).Items);
        Assert.Equal(["Where?", "There"], (await world.MessagesAsync(row.Id)).Select(m => m.Content));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Branches_come_along_and_what_is_broken_is_said(TestDatabase database)
    {
        await using var world = await ConversationsWorld.CreateAsync(database);

        var report = await ImportedAsync(world, ChatGpt);

        Assert.Equal((1, 3, 2), (report.Conversations, report.Messages, report.Failed));
        Assert.Equal(["Broken", "Empty"], report.Problems.Select(problem => problem.Conversation));
        var row = Assert.Single((await world.CallAsync((ConversationReader reader) => reader.ListAsync(new(0, 9), false, Cancel))).Items);
        var messages = await world.MessagesAsync(row.Id);
        Assert.Equal((2, 2), (messages[1].Branch, messages[1].Branches));
        Assert.Equal(new DateTimeOffset(2023, 11, 14, 22, 13, 21, TimeSpan.Zero), messages[0].CreatedAt);
    }

    [Theory]
    [InlineData("", "no JSON")]
    [InlineData("PK\u0003\u0004", "ZIP")]
    [InlineData("[1, 2", "no JSON")]
    [InlineData("{}", "no conversations")]
    [InlineData("[1, \"x\"]", "No conversation")]
    [InlineData("{\"a\": \"[1]\", \"b\": {\"c\": []}}", "no conversations")]
    public async Task What_is_no_export_is_refused_in_a_sentence(string file, string why)
    {
        await using var world = await ConversationsWorld.CreateAsync();
        var outcome = await ImportAsync(world, file, isPreview: false);
        Assert.Contains(why, outcome.ProblemWith("")!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Circles_doubles_and_halves_of_characters_break_nothing()
    {
        await using var world = await ConversationsWorld.CreateAsync();
        const string File = """
            {"conversations": [
              {"id": "1", "title": "Circle", "messages": [{"id": "a", "parent_id": "b", "role": "user", "content": "x"},
                {"id": "b", "parent_id": "a", "role": "user", "content": "y"}]},
              {"id": "2", "title": "Doubles \u0000 \ud83d", "messages": [
                {"id": "a", "parent_id": null, "role": "user", "content": "one \u0000 \ud83d"},
                {"id": "a", "parent_id": null, "role": "user", "content": "two"}]},
              {"id": "3", "messages": [{"role": "user", "content": "plain"}, {"role": "tool", "content": "left out"},
                {"role": "ai", "content": [{"type": "text", "text": "parts"}]}]}]}
            """;

        var report = await ImportedAsync(world, File);

        Assert.Equal((2, 1), (report.Conversations, report.Failed));
        Assert.Contains(report.Problems, problem => problem.Problem.Contains("circle", StringComparison.Ordinal));
        Assert.Contains(report.Problems, problem => problem.Problem.Contains("same id", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"role": "user", "content": "*"}""", "")]
    [InlineData("""{"title": "*", "messages": [{"role": "user", "content": "x"}]}""", "")]
    [InlineData(
        """{"title": "*", "mapping": {"client-created-root": {"message": {"author": {"role": "user"}, "content": {"parts": ["x"]}}}}}""",
        ""
    )]
    [InlineData("""{"name": "*", "chat_messages": [{"sender": "human", "text": "x"}]}""", "")]
    [InlineData("""{"title": "*", "chat": {"history": {"messages": {"a": {"role": "user", "content": "x"}}}}}""", "")]
    [InlineData("""{"conversationId": " ", "title": "*", "messages": [{"text": "x", "isCreatedByUser": true}]}""", "")]
    [InlineData("""[{"role": "user", "content": "*"}]""", "chat-history")]
    public async Task What_has_no_id_is_known_by_what_it_says(string conversation, string storage)
    {
        await using var world = await ConversationsWorld.CreateAsync();
        string FileOf(string text) =>
            storage.Length == 0
                ? $"[{conversation.Replace("*", text, StringComparison.Ordinal)}]"
                : $"{{{JsonSerializer.Serialize(storage)}: {conversation.Replace("*", text, StringComparison.Ordinal)}}}";

        var first = await ImportedAsync(world, FileOf("One"));
        var other = await ImportedAsync(world, FileOf("Another"));
        var again = await ImportedAsync(world, FileOf("One"));

        Assert.Equal((1, 0), (first.Conversations, first.Known));
        Assert.Equal((1, 0), (other.Conversations, other.Known));
        Assert.Equal((0, 1), (again.Conversations, again.Known));
    }

    [Fact]
    public async Task Several_first_questions_are_branches_and_a_leaf_that_is_missing_is_the_last_message()
    {
        await using var world = await ConversationsWorld.CreateAsync();
        const string File = """
            [{"conversationId": "1", "title": "Two beginnings", "messages": [
              {"messageId": "a", "parentMessageId": "00000000-0000-0000-0000-000000000000", "text": "One", "isCreatedByUser": true},
              {"messageId": "b", "parentMessageId": "a", "text": "First", "isCreatedByUser": false},
              {"messageId": "c", "parentMessageId": "00000000-0000-0000-0000-000000000000", "text": "Uno", "isCreatedByUser": true},
              {"messageId": "d", "parentMessageId": "c", "text": "Primo", "isCreatedByUser": false}]}]
            """;

        await ImportedAsync(world, File);

        var row = Assert.Single((await world.CallAsync((ConversationReader reader) => reader.ListAsync(new(0, 9), false, Cancel))).Items);
        var messages = await world.MessagesAsync(row.Id);
        Assert.Equal(["Uno", "Primo"], messages.Select(m => m.Content));
        Assert.Equal((2, 2), (messages[0].Branch, messages[0].Branches));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task What_is_exported_as_json_is_imported_by_somebody_else(TestDatabase database)
    {
        await using var world = await ConversationsWorld.CreateAsync(database);
        await ImportedAsync(world, ChatGpt);
        var id = (await world.CallAsync((ConversationReader reader) => reader.ListAsync(new(0, 9), false, Cancel))).Items[0].Id;

        var json = await ExportedAsync(world, id, ExportFormat.Json);
        var markdown = await ExportedAsync(world, id, ExportFormat.Markdown);
        var report = Assert.IsType<Outcome<ImportReport>.Ok>(
            await world.CallAsync((ConversationImport import) => import.RunAsync(Encoding.UTF8.GetBytes(json), false, Cancel), world.Ursula)
        );

        Assert.Equal((1, 3), (report.Value.Conversations, report.Value.Messages));
        Assert.Equal(3, JsonDocument.Parse(json).RootElement.GetProperty("conversations")[0].GetProperty("messages").GetArrayLength());
        Assert.StartsWith("# Lamps", markdown, StringComparison.Ordinal);
        Assert.Contains("There", markdown, StringComparison.Ordinal);
        Assert.DoesNotContain("First", markdown, StringComparison.Ordinal);
    }

    private static async Task<string> ExportedAsync(ConversationsWorld world, Guid id, ExportFormat format)
    {
        using var file = new MemoryStream();
        await world.CallAsync(
            async (ConversationExport export) =>
            {
                await export.WriteAsync((await export.FindAsync(id, Cancel))!, format, file, Cancel);
                return true;
            }
        );
        return Encoding.UTF8.GetString(file.ToArray());
    }

    private static Task<Outcome<ImportReport>> ImportAsync(ConversationsWorld world, string file, bool isPreview) =>
        world.CallAsync((ConversationImport import) => import.RunAsync(Encoding.UTF8.GetBytes(file), isPreview, Cancel));

    private static async Task<ImportReport> ImportedAsync(ConversationsWorld world, string file, bool isPreview = false) =>
        Assert.IsType<Outcome<ImportReport>.Ok>(await ImportAsync(world, file, isPreview)).Value;
}
