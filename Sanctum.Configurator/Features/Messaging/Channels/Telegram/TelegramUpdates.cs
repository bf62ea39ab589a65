using Sanctum.Configurator.Features.Messaging.Incoming;
using Telegram.Bot;
using Telegram.Bot.Types;
using Telegram.Bot.Types.Enums;

namespace Sanctum.Configurator.Features.Messaging.Channels.Telegram;

/// <summary>
/// Reads what comes from Telegram. Decided: messages of bots, edits and posts of channels are left out; in a group only what is meant for the
/// bot counts, by its name, a command or a reply; what is no text is named.
/// </summary>
internal static class TelegramUpdates
{
    /// <summary>The topic of a group that is none: what is sent to it by its number is refused.</summary>
    private const int General = 1;

    /// <summary>Characters that are told of what somebody replies to.</summary>
    private const int MostQuoted = 500;

    /// <summary>Pressed in a message of the bot's own to end the answer.</summary>
    public const string StopData = "stop";

    /// <summary>Null where the library can't read it.</summary>
    public static Update? Parse(JsonElement update)
    {
        try
        {
            return update.Deserialize<Update>(JsonBotAPI.Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public static int? IdOf(JsonElement update) =>
        update.ValueKind == JsonValueKind.Object && update.TryGetProperty("update_id", out var id) && id.TryGetInt32(out var number)
            ? number
            : null;

    /// <summary>What somebody wrote to the agent; null where nobody did.</summary>
    public static IncomingMessage? Read(Update update, OpenChannel channel, User bot) =>
        update switch
        {
            { Message: { } message } => OfMessage(message, channel, bot),
            { CallbackQuery: { Data: StopData, Message: { } under } press } => Of(
                channel,
                press.From,
                "/stop",
                ChatOf(under),
                $"stop:{press.Id}"
            ),
            { StoppedMessageGeneration: { } stopped } => new()
            {
                Platform = channel.Platform,
                PlatformUserId = stopped.Chat.Id.ToString(CultureInfo.InvariantCulture),
                Text = "/stop",
                AgentId = channel.AgentId,
                Chat = ChatOf(stopped.Chat.Id, stopped.MessageThreadId),
                ExternalId = $"stop:{update.Id}",
            },
            _ => null,
        };

    /// <summary>A chat as the outbox has it: its id, and that of the topic in it.</summary>
    public static string ChatOf(long chat, int? topic) =>
        topic is { } thread and not General
            ? string.Create(CultureInfo.InvariantCulture, $"{chat}:{thread}")
            : chat.ToString(CultureInfo.InvariantCulture);

    /// <summary>Null where the text is none.</summary>
    public static (long Chat, int? Topic)? ChatIn(string text)
    {
        var parts = text.Split(':');
        return long.TryParse(parts[0], CultureInfo.InvariantCulture, out var chat)
            ? (chat, parts.Length > 1 && int.TryParse(parts[1], CultureInfo.InvariantCulture, out var topic) ? topic : null)
            : null;
    }

    private static string ChatOf(Message message) => ChatOf(message.Chat.Id, message.IsTopicMessage ? message.MessageThreadId : null);

    private static IncomingMessage? OfMessage(Message message, OpenChannel channel, User bot)
    {
        if (message.From is not { IsBot: false } writer || message.Chat.Type == ChatType.Channel)
        {
            return null;
        }

        var text = message.Text ?? message.Caption ?? "";
        if (message.Chat.Type != ChatType.Private)
        {
            if (!IsMeantFor(message, text, bot))
            {
                return null;
            }

            text = WithoutName(text, bot);
        }

        var files = FilesOf(message);
        text = text.Trim().Length > 0 ? text : Named(message) ?? (files.Count > 0 ? $"[{files[0].Name}]" : "");
        if (text.Length == 0)
        {
            return null; // Somebody joined, a title was changed and the like.
        }

        text = OriginOf(message) is { } origin ? $"[Forwarded from {origin}]\n{text}" : text;
        return Of(
            channel,
            writer,
            text[0] != '/' && RepliedTo(message, bot) is { } earlier ? $"[In reply to {earlier}]\n{text}" : text,
            ChatOf(message),
            message.Id.ToString(CultureInfo.InvariantCulture)
        ) with
        {
            WrittenAt = new DateTimeOffset(DateTime.SpecifyKind(message.Date, DateTimeKind.Utc)),
            Attachments = files,
        };
    }

    private static IncomingMessage Of(OpenChannel channel, User writer, string text, string chat, string id) =>
        new()
        {
            Platform = channel.Platform,
            PlatformUserId = writer.Id.ToString(CultureInfo.InvariantCulture),
            Username = writer.Username,
            DisplayName = $"{writer.FirstName} {writer.LastName}".Trim(),
            Text = text,
            AgentId = channel.AgentId,
            Chat = chat,
            ExternalId = id,
            Metadata = writer.LanguageCode is { } language
                ? JsonSerializer.Serialize(new Dictionary<string, string> { ["language_code"] = language })
                : null,
        };

    private static bool IsMeantFor(Message message, string text, User bot)
    {
        if (message.ReplyToMessage?.From?.Id == bot.Id)
        {
            return true;
        }

        foreach (var entity in message.Entities ?? message.CaptionEntities ?? [])
        {
            var part =
                entity.Offset >= 0 && entity.Offset + entity.Length <= text.Length ? text.Substring(entity.Offset, entity.Length) : "";
            var isMeant = entity.Type switch
            {
                MessageEntityType.Mention => IsName(part, bot),
                MessageEntityType.TextMention => entity.User?.Id == bot.Id,
                MessageEntityType.BotCommand => !part.Contains('@', StringComparison.Ordinal) || IsName(part[part.IndexOf('@')..], bot),
                _ => false,
            };
            if (isMeant)
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsName(string part, User bot) => string.Equals(part, $"@{bot.Username}", StringComparison.OrdinalIgnoreCase);

    /// <summary>The agent need not read its own name in each message.</summary>
    private static string WithoutName(string text, User bot) =>
        bot.Username is { Length: > 0 } name
            ? text.Replace($"@{name}", "", StringComparison.OrdinalIgnoreCase).Trim(' ', ',', ':', '\n')
            : text;

    /// <summary>What a reply is about: the part that was chosen, or all of it. The agent may not know it, or not know which is meant.</summary>
    private static string? RepliedTo(Message message, User bot)
    {
        if (message.ReplyToMessage is not { ForumTopicCreated: null } earlier)
        {
            return message.Quote is { Text.Length: > 0 } quote ? Quoted("a message in another chat", quote.Text) : null;
        }

        var name = $"{earlier.From?.FirstName} {earlier.From?.LastName}".Trim();
        var whose =
            earlier.From?.Id == bot.Id ? "your message"
            : earlier.From?.Id == message.From?.Id ? "their own message"
            : $"the message of {(name.Length > 0 ? name : "somebody")}";
        var file = FilesOf(earlier) is [var first, ..] ? first.Name : null;
        var text = message.Quote?.Text ?? earlier.Text ?? earlier.Caption ?? Named(earlier) ?? file;
        return string.IsNullOrWhiteSpace(text) ? null : Quoted(whose, text);
    }

    private static string Quoted(string whose, string text)
    {
        var line = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        var cut = char.IsHighSurrogate(line[Math.Min(line.Length, MostQuoted) - 1]) ? MostQuoted - 1 : MostQuoted;
        return $"{whose}: “{(line.Length <= MostQuoted ? line : $"{line[..cut]}…")}”";
    }

    private static string? OriginOf(Message message) =>
        message.ForwardOrigin switch
        {
            null => null,
            MessageOriginUser { SenderUser: { } user } => $"{user.FirstName} {user.LastName}".Trim(),
            MessageOriginHiddenUser hidden => hidden.SenderUserName,
            MessageOriginChat { SenderChat.Title: { } title } => title,
            MessageOriginChannel { Chat.Title: { } title } => title,
            _ => "somebody else",
        };

    /// <summary>What is no text and no file, in words.</summary>
    private static string? Named(Message message) =>
        message switch
        {
            { Sticker: { } sticker } => $"[Sticker {sticker.Emoji}]".Replace(" ]", "]", StringComparison.Ordinal),
            { Venue: { } venue } => $"[Place: {venue.Title}, {venue.Address}]",
            { Location: { } at } => string.Create(CultureInfo.InvariantCulture, $"[Location: {at.Latitude}, {at.Longitude}]"),
            { Contact: { } contact } => $"[Contact: {contact.FirstName} {contact.LastName}, {contact.PhoneNumber}]",
            { Poll: { } poll } => $"[Poll: {poll.Question}]",
            { Dice: { } dice } => $"[{dice.Emoji} {dice.Value}]",
            _ => null,
        };

    private static IReadOnlyList<MessageAttachment> FilesOf(Message message) =>
        message switch
        {
            { Photo.Length: > 0 } => [new("photo.jpg", "image/jpeg", null)],
            { Animation: { } animation } => [new(animation.FileName ?? "animation.mp4", animation.MimeType, null)],
            { Document: { } document } => [new(document.FileName ?? "file", document.MimeType, null)],
            { Video: { } video } => [new(video.FileName ?? "video.mp4", video.MimeType, null)],
            { VideoNote: not null } => [new("video.mp4", "video/mp4", null)],
            { Voice: { } voice } => [new("voice.ogg", voice.MimeType, null)],
            { Audio: { } audio } => [new(audio.FileName ?? "audio.mp3", audio.MimeType, null)],
            _ => [],
        };
}
