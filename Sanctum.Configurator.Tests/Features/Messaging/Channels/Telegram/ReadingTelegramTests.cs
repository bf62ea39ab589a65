using System.Text.Json;
using Sanctum.Configurator.Features.Messaging.Channels;
using Sanctum.Configurator.Features.Messaging.Channels.Telegram;
using Sanctum.Configurator.Features.Messaging.Incoming;
using Sanctum.Configurator.Features.Messaging.Intake;
using Sanctum.Configurator.Tests.Support;
using Telegram.Bot.Types;

namespace Sanctum.Configurator.Tests.Features.Messaging.Channels.Telegram;

public sealed class ReadingTelegramTests
{
    private const string Group = """, "chat": {"id": -100, "type": "supergroup", "title": "All"}""";

    private static readonly OpenChannel Channel = new(3, "Bot", "telegram", 9, ChannelSettings.None, null, null, 1);
    private static readonly User Bot = new()
    {
        Id = 4242,
        IsBot = true,
        FirstName = "Athena",
        Username = "AthenaBot",
    };

    [Fact]
    public void A_text_says_who_wrote_it_and_where_the_answer_goes()
    {
        var message = Read("message", FakeTelegram.Message(5, "/start hello"))!;

        Assert.Equal(("telegram", "7", "ada", "Ada L"), (message.Platform, message.PlatformUserId, message.Username, message.DisplayName));
        Assert.Equal(("/start hello", 9, "7", "5"), (message.Text, message.AgentId, message.Chat, message.ExternalId));
        Assert.Equal(1764000000, message.WrittenAt!.Value.ToUnixTimeSeconds());
    }

    [Theory]
    [InlineData("hi all", "", null)]
    [InlineData("@AthenaBot, hi", """, "entities": [{"type": "mention", "offset": 0, "length": 10}]""", "hi")]
    [InlineData("hi @athenabot", """, "entities": [{"type": "mention", "offset": 3, "length": 10}]""", "hi")]
    [InlineData("hi @OtherBot", """, "entities": [{"type": "mention", "offset": 3, "length": 9}]""", null)]
    [InlineData("/stop@AthenaBot", """, "entities": [{"type": "bot_command", "offset": 0, "length": 15}]""", "/stop")]
    [InlineData("/stop@OtherBot", """, "entities": [{"type": "bot_command", "offset": 0, "length": 14}]""", null)]
    [InlineData("/new", """, "entities": [{"type": "bot_command", "offset": 0, "length": 4}]""", "/new")]
    [InlineData(
        "yes",
        """, "reply_to_message": {"message_id": 1, "date": 1, "chat": {"id": -100, "type": "supergroup"}, "from": {"id": 4242, "is_bot": true, "first_name": "A"}}""",
        "yes"
    )]
    [InlineData(
        "yes",
        """, "reply_to_message": {"message_id": 1, "date": 1, "chat": {"id": -100, "type": "supergroup"}, "from": {"id": 8, "is_bot": false, "first_name": "B"}}""",
        null
    )]
    public void In_a_group_only_what_is_meant_for_the_bot_counts(string text, string more, string? expected)
    {
        var json = $$"""
            {"message_id": 5, "date": 1764000000, "from": {"id": 7, "is_bot": false, "first_name": "Ada"}, "text": {{JsonSerializer.Serialize(
                text
            )}}{{Group}}{{more}}}
            """;

        Assert.Equal(expected, Read("message", json)?.Text);
    }

    [Fact]
    public void A_topic_of_a_group_is_a_chat_of_its_own()
    {
        const string Json = """
            {"message_id": 5, "date": 1, "from": {"id": 7, "is_bot": false, "first_name": "Ada"}, "text": "/new", "is_topic_message": true, "message_thread_id": 12,
             "chat": {"id": -100, "type": "supergroup", "is_forum": true}, "entities": [{"type": "bot_command", "offset": 0, "length": 4}]}
            """;

        Assert.Equal("-100:12", Read("message", Json)!.Chat);
        Assert.Equal((-100L, 12), TelegramUpdates.ChatIn("-100:12"));
    }

    [Theory]
    [InlineData("""{"id": 1, "is_bot": true, "first_name": "Another bot"}""", "message")]
    [InlineData("""{"id": 7, "is_bot": false, "first_name": "Ada"}""", "edited_message")]
    public void Bots_and_edits_are_left_out(string from, string kind) =>
        Assert.Null(
            Read(
                kind,
                $$"""{"message_id": 5, "date": 1, "edit_date": 2, "from": {{from}}, "chat": {"id": 7, "type": "private"}, "text": "hi"}"""
            )
        );

    [Theory]
    [InlineData(
        """ "sticker": {"file_id": "f", "file_unique_id": "u", "type": "regular", "width": 1, "height": 1, "is_animated": false, "is_video": false, "emoji": "😀"}""",
        "[Sticker 😀]",
        null
    )]
    [InlineData(
        """ "photo": [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}], "caption": "Look" """,
        "Look",
        "photo.jpg"
    )]
    [InlineData(""" "photo": [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]""", "[photo.jpg]", "photo.jpg")]
    [InlineData(
        """ "document": {"file_id": "f", "file_unique_id": "u", "file_name": "a.pdf", "mime_type": "application/pdf"}""",
        "[a.pdf]",
        "a.pdf"
    )]
    [InlineData(""" "voice": {"file_id": "f", "file_unique_id": "u", "duration": 1}""", "[voice.ogg]", "voice.ogg")]
    [InlineData(""" "location": {"latitude": 52.5, "longitude": 13.4}""", "[Location: 52.5, 13.4]", null)]
    [InlineData(
        """ "text": "hi", "forward_origin": {"type": "hidden_user", "date": 1, "sender_user_name": "Bob"}""",
        "[Forwarded from Bob]\nhi",
        null
    )]
    [InlineData(""" "new_chat_title": "Another title" """, null, null)]
    public void What_is_no_text_is_named(string content, string? text, string? file)
    {
        var message = Read(
            "message",
            $$"""{"message_id": 5, "date": 1, "from": {"id": 7, "is_bot": false, "first_name": "Ada"}, "chat": {"id": 7, "type": "private"},{{content}}}"""
        );

        Assert.Equal(text, message?.Text);
        Assert.Equal(file, message?.Attachments.SingleOrDefault()?.Name);
        Assert.All(message?.Attachments ?? [], each => Assert.Null(each.Url)); // Its address would show the token.
    }

    [Theory]
    [InlineData(
        "callback_query",
        """{"id": "77", "from": {"id": 7, "is_bot": false, "first_name": "Ada"}, "chat_instance": "c", "data": "stop", "message": {"message_id": 5, "date": 1, "chat": {"id": 7, "type": "private"}}}"""
    )]
    [InlineData("stopped_message_generation", """{"chat": {"id": 7, "type": "private"}, "draft_id": 3}""")]
    public void Whoever_stops_an_answer_says_stop(string kind, string json)
    {
        var message = Read(kind, json)!;

        Assert.Equal(("/stop", "7", "7"), (message.Text, message.PlatformUserId, message.Chat));
    }

    [Theory]
    [InlineData("""{"update_id": 1, "message": {"message_id": "not a number"}}""")]
    [InlineData("""{"update_id": 1, "message": 5}""")]
    public void What_the_library_cannot_read_is_none(string json) =>
        Assert.Null(TelegramUpdates.Parse(JsonDocument.Parse(json).RootElement));

    [Theory]
    [InlineData("""{"update_id": 1, "brought_by_a_later_version": {"a": 1}}""")]
    [InlineData("""{"update_id": 1}""")]
    public void What_is_new_to_the_library_is_nothing(string json) =>
        Assert.Null(TelegramUpdates.Read(TelegramUpdates.Parse(JsonDocument.Parse(json).RootElement)!, Channel, Bot));

    private static IncomingMessage? Read(string kind, string json) =>
        TelegramUpdates.Read(
            TelegramUpdates.Parse(JsonDocument.Parse($$"""{"update_id": 1, "{{kind}}": {{json}}}""").RootElement)!,
            Channel,
            Bot
        );
}
