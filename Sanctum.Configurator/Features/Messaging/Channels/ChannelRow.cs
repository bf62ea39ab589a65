using System.Text.Json.Serialization;
using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Channels;

/// <summary>A channel as it is listed. Its secret is never told.</summary>
public sealed record ChannelRow : IHasVersion
{
    public required int Id { get; init; }
    public required string Name { get; init; }
    public required string Platform { get; init; }
    public required string Connector { get; init; }
    public required int AgentId { get; init; }
    public required string AgentName { get; init; }
    public required bool IsEnabled { get; init; }
    public required ChannelMode Mode { get; init; }
    public required int BurstSeconds { get; init; }
    public required DuringRun DuringRun { get; init; }
    public required int MostAttempts { get; init; }
    public required int? KeepDays { get; init; }

    /// <summary>Where it leads, in a few words.</summary>
    public required string Target { get; init; }

    /// <summary>What the connector was told; null for whom may not change it.</summary>
    public IReadOnlyDictionary<string, string>? Settings { get; init; }
    public required bool HasSecret { get; init; }
    public required ChannelState State { get; init; }

    /// <summary>What is wrong and what to do; null where nothing is.</summary>
    public string? Problem { get; init; }
    public DateTimeOffset? NextAttempt { get; init; }
    public DateTimeOffset? LastContact { get; init; }

    /// <summary>Pieces of answers that wait to be sent, and those that somebody has to look at.</summary>
    public int Waiting { get; init; }
    public int Undelivered { get; init; }
    public required int Version { get; init; }

    /// <summary>A form that changes nothing yet.</summary>
    public ChannelForm ToForm() =>
        new()
        {
            Id = Id,
            Version = Version,
            Name = Name,
            Connector = Connector,
            Platform = Platform,
            AgentId = AgentId,
            IsEnabled = IsEnabled,
            Mode = Mode,
            BurstSeconds = BurstSeconds,
            DuringRun = DuringRun,
            MostAttempts = MostAttempts,
            KeepDays = KeepDays,
            Settings = (Settings ?? new Dictionary<string, string>()).ToDictionary(pair => pair.Key, pair => (string?)pair.Value),
        };
}

/// <summary>How a channel is.</summary>
public enum ChannelState
{
    [JsonStringEnumMemberName("live")]
    Live,

    [JsonStringEnumMemberName("paused")]
    Paused,

    [JsonStringEnumMemberName("problem")]
    Problem,
}

/// <summary>
/// What is wrong with a channel, and when it is tried again, as both stand in one column: <c>can't be reached.\nNext attempt at …</c>
/// </summary>
internal static class ChannelProblem
{
    private const string Mark = "\nNext attempt at ";
    private const string Shape = "yyyy-MM-dd HH:mm:ss 'UTC'";

    public static string Write(string why, DateTimeOffset next)
    {
        var mark = Mark + next.UtcDateTime.ToString(Shape, CultureInfo.InvariantCulture);
        return why[..Math.Min(why.Length, LengthLimits.Failure - mark.Length)] + mark;
    }

    public static (string? Why, DateTimeOffset? Next) Read(string? problem)
    {
        if (problem?.LastIndexOf(Mark, StringComparison.Ordinal) is not (>= 0 and var at))
        {
            return (problem, null);
        }

        return DateTimeOffset.TryParseExact(
            problem[(at + Mark.Length)..],
            Shape,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var next
        )
            ? (problem[..at], next)
            : (problem, null);
    }
}
