using Sanctum.Configurator.Registry.Configurations;

namespace Sanctum.Configurator.Features.Configurations;

/// <summary>What a value must look like to be of its type.</summary>
internal static class ConfigurationRules
{
    /// <summary>What is wrong with a value, in a sentence; null where nothing is.</summary>
    public static string? Problem(ConfigurationType type, string? value) =>
        type switch
        {
            ConfigurationType.Number when !IsNumber(value) => "Enter a number, such as 30 or 0.25.",
            ConfigurationType.Boolean when value is not ("true" or "false") => "Enter true or false.",
            ConfigurationType.String => Sendable.FaultOfWord(value),
            ConfigurationType.Json => JsonText.Parse(value).Problem,
            _ => null,
        };

    /// <summary>The value as the JSON of an answer: text where it does not fit its type, as another program may have written it.</summary>
    public static object? Typed(ConfigurationType type, string? value)
    {
        if (value is null || type == ConfigurationType.String || Problem(type, value) is not null)
        {
            return value;
        }

        using var parsed = JsonDocument.Parse(value);
        return parsed.RootElement.Clone();
    }

    /// <summary>Two texts that say the same: JSON however it is laid out.</summary>
    public static bool IsSame(ConfigurationType type, string one, string other) =>
        one == other
        || (
            type == ConfigurationType.Json
            && (JsonText.Parse(one), JsonText.Parse(other)) is ((var a, null), (var b, null))
            && JsonNode.DeepEquals(a, b)
        );

    /// <summary>As JSON writes numbers.</summary>
    private static bool IsNumber(string? value) => JsonText.Parse(value).Node?.GetValueKind() == JsonValueKind.Number;
}
