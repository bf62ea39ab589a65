using Sanctum.Configurator.Registry.Notifications;

namespace Sanctum.Configurator.Features.Notifications.Channels;

/// <summary>A channel as it is listed.</summary>
/// <param name="Target">Where it goes, without what is secret.</param>
/// <param name="IsQuiet">Everything but errors waits there now.</param>
/// <param name="Waiting">How many notifications are on their way.</param>
/// <param name="LastFailure">Why the last one did not arrive, and what to do; null where it did.</param>
/// <param name="FailingSince">Since when nothing has arrived; null where the last one did.</param>
/// <param name="Problem">Why nothing can be sent by it at all; null where it can.</param>
/// <param name="Settings">What is not secret of its settings; null for whom may not change them.</param>
public sealed record ChannelRow(
    int Id,
    string Name,
    string Kind,
    string Target,
    bool IsEnabled,
    NoticeLevel MinLevel,
    IReadOnlyList<string>? Sources,
    bool TellsResolved,
    TimeOnly? QuietFrom,
    TimeOnly? QuietUntil,
    string TimeZone,
    bool IsQuiet,
    int Waiting,
    DateTimeOffset? LastDeliveredAt,
    DateTimeOffset? LastFailedAt,
    string? LastFailure,
    DateTimeOffset? FailingSince,
    string? Problem,
    ChannelSettingsView? Settings,
    int Version
) : IHasVersion
{
    /// <summary>A form that changes nothing yet.</summary>
    public ChannelForm ToForm() =>
        new()
        {
            Id = Id,
            Version = Version,
            Name = Name,
            Kind = Kind,
            IsEnabled = IsEnabled,
            MinLevel = MinLevel,
            Sources = Sources,
            TellsResolved = TellsResolved,
            QuietFrom = QuietFrom,
            QuietUntil = QuietUntil,
            TimeZone = TimeZone,
            Server = Settings?.Server,
            Topic = Settings?.Topic,
            Host = Settings?.Host,
            Port = Settings?.Port,
            Security = Settings?.Security,
            User = Settings?.User,
            From = Settings?.From,
            To = Settings?.To,
        };
}

/// <summary>What is not secret of a channel's settings, and which secrets there are.</summary>
public sealed record ChannelSettingsView(
    string? Server,
    string? Topic,
    string? Host,
    int? Port,
    MailSecurity? Security,
    string? User,
    string? From,
    string? To,
    bool HasUrl,
    bool HasSecret,
    bool HasToken,
    bool HasPassword
)
{
    internal static ChannelSettingsView Of(ChannelSettings s) =>
        new(
            s.Server,
            s.Topic,
            s.Host,
            s.Port,
            s.Security,
            s.User,
            s.From,
            s.To,
            s.Url is not null,
            s.Secret is not null,
            s.Token is not null,
            s.Password is not null
        );
}
