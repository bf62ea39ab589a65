using System.Globalization;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Sanctum.Configurator.Registry.Sqlite;

/// <summary>Times as SQLite's CURRENT_TIMESTAMP writes them, in UTC, with milliseconds: text that sorts and that other programs read.</summary>
public static class UtcText
{
    private const string Format = "yyyy-MM-dd HH:mm:ss.fff";

    public static string Of(DateTimeOffset time) => time.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture);

    /// <summary>Reads any ISO shape, with or without fraction, "T" and zone; without a zone it is UTC.</summary>
    public static DateTimeOffset Parse(string text) =>
        DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);
}

internal sealed class UtcTextConverter() : ValueConverter<DateTimeOffset, string>(time => UtcText.Of(time), text => UtcText.Parse(text));
