using System.Text.Json.Serialization;

namespace Sanctum.Configurator.Features.Logs.Sources.Following;

/// <summary>How it goes with a file that is to be followed.</summary>
public enum FollowState
{
    /// <summary>Its lines are taken in as they come.</summary>
    [JsonStringEnumMemberName("following")]
    Following,

    /// <summary>It is not there yet, or no longer.</summary>
    [JsonStringEnumMemberName("waiting")]
    Waiting,

    /// <summary>It is there and can't be read, or its lines can't be stored.</summary>
    [JsonStringEnumMemberName("failing")]
    Failing,

    [JsonStringEnumMemberName("paused")]
    Paused,

    /// <summary>A console on another machine follows it there.</summary>
    [JsonStringEnumMemberName("elsewhere")]
    Elsewhere,
}

/// <summary>A file, and how far it was read.</summary>
/// <param name="Machine">Whose file it is.</param>
/// <param name="Problem">Why it is not followed, and what to do; null where it is.</param>
/// <param name="Size">Its size in bytes; null where nothing is known of it.</param>
/// <param name="ReadTo">Bytes whose lines are stored.</param>
/// <param name="Behind">Bytes that are still to be read, those of a file that was rotated away too.</param>
/// <param name="Skipped">Bytes that were passed over when it was first seen, because it was long.</param>
/// <param name="Lines">Lines that were stored of it, ever.</param>
public sealed record FollowedFile(
    string Machine,
    string Path,
    FollowState State,
    string? Problem,
    long? Size,
    long ReadTo,
    long Behind,
    long Skipped,
    long Lines,
    DateTimeOffset? LastLineAt
);
