using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Sanctum.Configurator.Platform.Requests;
using Sanctum.Configurator.Registry.Notifications;

namespace Sanctum.Configurator.Features.Notifications.Channels;

/// <summary>A channel as it is added, changed or tested.</summary>
public sealed class ChannelForm : IValidatableObject
{
    /// <summary>Null for a new one. A test takes the stored secrets of this one where none are sent.</summary>
    public int? Id { get; set; }

    /// <summary>The version that was read; another one meanwhile makes the change stale.</summary>
    [JsonIgnore]
    public int Version { get; set; }

    [Required(ErrorMessage = "Enter a name.")]
    [StringLength(255, ErrorMessage = "A name has at most 255 characters.")]
    public string Name { get; set; } = "";

    /// <summary>"webhook", "ntfy" or "smtp".</summary>
    [RegularExpression("webhook|ntfy|smtp", ErrorMessage = "The kind must be webhook, ntfy or smtp.")]
    [Required(ErrorMessage = "The kind must be webhook, ntfy or smtp.")]
    [TextLimit(Lengths.Name)]
    public string Kind { get; set; } = ChannelKinds.Webhook;

    public bool IsEnabled { get; set; } = true;

    /// <summary>The least level that it takes.</summary>
    public NoticeLevel MinLevel { get; set; } = NoticeLevel.Warning;

    /// <summary>The sources that it takes; null for all of them.</summary>
    [TextLimit(Lengths.Name)]
    public IReadOnlyList<string>? Sources { get; set; }

    /// <summary>It is also told when something is over.</summary>
    public bool TellsResolved { get; set; } = true;

    /// <summary>From when everything but errors waits; null for never.</summary>
    public TimeOnly? QuietFrom { get; set; }

    public TimeOnly? QuietUntil { get; set; }

    /// <summary>The IANA name of the time zone of the quiet hours.</summary>
    [Required(ErrorMessage = "Enter the time zone, such as Europe/Berlin, or UTC.")]
    [StringLength(64, ErrorMessage = "A time zone has at most 64 characters.")]
    public string TimeZone
    {
        get;
        set => field = value?.Trim() ?? "";
    } = "UTC";

    /// <summary>Of a webhook; null leaves the stored one, as it is told only without its path.</summary>
    [StringLength(2048, ErrorMessage = "An address has at most 2048 characters.")]
    [Sendable(SendableAs.Text)]
    public string? Url
    {
        get;
        set => field = Unseen.TrimToNull(value);
    }

    /// <summary>Of a webhook: another secret to sign with; "" for none; null leaves the stored one. It is never told.</summary>
    [StringLength(1024, MinimumLength = 0, ErrorMessage = "A secret has at most 1024 characters.")]
    [Sendable(SendableAs.Secret)]
    public string? Secret { get; set; }

    /// <summary>Of ntfy.</summary>
    [StringLength(1024, ErrorMessage = "An address has at most 1024 characters.")]
    [Sendable(SendableAs.Text)]
    public string? Server
    {
        get;
        set => field = Unseen.TrimToNull(value)?.TrimEnd('/');
    }

    [RegularExpression(
        "^[-_A-Za-z0-9]{1,64}$",
        ErrorMessage = "A topic can only contain letters, digits, hyphens and underscores, at most 64."
    )]
    [TextLimit(Lengths.Name)]
    public string? Topic
    {
        get;
        set => field = Unseen.TrimToNull(value);
    }

    /// <summary>Of ntfy: another access token; "" for none; null leaves the stored one. It is never told.</summary>
    [StringLength(1024, ErrorMessage = "A token has at most 1024 characters.")]
    [Sendable(SendableAs.Key)]
    public string? Token
    {
        get;
        set => field = value is null ? null : Unseen.Trim(value);
    }

    /// <summary>Of e-mail: the mail server.</summary>
    [RegularExpression(@"^[A-Za-z0-9]([A-Za-z0-9.:-]{0,253})$", ErrorMessage = "Enter the server's name only, such as smtp.example.com.")]
    [TextLimit(Lengths.Name)]
    public string? Host
    {
        get;
        set => field = Unseen.TrimToNull(value);
    }

    [Range(1, 65535, ErrorMessage = "Enter a port from 1 to 65535.")]
    public int? Port { get; set; }

    public MailSecurity? Security { get; set; }

    [StringLength(255, ErrorMessage = "A user has at most 255 characters.")]
    [Sendable(SendableAs.Text)]
    public string? User
    {
        get;
        set => field = Unseen.TrimToNull(value);
    }

    /// <summary>Of e-mail: another password; "" for none; null leaves the stored one. It is never told.</summary>
    [StringLength(1024, ErrorMessage = "A password has at most 1024 characters.")]
    [Sendable(SendableAs.Secret)]
    public string? Password { get; set; }

    [TextLimit(Lengths.Name)]
    public string? From
    {
        get;
        set => field = Unseen.TrimToNull(value);
    }

    /// <summary>Addresses with commas between.</summary>
    [StringLength(2048, ErrorMessage = "The recipients have at most 2048 characters.")]
    public string? To
    {
        get;
        set => field = Unseen.TrimToNull(value);
    }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        static ValidationResult No(string reason, string field) => new(reason, [field]);

        if ((QuietFrom is null) != (QuietUntil is null) || (QuietFrom is not null && QuietFrom == QuietUntil))
        {
            yield return No(QuietHours.BothOrNeither, QuietFrom is null ? nameof(QuietFrom) : nameof(QuietUntil));
        }

        if (TimeZone.Length > 0 && !TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out _))
        {
            yield return No("Unknown time zone. Enter an IANA name, such as Europe/Berlin, or UTC.", nameof(TimeZone));
        }

        if (Sources?.Except(NoticeSources.All).FirstOrDefault() is { } unknown)
        {
            yield return No($"Unknown source {unknown}. Allowed: {string.Join(", ", NoticeSources.All)}.", nameof(Sources));
        }

        if (Sources is { Count: 0 })
        {
            yield return No("Choose at least one source, or all of them.", nameof(Sources));
        }

        foreach (var (field, reason) in KindRules())
        {
            yield return No(reason, field);
        }
    }

    private IEnumerable<(string Field, string Reason)> KindRules()
    {
        if (Kind == ChannelKinds.Webhook && (Url is null ? Id is null : !IsAddress(Url)))
        {
            yield return (nameof(Url), "Enter the full address, such as https://example.com/hooks/sanctum.");
        }

        if (Kind == ChannelKinds.Ntfy && (!IsAddress(Server) || new Uri(Server!).PathAndQuery != "/"))
        {
            yield return (nameof(Server), "Enter the server's address only, such as https://ntfy.sh.");
        }

        if (Kind == ChannelKinds.Ntfy && Topic is null)
        {
            yield return (nameof(Topic), "Enter the topic.");
        }

        foreach (var broken in Kind == ChannelKinds.Mail ? MailRules() : [])
        {
            yield return broken;
        }
    }

    private IEnumerable<(string Field, string Reason)> MailRules()
    {
        if (Host is null)
        {
            yield return (nameof(Host), "Enter the name of the mail server.");
        }

        if (From is null || !MailSender.IsAddress(From))
        {
            yield return (nameof(From), "Enter one address, such as sanctum@example.com.");
        }

        if (MailSender.AddressesIn(To).Count == 0)
        {
            yield return (nameof(To), "Enter one address, or several separated by commas.");
        }

        if (Security == MailSecurity.None && (User is not null || Password is { Length: > 0 }))
        {
            yield return (
                nameof(Security),
                "Passwords are only sent over encrypted connections. Choose STARTTLS or TLS, or leave user and password empty."
            );
        }
    }

    /// <summary>Whether it is an address that the console can post to, without a user in it.</summary>
    internal static bool IsAddress(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.UserInfo.Length == 0;

    /// <summary>The settings that the form makes of the stored ones.</summary>
    internal ChannelSettings Apply(ChannelSettings? stored) =>
        Kind switch
        {
            ChannelKinds.Webhook => new() { Url = Url ?? stored?.Url, Secret = Of(Secret, stored?.Secret) },
            ChannelKinds.Ntfy => new()
            {
                Server = Server,
                Topic = Topic,
                Token = Of(Token, stored?.Token),
            },
            _ => new()
            {
                Host = Host,
                Port =
                    Port
                    ?? (
                        Security == MailSecurity.Tls ? 465
                        : Security == MailSecurity.None ? 25
                        : 587
                    ),
                Security = Security ?? MailSecurity.StartTls,
                User = User,
                Password = User is null ? null : Of(Password, stored?.Password),
                From = From,
                To = To,
            },
        };

    internal void WriteTo(NotificationChannel channel)
    {
        (channel.Name, channel.Kind, channel.IsEnabled, channel.MinLevel, channel.TellsResolved) = (
            Name.Trim(),
            Kind,
            IsEnabled,
            MinLevel,
            TellsResolved
        );
        channel.Sources = Sources is null ? null : JsonSerializer.Serialize(NoticeSources.All.Where(Sources.Contains));
        (channel.QuietFrom, channel.QuietUntil, channel.TimeZone) = (QuietFrom, QuietUntil, TimeZone);
    }

    internal ChannelForm Copy() => (ChannelForm)MemberwiseClone();

    private static string? Of(string? typed, string? stored) =>
        typed is null ? stored
        : typed.Length > 0 ? typed
        : null;
}
