using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Sanctum.Configurator.Registry.Model;

/// <summary>
/// Times as SQLite's CURRENT_TIMESTAMP writes them, in UTC, with milliseconds: text that sorts and that other programs read.
/// </summary>
public static class UtcText
{
    private const string Format = "yyyy-MM-dd HH:mm:ss.fff";

    public static string Of(DateTimeOffset time) => time.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture);

    /// <summary>
    /// Reads any ISO shape, with or without fraction, "T" and zone; without a zone it is UTC. One row that another program wrote a time
    /// into
    /// that can't be read takes no list from anybody: it is <see cref="TimeText.Unreadable"/>.
    /// </summary>
    public static DateTimeOffset Parse(string text) => Find(text) ?? TimeText.Unreadable;

    /// <summary>Null where it can't be read.</summary>
    public static DateTimeOffset? Find(string text) => Usual(text) ?? TimeText.Iso(text);

    /// <summary>A time in the very shape that the console writes; null where it is in another one.</summary>
    public static DateTimeOffset? Usual(string text) =>
        text.Length == Format.Length
        && DateTime.TryParseExact(
            text,
            Format,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var time
        )
            ? new DateTimeOffset(time, TimeSpan.Zero)
            : null;
}

internal sealed class UtcTextConverter() : ValueConverter<DateTimeOffset, string>(time => UtcText.Of(time), text => UtcText.Parse(text));
