using Sanctum.Configurator.Platform.Outbound;
using Telegram.Bot;
using Telegram.Bot.Exceptions;
using Telegram.Bot.Types.Enums;
using Telegram.Bot.Types.ReplyMarkups;

namespace Sanctum.Configurator.Features.Messaging.Channels.Telegram;

/// <summary>
/// Shows an answer while it is written: as Telegram's own draft with its button to stop, in private chats of servers that have it; else as a
/// silent message that is edited, with a button below, and taken away at the end.
/// </summary>
internal sealed class TelegramDrafts(OutboundHttp http)
{
    /// <summary>Between two changes, as Telegram allows: one a second, and in groups 20 a minute.</summary>
    private static readonly TimeSpan InPrivate = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan InGroups = TimeSpan.FromSeconds(3);

    public async Task<ShownDraft> ShowAsync(
        OpenChannel channel,
        string chatText,
        int id,
        string text,
        ShownDraft? before,
        CancellationToken cancel
    )
    {
        if (TelegramUpdates.ChatIn(chatText) is not var (chat, topic))
        {
            return new(false, null, text, TimeSpan.FromHours(1));
        }

        var server = TelegramConnector.ServerOf(channel.Settings);
        using var client = TelegramApi.NewHttp(http, server);
        var bot = TelegramApi.ClientFor(server, channel.Secret!, client);
        var rest = chat > 0 ? InPrivate : InGroups;
        var shown = TailOf(text);
        try
        {
            if (chat > 0 && before?.HasDrafts != false && await TryDraftAsync(bot, chat, topic, id, shown, cancel))
            {
                return new(true, null, shown, rest);
            }

            return await EditAsync(bot, chat, topic, shown, before, rest, cancel);
        }
        catch (ApiRequestException e) when (e.ErrorCode == 429)
        {
            return (before ?? new(false, null, "", rest)) with { Rest = TimeSpan.FromSeconds(e.Parameters?.RetryAfter ?? 30) };
        }
    }

    public async Task EndAsync(OpenChannel channel, string chatText, ShownDraft shown, CancellationToken cancel)
    {
        if (shown.MessageId is { } message && TelegramUpdates.ChatIn(chatText) is var (chat, _))
        {
            var server = TelegramConnector.ServerOf(channel.Settings);
            using var client = TelegramApi.NewHttp(http, server);
            await TelegramApi.ClientFor(server, channel.Secret!, client).DeleteMessage(chat, message, cancel);
        }
    }

    /// <summary>The end of a long answer, which is what is new of it.</summary>
    private static string TailOf(string text)
    {
        var start = text.Length - TelegramText.Most + 1;
        return start <= 0 ? text
            : char.IsLowSurrogate(text[start]) ? "…" + text[(start + 1)..]
            : "…" + text[start..];
    }

    private static async Task<bool> TryDraftAsync(
        ITelegramBotClient bot,
        long chat,
        int? topic,
        int id,
        string text,
        CancellationToken cancel
    )
    {
        try
        {
            await bot.SendMessageDraft(chat, id, text, messageThreadId: topic, canStop: true, cancellationToken: cancel);
            return true;
        }
        catch (ApiRequestException e) when (e.ErrorCode is 400 or 404)
        {
            return false; // An older server, or a chat without them.
        }
    }

    private static async Task<ShownDraft> EditAsync(
        ITelegramBotClient bot,
        long chat,
        int? topic,
        string text,
        ShownDraft? before,
        TimeSpan rest,
        CancellationToken cancel
    )
    {
        var button = new InlineKeyboardMarkup(InlineKeyboardButton.WithCallbackData("Stop", TelegramUpdates.StopData));
        if (text.Length == 0 || before?.Text == text)
        {
            await bot.SendChatAction(chat, ChatAction.Typing, topic, cancellationToken: cancel);
            return before is null ? new(false, null, "", rest) : before with { Rest = rest };
        }

        if (before?.MessageId is not { } message)
        {
            var sent = await bot.SendMessage(
                chat,
                text,
                replyMarkup: button,
                messageThreadId: topic,
                disableNotification: true,
                cancellationToken: cancel
            );
            return new(false, sent.Id, text, rest);
        }

        await bot.EditMessageText(chat, message, text, replyMarkup: button, cancellationToken: cancel);
        return new(false, message, text, rest);
    }
}
