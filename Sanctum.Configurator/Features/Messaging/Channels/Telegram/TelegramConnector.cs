using System.Diagnostics;
using System.Text.RegularExpressions;
using Sanctum.Configurator.Platform.Outbound;
using Sanctum.Configurator.Registry.Messaging;
using Telegram.Bot;
using Telegram.Bot.Exceptions;
using Telegram.Bot.Types;
using Telegram.Bot.Types.Enums;
using Message = Telegram.Bot.Types.Message;

namespace Sanctum.Configurator.Features.Messaging.Channels.Telegram;

/// <summary>A bot of Telegram, or of a Bot API server of one's own.</summary>
internal sealed partial class TelegramConnector(OutboundHttp http, TelegramListening listening, TelegramDrafts drafts) : IDraftingConnector
{
    public const string Kind = "telegram";

    public static readonly ConnectorField Server = new("base_url", "Server")
    {
        Help = "Of a Bot API server of your own; else leave it.",
        Default = TelegramApi.Official,
        IsPlace = true,
    };

    public static readonly ConnectorField Receive = new("receive", "Receives messages")
    {
        Kind = ConnectorFieldKind.Choice,
        Default = Polling,
        Options = [(Polling, "By asking Telegram (long polling)"), (Webhook, "By being called (webhook)")],
        Help = "A webhook needs the console's public address, with https.",
    };

    public static readonly ConnectorField DraftsField = new("drafts", "Show the answer while it is written")
    {
        Kind = ConnectorFieldKind.Switch,
        Default = "true",
        Help = "With a button to stop it.",
    };

    public const string Polling = "polling";
    public const string Webhook = "webhook";

    private const int MostCaption = 1024;

    public string Name => Kind;

    public string Title => "Telegram";

    public string? Platform => "telegram";

    public IReadOnlyList<ConnectorField> Fields => [Server, Receive, DraftsField];

    public ConnectorSecret? Secret { get; } =
        new(
            "Bot token",
            "As @BotFather shows it. It is encrypted and never shown again. Text and captions go to the agent; of photos only the name does, and of files too, but for texts of up to 64 kB.",
            token => Token().IsMatch(token) ? null : "Enter the token as @BotFather shows it, such as 123456:ABC-DEF…"
        );

    public bool CanListen => true;

    /// <summary>Telegram's own limits: 30 a second, one a second to a person, 20 a minute to a group, whose ids are below zero.</summary>
    public SendingPace Pace { get; } = new(30, chat => TimeSpan.FromSeconds(chat.StartsWith('-') ? 3 : 1));

    public IEnumerable<(string Field, string Reason)> Check(ChannelSettings settings, string? secret)
    {
        var (address, fault) = WebAddress.Read(settings.Text(Server));
        if (address is null)
        {
            yield return (Server.Name, $"The server's address can't be used: {fault}");
        }
        else if (address.PathAndQuery != "/" || address.UserInfo.Length > 0)
        {
            yield return (Server.Name, "Enter the server's address only, such as http://localhost:8081.");
        }

        if (settings.Text(Receive) == Webhook && listening.PublicAddress is null)
        {
            yield return (Receive.Name, TelegramListening.NoPublicAddress);
        }
    }

    /// <summary>By the bot's number, which stays the same with a new token.</summary>
    public string? IdentityOf(ChannelSettings settings, string? secret) => secret is null ? null : $"bot {secret.Split(':')[0]}";

    public string TargetOf(ChannelSettings settings) =>
        $"{(settings.Text(Receive) == Webhook ? "Webhook" : "Long polling")}, {ServerOf(settings).Authority}";

    public IReadOnlyList<string> Split(string answer) => TelegramText.Split(answer);

    public Task ListenAsync(OpenChannel channel, IListener listener, CancellationToken cancel) =>
        listening.RunAsync(channel, listener, cancel);

    public bool Drafts(ChannelSettings settings) => settings.IsOn(DraftsField);

    public Task<ShownDraft> ShowAsync(
        OpenChannel channel,
        string chat,
        int id,
        string text,
        ShownDraft? before,
        CancellationToken cancel
    ) => drafts.ShowAsync(channel, chat, id, text, before, cancel);

    public Task EndAsync(OpenChannel channel, string chat, ShownDraft shown, CancellationToken cancel) =>
        drafts.EndAsync(channel, chat, shown, cancel);

    public async Task<SendResult> SendAsync(OpenChannel channel, OutboxEntry piece, CancellationToken cancel)
    {
        if (TelegramUpdates.ChatIn(piece.Chat) is not var (chat, topic))
        {
            return new SendResult.Refused($"“{piece.Chat}” is no chat of Telegram's.");
        }

        var token = channel.Secret!;
        var server = ServerOf(channel.Settings);
        try
        {
            using var client = TelegramApi.NewHttp(http, server);
            var bot = TelegramApi.ClientFor(server, token, client);
            var sent = await MovedAsync(chat, to => InTopicAsync(topic, place => PostAsync(bot, to, place, piece.Text, cancel)));
            return new SendResult.Sent(sent.Id.ToString(CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancel.IsCancellationRequested)
        {
            return TelegramApi.ResultOf(e, token);
        }
    }

    public async Task<IReadOnlyList<ConnectorStep>> TestAsync(OpenChannel channel, CancellationToken cancel)
    {
        var steps = new List<ConnectorStep>();
        var server = ServerOf(channel.Settings);
        using var client = TelegramApi.NewHttp(http, server);
        var bot = TelegramApi.ClientFor(server, channel.Secret!, client);
        var isKnown = await StepAsync(
            "Token",
            async () =>
            {
                var me = await bot.GetMe(cancel);
                return (true, $"The token is that of @{me.Username}. {PrivacyOf(me)}");
            }
        );
        if (isKnown)
        {
            await StepAsync(
                "Who reads it",
                async () =>
                {
                    var info = await bot.GetWebhookInfo(cancel);
                    return TelegramListening.IsForeign(info, listening.AddressFor(channel.Id))
                        ? (false, TelegramListening.ForeignWebhook(info))
                        : (true, $"Nothing else is registered for it; {info.PendingUpdateCount} updates wait.");
                }
            );
        }

        return steps;

        async Task<bool> StepAsync(string name, Func<Task<(bool Ok, string Detail)>> act)
        {
            var began = Stopwatch.GetTimestamp();
            var (isOk, detail) = (false, "");
            try
            {
                (isOk, detail) = await act();
            }
            catch (Exception e) when (!cancel.IsCancellationRequested && TelegramApi.ProblemOf(e, channel.Secret!) is { } problem)
            {
                detail = problem.Message;
            }

            steps.Add(new(name, isOk, detail, Stopwatch.GetElapsedTime(began).TotalMilliseconds));
            return isOk;
        }
    }

    internal static Uri ServerOf(ChannelSettings settings) => new(settings.Text(Server)!);

    private static string PrivacyOf(User me) =>
        me.CanReadAllGroupMessages
            ? "In groups it is shown everything, and answers only what is meant for it."
            : "In groups it is shown commands, mentions and replies.";

    /// <summary>A group that became a supergroup has another id, which Telegram tells.</summary>
    private static async Task<Message> MovedAsync(long chat, Func<long, Task<Message>> send)
    {
        try
        {
            return await send(chat);
        }
        catch (ApiRequestException e) when (e.Parameters?.MigrateToChatId is { } moved)
        {
            return await send(moved);
        }
    }

    /// <summary>A topic that was deleted meanwhile keeps no answer back: it goes into the group.</summary>
    private static async Task<Message> InTopicAsync(int? topic, Func<int?, Task<Message>> send)
    {
        try
        {
            return await send(topic);
        }
        catch (ApiRequestException e)
            when (topic is not null && e.ErrorCode == 400 && e.Message.Contains("thread not found", StringComparison.OrdinalIgnoreCase))
        {
            return await send(null);
        }
    }

    private static async Task<Message> PostAsync(ITelegramBotClient bot, long chat, int? topic, string text, CancellationToken cancel)
    {
        if (TelegramText.PictureIn(text) is var (address, caption))
        {
            try
            {
                return await bot.SendPhoto(
                    chat,
                    InputFile.FromUri(address),
                    caption.Length > MostCaption ? null : caption,
                    messageThreadId: topic,
                    cancellationToken: cancel
                );
            }
            catch (ApiRequestException e) when (e.ErrorCode == 400 && e.Parameters?.MigrateToChatId is null)
            {
                text = caption.Length > 0 ? $"{caption}\n{address}" : $"{address}"; // Telegram can't get it: the person perhaps can.
            }
        }

        try
        {
            return await bot.SendMessage(
                chat,
                TelegramText.ToHtml(text),
                ParseMode.Html,
                messageThreadId: topic,
                cancellationToken: cancel
            );
        }
        catch (ApiRequestException e) when (e.ErrorCode == 400 && e.Message.Contains("parse entities", StringComparison.OrdinalIgnoreCase))
        {
            return await bot.SendMessage(chat, text, messageThreadId: topic, cancellationToken: cancel);
        }
    }

    [GeneratedRegex("^[0-9]{1,16}:[A-Za-z0-9_-]{20,100}$")]
    private static partial Regex Token();
}
