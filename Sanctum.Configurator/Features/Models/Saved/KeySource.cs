using System.Text.Json.Serialization;

namespace Sanctum.Configurator.Features.Models.Saved;

/// <summary>Where the key in force comes from. The first that has one counts.</summary>
public enum KeySource
{
    /// <summary>There is none, which is fine for a server that asks for none.</summary>
    [JsonStringEnumMemberName("none")]
    None,

    /// <summary>The configuration's own, in the database.</summary>
    [JsonStringEnumMemberName("database")]
    Database,

    /// <summary>The system settings', in the database.</summary>
    [JsonStringEnumMemberName("settings")]
    Settings,

    [JsonStringEnumMemberName("environment")]
    Environment,

    /// <summary>It is stored, and can't be decrypted.</summary>
    [JsonStringEnumMemberName("unreadable")]
    Unreadable,
}

/// <summary>The key in force, which is never shown, and where it comes from.</summary>
/// <param name="Variable">The variable, where it is the environment.</param>
public sealed record KeyInForce(string? Key, KeySource Source, string? Variable = null)
{
    public override string ToString() => Source.ToString();
}
