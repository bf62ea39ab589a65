using System.Text.Json.Serialization;

namespace Sanctum.Configurator.Registry.Notifications;

/// <summary>How much a notice matters, from the least to the most.</summary>
public enum NoticeLevel
{
    [JsonStringEnumMemberName("info")]
    Info,

    /// <summary>It works, and somebody should look at it.</summary>
    [JsonStringEnumMemberName("warning")]
    Warning,

    /// <summary>It does not work.</summary>
    [JsonStringEnumMemberName("error")]
    Error,
}
