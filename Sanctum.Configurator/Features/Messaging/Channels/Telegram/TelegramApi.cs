using System.Net;
using System.Net.Http.Json;
using Sanctum.Configurator.Platform.Outbound;
using Telegram.Bot;
using Telegram.Bot.Exceptions;

namespace Sanctum.Configurator.Features.Messaging.Channels.Telegram;

/// <summary>Makes clients of one bot over the console's guarded way out, and says what their failures mean.</summary>
internal static class TelegramApi
{
    public const string Official = "https://api.telegram.org";

    /// <summary>How long Telegram holds a call open until something is written.</summary>
    public static readonly TimeSpan Poll = TimeSpan.FromSeconds(50);

    /// <summary>What the console asks for: messages, and the two ways to stop an answer.</summary>
    public static readonly IReadOnlyList<string> Updates = ["message", "callback_query", "stopped_message_generation"];

    private const int MostBytes = 16 * 1024 * 1024;
    private const int AtOnce = 100;

    /// <summary>The library waits for nothing by itself: when to try again is the outbox's to say.</summary>
    public static ITelegramBotClient ClientFor(Uri server, string token, HttpClient client) =>
        new TelegramBotClient(new TelegramBotClientOptions(token, server.GetLeftPart(UriPartial.Authority)) { RetryCount = 0 }, client);

    public static HttpClient NewHttp(OutboundHttp http, Uri server) => http.CreateClient(server, maxResponseBytes: MostBytes);

    /// <summary>
    /// What is new, each update by itself: one that the library can't read, such as one of a later version, keeps no other back.
    /// </summary>
    /// <param name="offset">The first that is wanted, which says that all before are dealt with; null for the oldest that waits.</param>
    public static async Task<IReadOnlyList<JsonElement>> UpdatesAsync(
        HttpClient client,
        Uri server,
        string token,
        long? offset,
        CancellationToken cancel
    )
    {
        using var answer = await client.PostAsJsonAsync(
            new Uri(server, $"/bot{token}/getUpdates"),
            new Dictionary<string, object?>
            {
                ["offset"] = offset,
                ["limit"] = AtOnce,
                ["timeout"] = (int)Poll.TotalSeconds,
                ["allowed_updates"] = Updates,
            },
            cancel
        );
        using var document = await ReadAsync(answer, cancel);
        var root = document.RootElement;
        if (answer.IsSuccessStatusCode && root.TryGetProperty("result", out var result) && result.ValueKind == JsonValueKind.Array)
        {
            return [.. result.EnumerateArray().Select(update => update.Clone())];
        }

        throw new ApiRequestException(
            root.TryGetProperty("description", out var said) ? said.GetString() ?? "" : "",
            root.TryGetProperty("error_code", out var code) && code.TryGetInt32(out var number) ? number : (int)answer.StatusCode,
            root.TryGetProperty("parameters", out var parameters)
            && parameters.ValueKind == JsonValueKind.Object
            && parameters.TryGetProperty("retry_after", out var after)
                ? new global::Telegram.Bot.Types.ResponseParameters { RetryAfter = after.GetInt32() }
                : null
        );
    }

    /// <summary>What is wrong where a bot can't be read, and when it is worth trying again; null for what is no failure of Telegram's.</summary>
    public static ConnectorProblemException? ProblemOf(Exception e, string token) =>
        e switch
        {
            ConnectorProblemException known => known,
            ApiRequestException api => ProblemOf(api),
            RequestException { HttpStatusCode: { } status } => new(
                $"Telegram answered with HTTP {(int)status} and nothing that can be read. Check the server's address, or wait.",
                null,
                e
            ),
            JsonException => new("Telegram's answer can't be read. Check the server's address.", null, e),
            _ when OutboundFailures.Find(e) is { } failed => new($"Telegram: {Hidden(failed.Message, token)}", null, e),
            RequestException or TaskCanceledException => new("Telegram did not answer in time.", null, e),
            _ => null,
        };

    /// <summary>What became of a message that was not taken.</summary>
    public static SendResult ResultOf(Exception e, string token) =>
        e switch
        {
            ApiRequestException { ErrorCode: 429 } api => Later(api, TimeSpan.FromSeconds(api.Parameters?.RetryAfter ?? 30)),
            ApiRequestException { ErrorCode: 401 or 404 } => new SendResult.Later(NoToken, TimeSpan.FromMinutes(5)),
            ApiRequestException { ErrorCode: 503 or 409 } api => Later(api, TimeSpan.FromSeconds(30)),
            ApiRequestException { ErrorCode: 403 } api => new SendResult.Refused(
                $"Telegram: {Plain(api.Message)}. The person has to write to the bot first, or let it in again."
            ),
            ApiRequestException { ErrorCode: >= 400 and < 500 } api => new SendResult.Refused(
                $"Telegram refuses the message: {Plain(api.Message)}."
            ),
            ApiRequestException api => new SendResult.Unknown($"Telegram: {Plain(api.Message)}. It may have arrived: look into the chat."),
            RequestException { HttpStatusCode: HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests } =>
                new SendResult.Later("Telegram is too busy.", TimeSpan.FromSeconds(30)),
            RequestException { HttpStatusCode: >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError and var status } =>
                new SendResult.Refused($"The server answered with HTTP {(int)status}, as Telegram does not. Check the server's address."),
            _ when OutboundFailures.Find(e) is { } failed => failed.Failure switch
            {
                OutboundFailure.Blocked or OutboundFailure.Unsendable => new SendResult.Refused(
                    $"Telegram: {Hidden(failed.Message, token)}"
                ),
                OutboundFailure.NameNotFound
                or OutboundFailure.ConnectionRefused
                or OutboundFailure.Unreachable
                or OutboundFailure.Untrusted
                or OutboundFailure.TlsFailed => new SendResult.Later(
                    $"Telegram: {Hidden(failed.Message, token)}",
                    TimeSpan.FromSeconds(10)
                ),
                _ => Unknown(Hidden(failed.Message, token)),
            },
            _ => Unknown(Hidden(e.Message, token)),
        };

    /// <summary>The token stands in the addresses that Telegram is called at; what a library says never shows it.</summary>
    public static string Hidden(string text, string token) => text.Replace(token, "(token)", StringComparison.Ordinal);

    internal const string NoToken = "Telegram does not know this token. Enter the one that @BotFather shows now.";

    private static ConnectorProblemException ProblemOf(ApiRequestException e) =>
        e.ErrorCode switch
        {
            401 or 404 => new(NoToken, TimeSpan.FromMinutes(5), e),
            409 => new(Conflict, TimeSpan.FromMinutes(1), e),
            429 => new(
                $"Telegram asks for a break: {Plain(e.Message)}.",
                TimeSpan.FromSeconds(Math.Clamp(e.Parameters?.RetryAfter ?? 30, 1, 3600)),
                e
            ),
            _ => new($"Telegram: {Plain(e.Message)}.", null, e),
        };

    internal const string Conflict =
        "Another program reads this bot's messages, such as an agent's App Server with the same token. Stop that one, or make a bot for this channel alone. The console does not fight over it.";

    private static SendResult.Later Later(ApiRequestException e, TimeSpan after) => new($"Telegram: {Plain(e.Message)}.", after);

    private static SendResult.Unknown Unknown(string why) => new($"Telegram: {why.TrimEnd('.')}. It may have arrived: look into the chat.");

    private static string Plain(string text) => string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)).Trim().TrimEnd('.');

    private static async Task<JsonDocument> ReadAsync(HttpResponseMessage answer, CancellationToken cancel)
    {
        try
        {
            var document = await JsonDocument.ParseAsync(await answer.Content.ReadAsStreamAsync(cancel), default, cancel);
            return document.RootElement.ValueKind == JsonValueKind.Object ? document : throw new JsonException("No object.");
        }
        catch (JsonException e)
        {
            throw new RequestException("The answer is no JSON.", answer.StatusCode, e);
        }
    }
}
