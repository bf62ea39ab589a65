using System.Text;
using System.Text.Json;
using Sanctum.Configurator.Features.Messaging.Channels;
using Sanctum.Configurator.Features.Messaging.Channels.Telegram;
using Sanctum.Configurator.Features.Messaging.Incoming;
using Sanctum.Configurator.Registry.Messaging;
using Sanctum.Configurator.Tests.Support;
using Telegram.Bot.Types;

namespace Sanctum.Configurator.Tests.Features.Messaging.Channels.Telegram;

/// <summary>What was reported of other programs between Telegram and an agent.</summary>
public sealed class TroublesOfTelegramBotsTests
{
    private const string Earlier =
        """, "reply_to_message": {"message_id": 1, "date": 1, "chat": {"id": 7, "type": "private"}, "from": {"id": 4242, "is_bot": true, "first_name": "A"}, "text": "One lamp.\nTwo chairs."}""";

    private static readonly OpenChannel Channel = new(3, "Bot", "telegram", 9, ChannelSettings.None, null, null, 1);
    private static readonly User Bot = new()
    {
        Id = 4242,
        IsBot = true,
        FirstName = "Athena",
    };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void A_reply_says_what_it_is_about()
    {
        Assert.Equal("[In reply to your message: “One lamp. Two chairs.”]\ndone?", Read("done?", Earlier).Text);
        Assert.Equal(
            "[In reply to your message: “Two chairs.”]\ndone?",
            Read("done?", $$"""{{Earlier}}, "quote": {"text": "Two chairs.", "position": 10}""").Text
        );
        Assert.Equal("/stop", Read("/stop", Earlier).Text); // A command stands alone.
        var long_ = Earlier.Replace("One lamp", string.Concat(Enumerable.Repeat("😀", 400)), StringComparison.Ordinal);
        var text = Read("done?", long_).Text;
        Assert.InRange(text.Length, 500, 560);
        Assert.Equal(text, Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)));
    }

    [Fact]
    public void A_reply_to_a_picture_or_a_voice_names_it_and_the_head_of_a_topic_is_none()
    {
        const string Photo =
            """, "reply_to_message": {"message_id": 1, "date": 1, "chat": {"id": 7, "type": "private"}, "from": {"id": 8, "is_bot": false, "first_name": "Bob"}, "photo": [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]}""";
        const string Head =
            """, "reply_to_message": {"message_id": 1, "date": 1, "chat": {"id": 7, "type": "private"}, "forum_topic_created": {"name": "Ops", "icon_color": 1}}""";
        Assert.Equal("[In reply to the message of Bob: “photo.jpg”]\nthis one", Read("this one", Photo).Text);
        Assert.Equal("hello", Read("hello", Head).Text);
    }

    [Fact]
    public void The_general_topic_of_a_group_has_no_number_to_answer_to()
    {
        var message = Read("hello", """, "is_topic_message": true, "message_thread_id": 1""");
        Assert.Equal("7", message.Chat);
    }

    [Fact]
    public async Task An_answer_into_a_topic_that_was_deleted_goes_into_the_group()
    {
        await using var world = await ChannelsWorld.CreateAsync();
        await using var telegram = await FakeTelegram.StartAsync();
        await world.AddAsync(TelegramChannelTests.Form(telegram));
        telegram.Judge = call =>
            call.Sent["message_thread_id"] is not null ? FakeTelegram.Error(400, "Bad Request: message thread not found") : null;
        await world.EnqueueAsync(1, "done", "-100:12");
        await world.SendAsync();
        Assert.Equal([OutboxStatus.Sent], await world.StatesAsync());
        Assert.Equal("done", telegram.Texts[^1]);
    }

    [Theory]
    [InlineData("notes.txt", "text/plain", "two lamps\n", "[text of notes.txt]\ntwo lamps\n\n[end of notes.txt]")]
    [InlineData("prices.CSV", null, "lamp;12 €", "[text of prices.CSV]\nlamp;12 €\n[end of prices.CSV]")]
    [InlineData("a]b.md", "application/octet-stream", "# Plan", "[text of ab.md]\n# Plan\n[end of ab.md]")]
    [InlineData("odd.txt", "text/plain", "a\0b", "[file odd.txt: It holds no text that can be read.]")]
    public async Task A_file_of_text_reaches_the_agent_as_text(string name, string? type, string content, string expected)
    {
        var text = await TakenAsync(name, type, Encoding.UTF8.GetBytes(content));
        Assert.Equal($"Look\n\n{expected}", text);
    }

    [Fact]
    public async Task A_long_file_is_read_as_far_as_it_goes_and_said_to_be_longer()
    {
        var text = await TakenAsync("log.txt", "text/plain", Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("é", 100_000))));
        Assert.StartsWith(
            "Look\n\n[text of log.txt: The first 65,536 of its 200,000 bytes were read.]\néé",
            text,
            StringComparison.Ordinal
        );
        Assert.DoesNotContain('\uFFFD', text);
        Assert.EndsWith("é\n[end of log.txt]", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Letters_of_an_old_table_and_those_of_Windows_are_read()
    {
        var old = await TakenAsync("a.csv", "text/csv", [0x47, 0x72, 0xFC, 0xDF, 0x65]);
        Assert.Contains(
            "[text of a.csv: Its letters were read as Windows-1252, as it does not say.]\nGrüße",
            old,
            StringComparison.Ordinal
        );
        var wide = await TakenAsync("a.txt", "text/plain", [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes("Grüße")]);
        Assert.Contains("[text of a.txt]\nGrüße", wide, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_can_not_be_had_keeps_no_message_back_and_shows_no_token()
    {
        var text = await TakenAsync("notes.txt", "text/plain", null);
        Assert.Equal("Look\n\n[file notes.txt: Telegram did not hand it out. Ask for it once more.]", text);
    }

    [Fact]
    public async Task An_album_is_one_message_with_its_text_wherever_that_stands()
    {
        await using var world = await ChannelsWorld.CreateAsync();
        await using var telegram = await FakeTelegram.StartAsync();
        await world.AddAsync(TelegramChannelTests.Form(telegram));
        Photo(10, "");
        Photo(11, ", \"caption\": \"Which lamp?\"");
        Photo(12, "");
        telegram.Write(13, "next");
        await world.Host.TickAsync(Cancel);
        await Wait.UntilAsync(() => world.Accepted.Count == 2 && telegram.Offset == 14);
        Assert.Equal(["Which lamp?", "next"], world.Accepted.Select(message => message.Text));
        Assert.Equal((3, "10"), (world.Accepted[0].Attachments.Count, world.Accepted[0].ExternalId));

        void Photo(int id, string more) =>
            telegram.Add(
                id,
                "message",
                $$"""{"message_id": {{id}}, "date": 1764000000, "media_group_id": "9", "chat": {"id": 7, "type": "private"}, "from": {"id": 7, "is_bot": false, "first_name": "Ada"}, "photo": [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]{{more}}}"""
            );
    }

    /// <param name="content">Null where Telegram has it no more.</param>
    private static async Task<string> TakenAsync(string name, string? type, byte[]? content)
    {
        await using var world = await ChannelsWorld.CreateAsync();
        await using var telegram = await FakeTelegram.StartAsync();
        await world.AddAsync(TelegramChannelTests.Form(telegram));
        if (content is not null)
        {
            telegram.Files["documents/file 1.txt"] = content;
        }

        var document = JsonSerializer.Serialize(
            new Dictionary<string, object?>
            {
                ["file_id"] = "documents/file 1.txt",
                ["file_unique_id"] = "u",
                ["file_name"] = name,
                ["mime_type"] = type,
                ["file_size"] = content?.Length ?? 5,
            }
                .Where(pair => pair.Value is not null)
                .ToDictionary()
        );
        telegram.Add(
            10,
            "message",
            $$"""{"message_id": 10, "date": 1764000000, "chat": {"id": 7, "type": "private"}, "from": {"id": 7, "is_bot": false, "first_name": "Ada"}, "caption": "Look", "document": {{document}}}"""
        );
        await world.Host.TickAsync(Cancel);
        await Wait.UntilAsync(() => world.Accepted.Count == 1);
        var message = Assert.Single(world.Accepted);
        Assert.Equal(name, Assert.Single(message.Attachments).Name);
        Assert.DoesNotContain(FakeTelegram.Token, message.Text, StringComparison.Ordinal);
        return message.Text;
    }

    private static IncomingMessage Read(string text, string more) =>
        TelegramUpdates.Read(
            TelegramUpdates.Parse(
                JsonDocument.Parse($$"""{"update_id": 1, "message": {{FakeTelegram.Message(5, text, more: more)}}}""").RootElement
            )!,
            Channel,
            Bot
        )!;
}
