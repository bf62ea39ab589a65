using System.Collections;
using System.ComponentModel.DataAnnotations;

namespace Sanctum.Configurator.Platform.Requests;

/// <summary>
/// How long a text may be: a text itself, each of a list or a dictionary of texts, or JSON as it is written. It holds for pages and
/// programs,
/// and stands in the description of the API. Every text that somebody can send has a limit, this one or
/// <see cref="StringLengthAttribute"/>.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class TextLimitAttribute(int most) : ValidationAttribute
{
    /// <summary>How many characters.</summary>
    public int Most { get; } = most;

    /// <summary>How many entries a list or a dictionary may have.</summary>
    public int MostEntries { get; init; } = 1000;

    public override bool IsValid(object? value) =>
        value switch
        {
            null => true,
            string text => text.Length <= Most,
            JsonNode json => json.ToJsonString().Length <= Most,
            IDictionary map => map.Count <= MostEntries && map.Keys.Cast<object>().Concat(map.Values.Cast<object?>()).All(IsShort),
            ICollection many => many.Count <= MostEntries && many.Cast<object?>().All(IsShort),
            IEnumerable many => many.Cast<object?>().Take(MostEntries + 1).Count() <= MostEntries && many.Cast<object?>().All(IsShort),
            _ => true,
        };

    public override string FormatErrorMessage(string name) => TooLong(Most);

    internal static string TooLong(int most) => string.Create(CultureInfo.InvariantCulture, $"At most {most:N0} characters.");

    internal static string TooMany(int most) => string.Create(CultureInfo.InvariantCulture, $"At most {most:N0} entries.");

    private bool IsShort(object? value) => value is not string text || text.Length <= Most;
}

/// <summary>The lengths that texts are limited to, in characters.</summary>
public static class Lengths
{
    /// <summary>A name, an id, a word out of a list.</summary>
    public const int Name = 255;

    /// <summary>A password or passphrase: what is longer only makes hashing it dear.</summary>
    public const int Password = 1024;

    /// <summary>An address, a path, an expression.</summary>
    public const int Line = 2048;

    /// <summary>What a person writes about something.</summary>
    public const int Description = 20_000;

    /// <summary>An instruction to a model, a command, a value.</summary>
    public const int Long = 200_000;

    /// <summary>A schema, a configuration, a file that is read in.</summary>
    public const int Document = 1_000_000;
}
