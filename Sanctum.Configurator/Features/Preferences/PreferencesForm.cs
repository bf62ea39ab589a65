using System.Text.Json.Serialization;
using Sanctum.Configurator.Platform.Requests;

namespace Sanctum.Configurator.Features.Preferences;

/// <summary>How somebody likes answers, and the console. What is left out goes back to its default.</summary>
public sealed class PreferencesForm
{
    /// <summary>As the column has it.</summary>
    public const int StyleLength = 50;

    public const int SettingsLength = 20_000;

    /// <summary>Such as <c>minimal</c>: models are told of it.</summary>
    [TextLimit(StyleLength)]
    public string? PreferredStyle { get; set; }

    /// <summary>Whether the console is dark; null for as the device is.</summary>
    public bool? DarkMode { get; set; }

    /// <summary>Whatever else models should know, as an object of names and values.</summary>
    [TextLimit(SettingsLength)]
    public JsonObject? Settings { get; set; }

    /// <summary>Whether memories are read from one's conversations and given to models.</summary>
    public bool UsesMemory { get; set; } = true;

    /// <summary>The version that was read; 0 where there was nothing yet.</summary>
    [JsonIgnore]
    public int? Version { get; set; }
}
