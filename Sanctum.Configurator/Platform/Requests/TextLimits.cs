using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization.Metadata;

namespace Sanctum.Configurator.Platform.Requests;

/// <summary>The limits of what a member may hold, wherever they are said.</summary>
/// <param name="Most">Characters of a text, or of JSON as it is written.</param>
/// <param name="MostEntries">Entries of a list or a dictionary.</param>
/// <param name="Message">What a text that is longer is told.</param>
internal sealed record TextLimits(int Most, int MostEntries, string Message)
{
    /// <summary>Null where nothing limits the member.</summary>
    public static TextLimits? Of(JsonPropertyInfo member)
    {
        var attributes = member.AttributeProvider?.GetCustomAttributes(inherit: true) ?? [];
        return attributes.OfType<TextLimitAttribute>().FirstOrDefault() is { } limit
                ? new(limit.Most, limit.MostEntries, limit.FormatErrorMessage(member.Name))
            : attributes.OfType<StringLengthAttribute>().FirstOrDefault() is { } length
                ? new(length.MaximumLength, int.MaxValue, length.FormatErrorMessage(member.Name))
            : attributes.OfType<MaxLengthAttribute>().FirstOrDefault() is { } most
                ? new(most.Length, int.MaxValue, most.FormatErrorMessage(member.Name))
            : null;
    }
}
