using System.Net.Http.Json;
using System.Text.Json.Serialization;
using Sanctum.Configurator.Platform.Notifying;
using Sanctum.Configurator.Platform.Outbound;

namespace Sanctum.Configurator.Features.Notifications.Channels;

/// <summary>Publishes a message to a topic of an ntfy server. An error comes with the highest priority, a warning with a high one.</summary>
internal sealed class NtfySender(OutboundHttp http)
{
    /// <summary>ntfy makes a file of what is longer.</summary>
    private const int LongestBody = 3500;

    public Task<SendVerdict> SendAsync(ChannelSettings settings, ChannelMessage message, CancellationToken cancel)
    {
        var server = new Uri(settings.Server!);
        var body = message.Body();
        var request = new HttpRequestMessage(HttpMethod.Post, server)
        {
            Content = JsonContent.Create(new Publication(
                settings.Topic!, message.Title, body.Length > LongestBody ? $"{body[..LongestBody]}…" : body, PriorityOf(message), [TagOf(message)],
                message.Notifications is [{ Link: { } link }] && Uri.TryCreate(link, UriKind.Absolute, out var page) && page.Scheme is "http" or "https" ? link : null)),
        };
        return HttpAnswers.SendAsync(http.CreateClient(server, settings.Token), request, cancel);
    }

    internal static int PriorityOf(ChannelMessage message) => message switch
    {
        { IsOver: true } => 3,
        { Level: NoticeLevel.Error } => 5,
        { Level: NoticeLevel.Warning } => 4,
        _ => 3,
    };

    private static string TagOf(ChannelMessage message) => message switch
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
        [property: JsonPropertyName("click"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Click);
}
