using System.Text.Json.Serialization;

namespace Sanctum.Configurator.Registry.GeneratedCode;

/// <summary>The files of the design system.</summary>
public enum DesignFileKind
{
    /// <summary>catalog.json: the components there are.</summary>
    [JsonStringEnumMemberName("catalog")]
    Catalog,

    /// <summary>tokens.json: colours, spaces, type.</summary>
    [JsonStringEnumMemberName("tokens")]
    Tokens,
}
