using System.Text.Encodings.Web;
using System.Text.Json.Serialization;
using Sanctum.Configurator.Platform.Outbound;
using Sanctum.Configurator.Registry.Notifications;

namespace Sanctum.Configurator.Features.Notifications.Channels;

/// <summary>
/// Publishes a message to a topic of an ntfy server. An error comes with the highest priority, a warning with a high one.
/// </summary>
internal sealed class NtfySender(OutboundHttp http)
{
    /// <summary>ntfy makes a file of a longer text, or refuses it: its limit is 4096 bytes.</summary>
    private const int MostTextBytes = 3800;

    private const int MostTitleBytes = 500;

    /// <summary>ntfy reads at most twice its limit of a text, whatever the characters become in JSON.</summary>
    private const int MostBytes = 8000;

    // Letters as themselves: as \u0436 they would be three times as long.
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Whether nothing of it has to be left out.</summary>
    public static bool Fits(ChannelSettings settings, ChannelMessage message) =>
        Encoding.UTF8.GetByteCount(message.Body()) <= MostTextBytes && BytesOf(settings, message, message.Body()).Length <= MostBytes;

    public Task<SendVerdict> SendAsync(ChannelSettings settings, ChannelMessage message, CancellationToken cancel)
    {
        var server = new Uri(settings.Server!);
        var request = new HttpRequestMessage(HttpMethod.Post, server) { Content = new ByteArrayContent(FittingOf(settings, message)) };
        request.Content.Headers.ContentType = new("application/json") { CharSet = "utf-8" };
        return HttpAnswers.SendAsync(http.CreateClient(server, settings.Token), request, message.SentAt, cancel);
    }

    private static byte[] FittingOf(ChannelSettings settings, ChannelMessage message)
    {
        for (var most = MostTextBytes; ; most = most * 3 / 4)
        {
            if (BytesOf(settings, message, ShortText.Cut(message.Body(), most)) is { Length: <= MostBytes } body)
            {
                return body;
            }
        }
    }

    private static byte[] BytesOf(ChannelSettings settings, ChannelMessage message, string text) =>
        JsonSerializer.SerializeToUtf8Bytes(
            new Publication(
                settings.Topic!,
                ShortText.Cut(message.Title, MostTitleBytes),
                text,
                PriorityOf(message),
                [TagOf(message)],
                LinkOf(message)
            ),
            Json
        );

    private static string? LinkOf(ChannelMessage message) =>
        message.Notifications is [{ Link: { } link }]
        && Uri.TryCreate(link, UriKind.Absolute, out var page)
        && page.Scheme is "http" or "https"
            ? link
            : null;

    internal static int PriorityOf(ChannelMessage message) =>
        message switch
        {
            { IsOver: true } => 3,
            { Level: NoticeLevel.Error } => 5,
            { Level: NoticeLevel.Warning } => 4,
            _ => 3,
        };

    private static string TagOf(ChannelMessage message) =>
        message switch
        {
            { IsOver: true } => "white_check_mark",
            { Level: NoticeLevel.Error } => "rotating_light",
            { Level: NoticeLevel.Warning } => "warning",
            _ => "information_source",
        };

    private sealed record Publication(
        [property: JsonPropertyName("topic")] string Topic,
        [property: JsonPropertyName("title")] string Title,
        [property: JsonPropertyName("message")] string Message,
        [property: JsonPropertyName("priority")] int Priority,
        [property: JsonPropertyName("tags")] string[] Tags,
        [property: JsonPropertyName("click"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Click
    );
}
