using Sanctum.Configurator.Features.RestApi.Catalog;
using Sanctum.Configurator.Features.RestApi.Parsing;

namespace Sanctum.Configurator.Features.RestApi.Sql;

/// <summary>Reads values of callers as a column's type; what PostgreSQL would refuse is refused alike on SQLite.</summary>
internal static class RestValue
{
    private static readonly string[] Yes = ["true", "t", "yes", "y", "on", "1"];
    private static readonly string[] No = ["false", "f", "no", "n", "off", "0"];

    /// <summary>A value to compare a column with.</summary>
    public static object Of(RestColumn column, string text) =>
        column.Kind switch
        {
            RestKind.Uuid => Guid.TryParse(text.Trim(), out var id) ? id : throw Unfit(column, text),
            RestKind.Integer => Integer(column, text),
            RestKind.Number => Number(text) ?? throw Unfit(column, text),
            RestKind.Boolean => Boolean(text) ?? throw Unfit(column, text),
            RestKind.Time => Time(text)
                ?? throw RestFault.Value(
                    column.TypeName,
                    text,
                    NullHint(text) ?? "Use an ISO 8601 time such as 2026-11-21T09:30:00Z; in addresses, + is written %2B.",
                    "22007"
                ),
            RestKind.Date => DateOnly.TryParseExact(
                text.Trim(),
                "yyyy-MM-dd",
                CultureInfo.InvariantCulture,
                DateTimeStyles.None,
                out var day
            )
                ? day
                : throw RestFault.Value(column.TypeName, text, NullHint(text) ?? "Use a day such as 2026-11-21.", "22007"),
            RestKind.Json => Json(text),
            _ => text,
        };

    /// <summary>A value to store in a column.</summary>
    public static object? Of(RestColumn column, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        if (column.Kind == RestKind.Json)
        {
            var raw = value.GetRawText();
            return raw.Contains("\\u0000", StringComparison.OrdinalIgnoreCase) ? throw Unkeepable(column) : new JsonParameter(raw);
        }

        var text = TextOf(column, value);
        var read = Of(column, text);
        if (column is { Kind: RestKind.Text, MostLength: { } most } && text.Length > most && text.EnumerateRunes().Count() > most)
        {
            throw new RestFault(
                StatusCodes.Status400BadRequest,
                "22001",
                $"value too long for type character varying({most})",
                $"The value of {column.Name} has {text.EnumerateRunes().Count()} characters.",
                "Shorten it."
            );
        }

        return read;
    }

    public static JsonParameter Json(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return new(text);
        }
        catch (JsonException)
        {
            throw RestFault.Value(
                "json",
                text,
                "Write JSON: text stands in double quotes. For the text of a place, use ->> instead of ->."
            );
        }
    }

    private static string TextOf(RestColumn column, JsonElement value)
    {
        try
        {
            var text = value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
            return text.Contains('\0', StringComparison.Ordinal) ? throw Unkeepable(column) : text;
        }
        catch (InvalidOperationException)
        {
            throw Unkeepable(column); // Half of a pair of UTF-16.
        }
    }

    private static RestFault Unkeepable(RestColumn column) =>
        new(
            StatusCodes.Status400BadRequest,
            "22P05",
            "unsupported Unicode escape sequence",
            $"{column.Name} has a NUL, or half of a character, which cannot be converted to text.",
            "Leave it out."
        );

    private static object Integer(RestColumn column, string text)
    {
        if (long.TryParse(text.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            if (column.IsLong || number is >= int.MinValue and <= int.MaxValue)
            {
                return number;
            }
        }
        else if (!text.Trim().TrimStart('-', '+').All(char.IsAsciiDigit) || text.Trim().TrimStart('-', '+').Length == 0)
        {
            throw Unfit(column, text);
        }

        throw new RestFault(
            StatusCodes.Status400BadRequest,
            "22003",
            $"value \"{RestFault.Shorten(text)}\" is out of range for type {column.TypeName}"
        );
    }

    private static double? Number(string text) =>
        double.TryParse(text.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? number
            : null;

    private static bool? Boolean(string text) =>
        Yes.Contains(text.Trim().ToLowerInvariant()) ? true
        : No.Contains(text.Trim().ToLowerInvariant()) ? false
        : null;

    private static DateTimeOffset? Time(string text) =>
        GivenTime.TryParse(text, out var time) && TimeText.Iso(Mended(text)) is not null ? time.Value : null;

    /// <summary>The plus sign of a zone is a blank in addresses where it is not written as %2B.</summary>
    private static string Mended(string text) => text is { Length: > 6 } && text[^6] == ' ' ? $"{text[..^6]}+{text[^5..]}" : text;

    private static RestFault Unfit(RestColumn column, string text) => RestFault.Value(column.TypeName, text, NullHint(text));

    private static string? NullHint(string text) =>
        text.Equals("null", StringComparison.OrdinalIgnoreCase) ? "Rows without a value are found by is.null." : null;
}
