using System.Security.Cryptography;
using Sanctum.Configurator.Platform.Outbound;

namespace Sanctum.Configurator.Features.Notifications.Channels;

/// <summary>
/// Posts a message as JSON, signed: the header <see cref="Header"/> has the time in seconds and, in hex, the HMAC-SHA256 of that time, a
/// dot and the body, with the channel's secret as the key. A receiver that checks both knows who wrote it, and that it is not an old one.
/// </summary>
internal sealed class WebhookSender(OutboundHttp http)
{
    public const string Header = "Sanctum-Signature";

    /// <summary>What receivers and the proxies before them take at once.</summary>
    private const int MostBytes = 250_000;

    public static bool Fits(ChannelMessage message) => BytesOf(message).Length <= MostBytes;

    public Task<SendVerdict> SendAsync(ChannelSettings settings, ChannelMessage message, CancellationToken cancel)
    {
        var url = new Uri(settings.Url!);
        var body = BytesOf(message);
        var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new("application/json");
        if (settings.Secret is { Length: > 0 } secret)
        {
            request.Headers.Add(Header, Sign(secret, message.SentAt, body));
        }

        return HttpAnswers.SendAsync(http.CreateClient(url), request, message.SentAt, cancel);
    }

    private static byte[] BytesOf(ChannelMessage message) => JsonSerializer.SerializeToUtf8Bytes(message, ApiJson.Options);

    internal static string Sign(string secret, DateTimeOffset at, ReadOnlySpan<byte> body)
    {
        var time = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{time}."), .. body];
        return $"t={time},v1={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed))}";
    }
}
