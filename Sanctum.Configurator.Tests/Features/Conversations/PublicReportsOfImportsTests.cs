using System.Globalization;
using System.Text;
using System.Text.Json;
using Sanctum.Configurator.Features.Conversations.Keeping;
using Sanctum.Configurator.Features.Conversations.Transfer;
using Sanctum.Configurator.Features.GeneratedCode;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Conversations;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Conversations;

/// <summary>What people reported of programs that import the exports of chats, each as an input of ours.</summary>
public sealed class PublicReportsOfImportsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>
    /// LibreChat 9491, 13630 and 15229, chatgpt-exporter 309: newer exports of ChatGPT have thoughts, marks of citations, and documents beside
    /// the chat, name the model once, and leave out metadata.
    /// </summary>
    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Thoughts_citations_and_documents_of_ChatGPT_are_what_they_are(TestDatabase database)
    {
        const string File = """
            [{"title": "", "id": "g-1", "create_time": 1.7e9, "current_node": "n8", "default_model_slug": "gpt-5", "mapping": {
              "n0": {"message": null, "parent": null},
              "n1": {"parent": "n0", "message": {"author": {"role": "user"}, "create_time": null, "content": {"content_type": "multimodal_text",
                "parts": [{"content_type": "image_asset_pointer", "asset_pointer": "sediment://file_1"}]}}},
              "n2": {"parent": "n1", "message": {"author": {"role": "assistant"}, "recipient": "all", "content": {"content_type": "thoughts",
                "thoughts": [{"summary": "Looking", "content": "A lamp, I think."}]}}},
              "n3": {"parent": "n2", "message": {"author": {"role": "assistant"}, "content": {"content_type": "reasoning_recap",
                "content": "Thought for 5 seconds"}}},
              "n4": {"parent": "n3", "message": {"author": {"role": "assistant"}, "recipient": "web.run", "content": {"content_type": "code",
                "language": "unknown", "text": "{\"search_query\":[]}"}}},
              "n5": {"parent": "n4", "message": {"author": {"role": "tool", "name": "web.run"}, "content": {"content_type": "text", "parts": ["secret"]}}},
              "n6": {"parent": "n5", "message": {"author": {"role": "assistant"}, "recipient": "all", "create_time": 1700000009,
                "metadata": {"content_references": [{"matched_text": "\ue200cite\ue202turn0search0\ue201", "alt": "([Lamps](https://l.example))"}]},
                "content": {"content_type": "text", "parts": ["A lamp. \ue200cite\ue202turn0search0\ue201\ue200navlist\ue202x\ue201"]}}},
              "n7": {"parent": "n6", "message": {"author": {"role": "assistant"}, "recipient": "canmore.create_textdoc", "content": {"content_type":
                "code", "language": "json", "text": "{\"name\":\"Lamp card\",\"type\":\"code/html\",\"content\":\"<b>```</b>\\n\"}"}}},
              "n8": {"parent": "n7", "message": {"author": {"role": "tool", "name": "canmore.create_textdoc"}, "content": {"parts": ["ok"]}}}}}]
            """;

        var messages = await MessagesAsync(File, database);

        Assert.Equal(
            ["*(Image, which the export leaves out)*", "A lamp. ([Lamps](https://l.example))"],
            messages.Take(2).Select(m => m.Content)
        );
        Assert.Equal("**Lamp card**\n\n````html\n<b>```</b>\n````", messages[2].Content);
        Assert.Equal((3, "A lamp, I think.", "gpt-5"), (messages.Count, messages[1].Reasoning, messages[2].Model));
        Assert.Equal(
            [0.0, 9.0, 9.001],
            messages.Select(m => (m.CreatedAt - DateTimeOffset.FromUnixTimeSeconds(1_700_000_000)).TotalSeconds)
        );
    }

    /// <summary>
    /// CherryHQ/cherry-studio 16164 and 18135, loominary 11, BoltAI 243: artifacts are calls of tools, the text beside them says that the device
    /// doesn't show them, and a first message that was edited begins a branch.
    /// </summary>
    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Artifacts_thoughts_and_branches_of_Claude_come_along(TestDatabase database)
    {
        const string File = """
            [{"uuid": "u-1", "name": "Cards", "created_at": "2026-05-01T10:00:00Z", "chat_messages": [
              {"uuid": "m1", "sender": "human", "text": "A card?", "parent_message_uuid": "00000000-0000-4000-8000-000000000000"},
              {"uuid": "m2", "sender": "assistant", "text": "First", "parent_message_uuid": "m1"},
              {"uuid": "m3", "sender": "human", "text": "", "content": [{"type": "text", "text": "A red card?"}], "files": [{"file_name": "card.png"}],
               "parent_message_uuid": "00000000-0000-4000-8000-000000000000"},
              {"uuid": "m4", "sender": "assistant", "text": "", "content": [], "parent_message_uuid": "m3"},
              {"uuid": "m5", "sender": "assistant", "text": "Here.\n```\nThis block is not supported on your current device yet.\n```\nDone.",
               "content": [{"type": "thinking", "thinking": "Red."}, {"type": "text", "text": "Here."},
                {"type": "tool_use", "name": "artifacts", "input": {"command": "create", "type": "application/vnd.ant.react", "title": "Card",
                  "content": "export const Card = () => <b/>;"}},
                {"type": "tool_result", "name": "artifacts", "content": [{"type": "text", "text": "OK"}]},
                {"type": "tool_use", "name": "create_file", "input": {"path": "/mnt/user-data/card.css", "file_text": "b { color: red }"}},
                {"type": "text", "text": "Done."}], "parent_message_uuid": "m4"}]}]
            """;

        await using var world = await ConversationsWorld.CreateAsync(database);
        var messages = await MessagesAsync(world, File);

        Assert.Equal(["A red card?\n\n*(card.png, which the export leaves out)*", Said], messages.Select(m => m.Content));
        Assert.Equal(("Red.", 2), (messages[1].Reasoning, messages[0].Branches));
        var made = await world.CallAsync((CodeReader code) => code.ListAsync(new(), new(0, 9), Cancel));
        Assert.Equal(["css", "jsx"], Assert.IsType<Outcome<PageOf<CodeRow>>.Ok>(made).Value.Items.Select(block => block.Language).Order());
    }

    private const string Said =
        "Here.\n\n**Card**\n\n```jsx\nexport const Card = () => <b/>;\n```\n\n**card.css**\n\n```css\nb { color: red }\n```\n\nDone.";

    /// <summary>LibreChat 13802: thoughts stand in the text, in a list beside it, or in parts; calls of tools are no words of the answer.</summary>
    [Theory]
    [InlineData(
        """[{"id": "1", "chat": {"history": {"messages": {"a": {"role": "assistant", "content": "<details type=\"reasoning\" done=\"true\">\n<summary>Thought for 3 seconds</summary>\n&gt; Hm &lt;b&gt;.\n&gt; So.\n</details>\n<details type=\"tool_calls\" result=\"secret\"><summary>Tool</summary></details>\nThere"}}}}}]"""
    )]
    [InlineData(
        """[{"id": "1", "chat": {"history": {"messages": {"a": {"role": "assistant", "content": "", "output": [{"type": "reasoning", "summary": [], "content": [{"type": "output_text", "text": "Hm <b>.\nSo."}]}, {"type": "function_call", "arguments": "secret"}, {"type": "message", "content": [{"type": "output_text", "text": "There"}]}]}}}}}]"""
    )]
    [InlineData(
        """{"conversationId": "1", "messages": [{"messageId": "a", "text": "", "content": [{"type": "think", "think": "Hm <b>.\nSo."}, {"type": "tool_call", "tool_call": {"output": "secret"}}, {"type": "text", "text": {"value": "There"}}]}]}"""
    )]
    [InlineData("""{"conversationId": "1", "messages": [{"messageId": "a", "text": ":::thinking\nHm <b>.\nSo.\n:::\n\nThere"}]}""")]
    public async Task Thoughts_of_others_are_thoughts(string file)
    {
        var message = Assert.Single(await MessagesAsync(file));

        Assert.Equal(("There", "Hm <b>.\nSo."), (message.Content, message.Reasoning));
    }

    /// <summary>
    /// LibreChat 9491, open-webui 24424: a node of the system, of a tool, or one that failed stands between two messages, or is the last one.
    /// </summary>
    [Theory]
    [InlineData(
        """[{"id": "1", "chat": {"history": {"currentId": "d", "messages": {"a": {"role": "user", "content": "One"}, "b": {"role": "tool", "parentId": "a"}, "c": {"role": "assistant", "content": "Two", "parentId": "b"}, "d": {"role": "tool", "parentId": "c"}}}}}]"""
    )]
    [InlineData(
        """{"conversations": [{"id": "1", "leaf": "d", "messages": [{"id": "a", "parent_id": null, "role": "user", "content": "One"}, {"id": "b", "parent_id": "a", "role": "tool"}, {"id": "c", "parent_id": "b", "role": "ai", "content": "Two"}, {"id": "d", "parent_id": "c", "role": "tool"}]}]}"""
    )]
    [InlineData(
        """[{"uuid": "1", "current_leaf_message_uuid": "d", "chat_messages": [{"uuid": "a", "sender": "human", "text": "One"}, {"uuid": "b", "sender": "assistant", "text": "", "parent_message_uuid": "a"}, {"uuid": "c", "sender": "assistant", "text": "Two", "parent_message_uuid": "b"}, {"uuid": "d", "sender": "assistant", "text": "", "parent_message_uuid": "c"}]}]"""
    )]
    public async Task What_stands_between_two_messages_parts_them_not(string file) =>
        Assert.Equal(["One", "Two"], (await MessagesAsync(file)).Select(m => m.Content));

    /// <summary>lobehub 10960, chatbox 2443: one list has the messages of all conversations; messages have parts.</summary>
    [Theory]
    [InlineData(
        """{"exportType": "all", "state": {"sessions": [{"id": "s", "meta": {"title": "Lamps"}}], "topics": [{"id": "t", "title": "Cards"}], "messages": [{"id": "2", "role": "assistant", "content": "There", "sessionId": "s", "createdAt": 2000, "reasoning": {"content": "Hm."}}, {"id": "3", "role": "user", "content": "A card?", "sessionId": "s", "topicId": "t", "createdAt": 3000}, {"id": "1", "role": "user", "content": "Where?", "sessionId": "s", "createdAt": 1000}]}}"""
    )]
    [InlineData(
        """{"chat-sessions": [{"id": "t", "name": "Cards", "messages": [{"role": "user", "contentParts": [{"type": "text", "text": "A card?"}]}]}, {"id": "s", "name": "Lamps", "messages": [{"role": "user", "contentParts": [{"type": "text", "text": "Where?"}]}, {"role": "assistant", "contentParts": [{"type": "image"}, {"type": "text", "text": "There"}]}]}]}"""
    )]
    public async Task Conversations_are_not_mixed(string file)
    {
        await using var world = await ConversationsWorld.CreateAsync();
        await ImportedAsync(world, file);
        var rows = (await world.CallAsync((ConversationReader reader) => reader.ListAsync(new(0, 9), false, Cancel))).Items;
        var lamps = await world.MessagesAsync(rows.Single(row => row.Title == "Lamps").Id);
        var cards = await world.MessagesAsync(rows.Single(row => row.Title == "Cards").Id);

        Assert.Equal(["Where?", "There"], lamps.Select(m => m.Content));
        Assert.Equal(["A card?"], cards.Select(m => m.Content));
    }

    /// <summary>BetterChatGPT 611, LibreChat 4513: what the program itself exported comes back with less than it had.</summary>
    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task An_export_of_ours_comes_back_with_files_calls_and_what_went_wrong(TestDatabase database)
    {
        const string File = """
            {"format": "sanctum-conversations-1", "conversations": [{"id": "1", "title": "Lamps", "messages": [
              {"id": "a", "parent_id": null, "role": "user", "content": "Read it", "state": "complete", "attachments": [{"name": "a.txt", "text": "lamp \u0000"}]},
              {"id": "b", "parent_id": "a", "role": "assistant", "content": "A la", "state": "cut_off", "problem": "It broke off.",
               "tool_calls": [{"id": "1", "name": "look", "arguments": "{}", "result": "none", "is_bad": true}]},
              {"id": "c", "parent_id": "b", "role": "assistant", "content": "x", "state": "waiting", "attachments": ["a", {"name": 5}],
               "tool_calls": [{"id": "2", "type": "function", "function": {"name": "f", "arguments": "{}"}}]}]}]}
            """;

        var messages = await MessagesAsync(File, database);

        Assert.Equal(new ConversationAttachment("a.txt", "lamp \ufffd"), Assert.Single(messages[0].Attachments));
        Assert.Equal(new ConversationToolCall("1", "look", "{}", "none", true), Assert.Single(messages[1].ToolCalls));
        Assert.Equal((ConversationMessageState.CutOff, "It broke off."), (messages[1].State, messages[1].Problem));
        Assert.Equal(
            (ConversationMessageState.Complete, 0, 0),
            (messages[2].State, messages[2].Attachments.Count, messages[2].ToolCalls.Count)
        );
    }

    /// <summary>markdown-mark 25, thorium-reader 1975, AppFlowy 2873: a title of signs, or of a word that a system reserves, is no name.</summary>
    [Theory]
    [InlineData("6/20/2023: größe?", "6-20-2023--größe.md")]
    [InlineData("💙💛", "conversation.md")]
    [InlineData("..", "conversation.md")]
    [InlineData("con", "conversation-con.md")]
    [InlineData("\ud83d", "conversation.md")]
    [InlineData(null, "conversation.md")]
    public void A_file_has_a_name_that_every_system_takes(string? title, string name) =>
        Assert.Equal(name, ConversationExport.FileNameOf(new() { Title = title }, ExportFormat.Markdown));

    /// <summary>basic-memory 234, ChungusHub 7: thousands of messages, each in the one before.</summary>
    [Fact]
    public async Task A_conversation_of_thousands_of_messages_in_each_other_is_read()
    {
        const int Most = 3_000;
        var file = new StringBuilder("""{"conversationId": "1", "title": "Deep", "messages": [""");
        for (var at = 0; at < Most; at++)
        {
            file.Append(
                CultureInfo.InvariantCulture,
                $$"""{"messageId": "{{at}}", "text": "{{at}}", "isCreatedByUser": {{(at % 2 == 0 ? "true" : "false")}}, "children": ["""
            );
        }

        await using var world = await ConversationsWorld.CreateAsync();
        var report = await ImportedAsync(world, $"{file}{string.Concat(Enumerable.Repeat("]}", Most))}]}}");

        Assert.Equal((1, Most), (report.Conversations, report.Messages));
    }

    /// <summary>jan 8415, LibreChat 13611, llmchat 58: ids are empty, or name themselves, and the import never ends.</summary>
    [Theory]
    [InlineData(
        """[{"title": "1", "messages": [{"id": "", "role": "user", "content": "One"}, {"id": "b", "role": "ai", "content": "Two"}]}]"""
    )]
    [InlineData(
        """[{"title": "1", "messages": [{"id": "a", "parent_id": "a", "role": "user", "content": "One"}, {"id": "", "parent_id": "a", "role": "ai", "content": "Two"}]}]"""
    )]
    [InlineData(
        """[{"id": "1", "mapping": {"": {"parent": "", "message": {"author": {"role": "user"}, "content": {"parts": ["One"]}}}, "b": {"parent": "", "message": {"author": {"role": "assistant"}, "content": {"parts": ["Two"]}}}}}]"""
    )]
    public async Task Empty_ids_end_and_part_nothing(string file) =>
        Assert.Equal(["One", "Two"], (await MessagesAsync(file)).Select(m => m.Content));

    /// <summary>LibreChat 10011, elie222/rakazo 416: what is deep, half a character, or beyond all time ends the whole import.</summary>
    [Theory]
    [InlineData("""[{"role": "user", "content": DEEP}, {"role": "user", "content": "fine"}]""")]
    [InlineData("""{"a": "\ud83d", "\ud83d": [{"role": "user", "content": "fine"}]}""")]
    [InlineData("""{"a": "[{\"role\": \"user\", \"content\": \"fine\"}] \ud83d", "b": [{"role": "user", "content": "fine"}]}""")]
    [InlineData("""[{"title": "1", "created_at": "9999-12-31T23:59:59.9999Z", "messages": [{"role": "user", "content": "fine"}]}]""")]
    [InlineData("""[{"title": "1", "created_at": "\ud83d", "messages": [{"role": "user", "content": "fine", "timestamp": 1e300}]}]""")]
    [InlineData(
        """[{"title": "1", "messages": [null, 1, [], {"role": "user", "content": "fine", "created_at": "0001-01-01T00:00:00"}]}]"""
    )]
    public async Task What_is_odd_in_a_file_ends_nothing(string file)
    {
        await using var world = await ConversationsWorld.CreateAsync();
        var deep = $"{new string('[', 5_000)}{new string(']', 5_000)}";

        var messages = await MessagesAsync(world, file.Replace("DEEP", deep, StringComparison.Ordinal));

        Assert.Equal("fine", messages[^1].Content);
        Assert.InRange(messages[^1].CreatedAt.Year, 1970, 2286);
    }

    private static async Task<IReadOnlyList<ConversationMessageView>> MessagesAsync(
        string file,
        TestDatabase database = TestDatabase.Sqlite
    )
    {
        await using var world = await ConversationsWorld.CreateAsync(database);
        return await MessagesAsync(world, file);
    }

    private static async Task<IReadOnlyList<ConversationMessageView>> MessagesAsync(ConversationsWorld world, string file)
    {
        await ImportedAsync(world, file);
        var row = Assert.Single((await world.CallAsync((ConversationReader reader) => reader.ListAsync(new(0, 9), false, Cancel))).Items);
        return await world.MessagesAsync(row.Id);
    }

    private static async Task<ImportReport> ImportedAsync(ConversationsWorld world, string file) =>
        Assert
            .IsType<Outcome<ImportReport>.Ok>(
                await world.CallAsync((ConversationImport import) => import.RunAsync(Encoding.UTF8.GetBytes(file), false, Cancel))
            )
            .Value;
}
