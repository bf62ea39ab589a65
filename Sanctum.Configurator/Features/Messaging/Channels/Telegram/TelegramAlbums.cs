using Sanctum.Configurator.Features.Messaging.Incoming;
using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Channels.Telegram;

/// <summary>
/// Pictures and files that somebody sends at once come as a message each, of which one has the text. They are one message to the agent, as far
/// as they come together.
/// </summary>
internal static class TelegramAlbums
{
    /// <summary>The updates in their order, those of an album together.</summary>
    public static IEnumerable<IReadOnlyList<JsonElement>> Of(IReadOnlyList<JsonElement> updates)
    {
        for (var at = 0; at < updates.Count; )
        {
            var album = AlbumOf(updates[at]);
            var count = 1;
            while (album is not null && at + count < updates.Count && AlbumOf(updates[at + count]) == album)
            {
                count++;
            }

            yield return [.. updates.Skip(at).Take(count)];
            at += count;
        }
    }

    /// <summary>The first with the files of all, and with whatever one of them says.</summary>
    public static IncomingMessage Join(IReadOnlyList<IncomingMessage> messages)
    {
        var texts = messages.Where(message => !IsOnlyName(message)).Select(message => message.Text).ToList();
        var text = texts.Count > 0 ? string.Join("\n\n", texts) : messages[0].Text;
        return messages is [var only]
            ? only
            : messages[0] with
            {
                Text = text.Length <= LengthLimits.Message ? text : texts[0],
                Attachments = [.. messages.SelectMany(message => message.Attachments)],
            };
    }

    /// <summary>It has no text but the name of its file.</summary>
    private static bool IsOnlyName(IncomingMessage message) => message.Attachments is [var file] && message.Text == $"[{file.Name}]";

    private static (string Chat, string Album)? AlbumOf(JsonElement update) =>
        update.ValueKind == JsonValueKind.Object
        && update.TryGetProperty("message", out var message)
        && message.ValueKind == JsonValueKind.Object
        && message.TryGetProperty("media_group_id", out var album)
        && album.ValueKind == JsonValueKind.String
        && message.TryGetProperty("chat", out var chat)
            ? (chat.GetRawText(), album.GetString()!)
            : null;
}
