using System.Security.Cryptography;
using Sanctum.Configurator.Features.Messaging.Incoming;
using Sanctum.Configurator.Platform.Outbound;
using Telegram.Bot;
using Telegram.Bot.Exceptions;
using Telegram.Bot.Types;

namespace Sanctum.Configurator.Features.Messaging.Channels.Telegram;

/// <summary>Reads a bot's messages, by asking for them or by being called. Where somebody else does, it says so and lets them.</summary>
internal sealed partial class TelegramListening(
    OutboundHttp http,
    TelegramFiles files,
    IConfiguration configuration,
    TimeProvider clock,
    ILogger<TelegramListening> log
)
{
    internal const string NoPublicAddress =
        "A webhook needs the console's public address: set Sanctum__PublicUrl to it, with https, or receive by long polling.";

    private static readonly TimeSpan Glance = TimeSpan.FromMinutes(1);

    /// <summary>Telegram begins to count anew where nothing came for a week.</summary>
    private static readonly TimeSpan LongestOffset = TimeSpan.FromDays(6);

    /// <summary>A reading of one's own that hung may still be open for a moment.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(10);

    /// <summary>Null where Telegram can't call the console.</summary>
    public Uri? PublicAddress =>
        Uri.TryCreate(configuration[Urls.PublicUrlSetting], UriKind.Absolute, out var url) && url.Scheme == Uri.UriSchemeHttps ? url : null;

    /// <summary>Where Telegram calls for a channel; null where it can't.</summary>
    public string? AddressFor(int channelId) =>
        PublicAddress is { } console
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{console.GetLeftPart(UriPartial.Path).TrimEnd('/')}/api/channels/{channelId}/telegram"
            )
            : null;

    /// <summary>What Telegram sends along so that it is believed: nobody can know it without the token.</summary>
    public static string SecretFor(string token, int channelId) =>
        Convert.ToHexStringLower(
            HMACSHA256.HashData(
                Encoding.UTF8.GetBytes(token),
                Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"sanctum webhook {channelId}"))
            )
        );

    public static bool IsForeign(WebhookInfo info, string? own) =>
        info.Url is { Length: > 0 } && !string.Equals(info.Url, own, StringComparison.OrdinalIgnoreCase);

    public static string ForeignWebhook(WebhookInfo info) =>
        $"Telegram gives this bot's messages to {(Uri.TryCreate(info.Url, UriKind.Absolute, out var url) ? url.Host : "another program")}. Remove the webhook there, or make a bot for this channel alone. The console does not fight over it.";

    public async Task RunAsync(OpenChannel channel, IListener listener, CancellationToken cancel)
    {
        var server = TelegramConnector.ServerOf(channel.Settings);
        using var client = TelegramApi.NewHttp(http, server);
        var bot = TelegramApi.ClientFor(server, channel.Secret ?? "", client);
        try
        {
            var me = await bot.GetMe(cancel);
            var info = await bot.GetWebhookInfo(cancel);
            if (IsForeign(info, AddressFor(channel.Id)))
            {
                throw new ConnectorProblemException(ForeignWebhook(info), Glance);
            }

            await (
                channel.Settings.Text(TelegramConnector.Receive) == TelegramConnector.Webhook
                    ? BeCalledAsync(bot, channel, listener, cancel)
                    : PollAsync(bot, client, server, me, info, channel, listener, cancel)
            );
        }
        catch (Exception e) when (!cancel.IsCancellationRequested && TelegramApi.ProblemOf(e, channel.Secret ?? "") is { } problem)
        {
            throw problem;
        }
    }

    /// <summary>Takes one update, however it came, or those of one album.</summary>
    public async Task TakeAsync(
        IReadOnlyList<JsonElement> together,
        OpenChannel channel,
        User me,
        IListener listener,
        CancellationToken cancel
    )
    {
        var messages = new List<IncomingMessage>();
        foreach (var update in together)
        {
            if (TelegramUpdates.Parse(update) is not { } known)
            {
                LogUnreadable(channel.Id, TelegramUpdates.IdOf(update));
            }
            else if (TelegramUpdates.Read(known, channel, me) is { } message)
            {
                messages.Add(await files.WithTextAsync(message, known.Message?.Document, channel, cancel));
            }
        }

        if (messages.Count > 0)
        {
            await listener.AcceptAsync(TelegramAlbums.Join(messages), cancel);
        }
    }

    private async Task PollAsync(
        ITelegramBotClient bot,
        HttpClient client,
        Uri server,
        User me,
        WebhookInfo info,
        OpenChannel channel,
        IListener listener,
        CancellationToken cancel
    )
    {
        if (info.Url is { Length: > 0 })
        {
            await bot.DeleteWebhook(dropPendingUpdates: false, cancel); // The console's own, of before.
        }

        await listener.ReportContactAsync(cancel);
        var cursor = TelegramCursor.Read(channel.Cursor);
        var hasConflict = false;
        while (true)
        {
            try
            {
                var offset = clock.GetUtcNow() - cursor.At < LongestOffset ? cursor.Offset : null;
                var updates = await TelegramApi.UpdatesAsync(client, server, channel.Secret!, offset, cancel);
                hasConflict = false;
                await listener.ReportContactAsync(cancel);
                foreach (var together in TelegramAlbums.Of(updates))
                {
                    await TakeAsync(together, channel, me, listener, cancel);
                    cursor = new((TelegramUpdates.IdOf(together[^1]) ?? cursor.Offset) + 1, clock.GetUtcNow());
                    await listener.KeepCursorAsync(cursor.ToString(), cancel);
                }
            }
            catch (ApiRequestException e) when (e.ErrorCode == 409 && !hasConflict)
            {
                hasConflict = true;
                await Task.Delay(Moment, clock, cancel);
            }
        }
    }

    private async Task BeCalledAsync(ITelegramBotClient bot, OpenChannel channel, IListener listener, CancellationToken cancel)
    {
        var address = AddressFor(channel.Id) ?? throw new ConnectorProblemException(NoPublicAddress, TimeSpan.FromMinutes(5));
        await bot.SetWebhook(
            address,
            allowedUpdates:
            [
                global::Telegram.Bot.Types.Enums.UpdateType.Message,
                global::Telegram.Bot.Types.Enums.UpdateType.CallbackQuery,
                global::Telegram.Bot.Types.Enums.UpdateType.StoppedMessageGeneration,
            ],
            secretToken: SecretFor(channel.Secret!, channel.Id),
            cancellationToken: cancel
        );
        while (true)
        {
            var info = await bot.GetWebhookInfo(cancel);
            if (IsForeign(info, address) || info.Url is not { Length: > 0 })
            {
                throw new ConnectorProblemException(ForeignWebhook(info), Glance);
            }

            if (info.LastErrorDate is { } at && clock.GetUtcNow() - DateTime.SpecifyKind(at, DateTimeKind.Utc) < Glance * 2)
            {
                throw new ConnectorProblemException(
                    $"Telegram can't call the console: {info.LastErrorMessage?.TrimEnd('.')}. Check that {address} can be reached from outside.",
                    Glance
                );
            }

            await listener.ReportContactAsync(cancel);
            await Task.Delay(Glance, clock, cancel);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Channel {Id}: update {Update} can't be read and is left out")]
    private partial void LogUnreadable(int id, int? update);
}

/// <summary>The first update that is still wanted, and when the one before it came.</summary>
internal readonly record struct TelegramCursor(long? Offset, DateTimeOffset At)
{
    public static TelegramCursor Read(string? text)
    {
        var parts = (text ?? "").Split('@');
        return
            parts.Length == 2
            && long.TryParse(parts[0], CultureInfo.InvariantCulture, out var offset)
            && long.TryParse(parts[1], CultureInfo.InvariantCulture, out var seconds)
            ? new(offset, DateTimeOffset.FromUnixTimeSeconds(seconds))
            : new(null, DateTimeOffset.UnixEpoch);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Offset}@{At.ToUnixTimeSeconds()}");
}
