using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http.HttpResults;
using Sanctum.Configurator.Features.Messaging.Incoming;
using Sanctum.Configurator.Platform.Outbound;
using Sanctum.Configurator.Platform.Requests;
using Telegram.Bot;
using Telegram.Bot.Types;

namespace Sanctum.Configurator.Features.Messaging.Channels.Telegram;

/// <summary>
/// Where Telegram calls, on whichever console. It is believed by what it sends along; what could not be kept it brings again.
/// </summary>
internal sealed class TelegramWebhook(
    OwnRegistry registries,
    Connectors connectors,
    TelegramListening listening,
    AcceptMessage accept,
    OutboundHttp http
)
{
    public const string Route = "/api/channels/{id:int}/telegram";

    private const string Header = "X-Telegram-Bot-Api-Secret-Token";
    private const long MostBytes = 1_000_000;

    /// <summary>Who the bot is, by channel and version: Telegram does not say that when it calls.</summary>
    private readonly ConcurrentDictionary<(int Id, int Version), User> _bots = new();

    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapLazyGroup()
            .MapPost(
                Route,
                (int id, HttpRequest request, TelegramWebhook webhook, CancellationToken cancel) => webhook.TakeAsync(id, request, cancel)
            )
            .AllowAnonymous()
            .TakesUpTo(MostBytes)
            .ExcludeFromDescription();

    private async Task<Results<Ok, ProblemHttpResult>> TakeAsync(int id, HttpRequest request, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var channel = await registry
            .Channels.AsNoTracking()
            .SingleOrDefaultAsync(c => c.Id == id && c.Connector == TelegramConnector.Kind, cancel);
        if (channel is null || connectors.TryOpen(channel) is not { Secret: { } token } open || !IsRight(request, token, id))
        {
            return TypedResults.Problem($"The header {Header} is not right.", statusCode: StatusCodes.Status401Unauthorized);
        }

        if (!channel.IsEnabled || open.Settings.Text(TelegramConnector.Receive) != TelegramConnector.Webhook)
        {
            return TypedResults.Problem("The channel is paused.", statusCode: StatusCodes.Status503ServiceUnavailable);
        }

        var update = await ReadAsync(request, cancel);
        if (update is { } known)
        {
            await listening.TakeAsync([known], open, await BotAsync(open, cancel), new Taker(accept), cancel);
        }

        return TypedResults.Ok(); // What can't be read would come again and again.
    }

    private static bool IsRight(HttpRequest request, string token, int id) =>
        CryptographicOperations.FixedTimeEquals(
            Encoding.UTF8.GetBytes(request.Headers[Header].ToString()),
            Encoding.UTF8.GetBytes(TelegramListening.SecretFor(token, id))
        );

    private static async Task<JsonElement?> ReadAsync(HttpRequest request, CancellationToken cancel)
    {
        try
        {
            using var document = await JsonDocument.ParseAsync(request.Body, default, cancel);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private async Task<User> BotAsync(OpenChannel channel, CancellationToken cancel)
    {
        if (_bots.TryGetValue((channel.Id, channel.Version), out var known))
        {
            return known;
        }

        var server = TelegramConnector.ServerOf(channel.Settings);
        using var client = TelegramApi.NewHttp(http, server);
        return _bots[(channel.Id, channel.Version)] = await TelegramApi.ClientFor(server, channel.Secret!, client).GetMe(cancel);
    }

    /// <summary>Takes messages; how far Telegram has got it keeps itself.</summary>
    private sealed class Taker(AcceptMessage accept) : IListener
    {
        public Task AcceptAsync(IncomingMessage message, CancellationToken cancel) => accept(message, cancel);

        public Task KeepCursorAsync(string cursor, CancellationToken cancel) => Task.CompletedTask;

        public Task ReportContactAsync(CancellationToken cancel) => Task.CompletedTask;
    }
}
