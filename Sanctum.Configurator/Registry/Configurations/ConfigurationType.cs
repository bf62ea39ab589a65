using System.Text.Json.Serialization;

namespace Sanctum.Configurator.Registry.Configurations;

/// <summary>How the text of a configuration is to be read.</summary>
public enum ConfigurationType
{
    [JsonStringEnumMemberName("string")]
    String,

    [JsonStringEnumMemberName("number")]
    Number,

    [JsonStringEnumMemberName("boolean")]
    Boolean,

    [JsonStringEnumMemberName("json")]
    Json,
}
