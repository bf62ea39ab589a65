using Microsoft.EntityFrameworkCore.Metadata;

namespace Sanctum.Configurator.Features.History;

/// <summary>The values of the history, which are text as the database writes it, as those of an entity, and back.</summary>
internal static class StoredValues
{
    public static object? ValueOf(IProperty property, string? text)
    {
        var type = Nullable.GetUnderlyingType(property.ClrType) ?? property.ClrType;
        return text is null ? null
            : type == typeof(bool) ? text is "1" || bool.TryParse(text, out var isOn) && isOn
            : type == typeof(DateTimeOffset) ? UtcText.Parse(text)
            : property.GetTypeMapping().Converter is { } converter ? converter.ConvertFromProvider(text)
            : Convert.ChangeType(text, type, CultureInfo.InvariantCulture);
    }

    public static string? TextOf(IProperty property, object? value) =>
        value switch
        {
            null => null,
            bool isOn => isOn ? "true" : "false",
            DateTimeOffset time => UtcText.Of(time),
            _ => Convert.ToString(property.GetTypeMapping().Converter?.ConvertToProvider(value) ?? value, CultureInfo.InvariantCulture),
        };

    /// <summary>Whether two values say the same: PostgreSQL writes JSON in its own words.</summary>
    public static bool AreSame(IProperty property, object? one, object? other) =>
        Equals(one, other)
        || (
            property.IsJson()
            && one is string left
            && other is string right
            && JsonNode.DeepEquals(JsonNode.Parse(left), JsonNode.Parse(right))
        );
}
