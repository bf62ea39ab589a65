using System.Text.Json.Serialization;

namespace Sanctum.Configurator.Features.Notifications.Channels;

/// <summary>What a channel needs to know to send. It is stored as sealed JSON; each kind uses its own part.</summary>
public sealed record ChannelSettings
{
    /// <summary>Of a webhook. It often has a secret in its path, so it is shown without that.</summary>
    public string? Url { get; init; }

    /// <summary>Of a webhook: what its messages are signed with.</summary>
    public string? Secret { get; init; }

    /// <summary>Of ntfy: the server's address.</summary>
    public string? Server { get; init; }

    public string? Topic { get; init; }

    public string? Token { get; init; }

    /// <summary>Of e-mail.</summary>
    public string? Host { get; init; }

    public int? Port { get; init; }

    public MailSecurity? Security { get; init; }

    public string? User { get; init; }

    public string? Password { get; init; }

    public string? From { get; init; }

    /// <summary>Addresses with commas between.</summary>
    public string? To { get; init; }

    private static readonly JsonSerializerOptions Json = new(ApiJson.Options)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>Says nothing, as most of it is secret.</summary>
    public override string ToString() => nameof(ChannelSettings);

    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <returns>Null where the text is not that of settings, as another program may write.</returns>
    public static ChannelSettings? Read(string? json)
    {
        try
        {
            return json is null ? null : JsonSerializer.Deserialize<ChannelSettings>(json, Json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Where it goes, in a few words and without what is secret.</summary>
    public string TargetOf(string kind) =>
        kind switch
        {
            ChannelKinds.Webhook => Uri.TryCreate(Url, UriKind.Absolute, out var url)
                ? $"{url.GetLeftPart(UriPartial.Authority)}{(url.AbsolutePath is "/" ? "" : "/…")}"
                : "",
            ChannelKinds.Ntfy => Uri.TryCreate(Server, UriKind.Absolute, out var server) ? $"{server.Authority}, topic {Topic}" : "",
            _ => $"{To} by {Host}",
        };
}

/// <summary>How a connection to a mail server is encrypted.</summary>
public enum MailSecurity
{
    /// <summary>The connection is made in the clear and encrypted before anything is said; refused where the server can't.</summary>
    [JsonStringEnumMemberName("starttls")]
    StartTls,

    [JsonStringEnumMemberName("tls")]
    Tls,

    /// <summary>In the clear, for a server on this machine. No password is sent.</summary>
    [JsonStringEnumMemberName("none")]
    None,
}

/// <summary>The kinds of channels, as the registry has them.</summary>
internal static class ChannelKinds
{
    public const string Webhook = "webhook";
    public const string Ntfy = "ntfy";
    public const string Mail = "smtp";

    public static readonly IReadOnlyList<string> All = [Webhook, Ntfy, Mail];

    public static string NameOf(string kind) =>
        kind switch
        {
            Webhook => "Webhook",
            Ntfy => "ntfy",
            Mail => "E-mail",
            _ => kind,
        };
}
