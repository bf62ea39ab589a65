using System.Text.Json.Serialization;
using Sanctum.Configurator.Registry.Notifications;

namespace Sanctum.Configurator.Features.Logs.Alerts;

/// <summary>How an alert is.</summary>
public enum AlertState
{
    [JsonStringEnumMemberName("quiet")]
    Quiet,

    /// <summary>It found enough, and goes on until it does not.</summary>
    [JsonStringEnumMemberName("raised")]
    Raised,

    /// <summary>It was never checked.</summary>
    [JsonStringEnumMemberName("new")]
    New,

    [JsonStringEnumMemberName("off")]
    Off,

    /// <summary>The last check came to no number.</summary>
    [JsonStringEnumMemberName("failing")]
    Failing,
}

/// <summary>An alert as it is listed.</summary>
/// <param name="IsRaised">It was raised and is not over, also where the last check failed.</param>
/// <param name="LastCount">How many lines the last check found, from the threshold on perhaps not all of them; null before the
/// first.</param>
/// <param name="Problem">Why the last check came to no number, and what to do; null where it did.</param>
public sealed record AlertRow(
    int Id,
    string Name,
    string Query,
    int Threshold,
    int WindowSeconds,
    NoticeLevel Level,
    bool IsEnabled,
    AlertState State,
    bool IsRaised,
    int? LastCount,
    DateTimeOffset? LastCheckedAt,
    DateTimeOffset? LastRaisedAt,
    string? Problem,
    DateTimeOffset UpdatedAt,
    int Version
) : IHasVersion
{
    internal static AlertRow Of(Alert a) =>
        new(
            a.Id,
            a.Name,
            a.Query,
            a.Threshold,
            a.WindowSeconds,
            a.Level,
            a.IsEnabled,
            StateOf(a),
            a.IsRaised,
            a.LastCount,
            a.LastCheckedAt,
            a.LastRaisedAt,
            a.LastFailure,
            a.UpdatedAt,
            a.Version
        );

    /// <summary>A form that changes nothing yet.</summary>
    public AlertForm ToForm() =>
        new()
        {
            Id = Id,
            Version = Version,
            Name = Name,
            Query = Query,
            Threshold = Threshold,
            WindowSeconds = WindowSeconds,
            Level = Level,
            IsEnabled = IsEnabled,
        };

    private static AlertState StateOf(Alert alert) =>
        alert switch
        {
            { IsEnabled: false } => AlertState.Off,
            { LastFailure: not null } => AlertState.Failing,
            { IsRaised: true } => AlertState.Raised,
            { LastCheckedAt: null } or { LastCount: null } => AlertState.New,
            _ => AlertState.Quiet,
        };
}

/// <summary>What an alert would have done in the last day, about: it is counted by whole minutes.</summary>
/// <param name="Times">How often it would have been raised.</param>
/// <param name="IsRaised">It would be now.</param>
/// <param name="IsWhole">False where the counting ended before it came to the beginning of the day.</param>
public sealed record AlertPreview(int Times, bool IsRaised, bool IsWhole);
