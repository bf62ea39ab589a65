namespace Sanctum.Configurator.Features.McpServers.Pins;

/// <summary>
/// JSON in the one form of RFC 8785, so that the same value always has the same bytes: members in the order of their UTF-16 units, numbers as
/// ECMAScript writes them, no blanks.
/// </summary>
internal static class CanonicalJson
{
    public static string Write(JsonNode? node)
    {
        var text = new StringBuilder();
        Write(JsonSerializer.SerializeToElement(node), text);
        return text.ToString();
    }

    private static void Write(JsonElement value, StringBuilder text)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                WriteObject(value, text);
                break;
            case JsonValueKind.Array:
                text.Append('[');
                foreach (var (at, item) in value.EnumerateArray().Index())
                {
                    text.Append(at == 0 ? "" : ",");
                    Write(item, text);
                }

                text.Append(']');
                break;
            case JsonValueKind.String:
                WriteString(value.GetString()!, text);
                break;
            case JsonValueKind.Number:
                text.Append(NumberOf(value));
                break;
            default:
                text.Append(value.GetRawText());
                break;
        }
    }

    private static void WriteObject(JsonElement value, StringBuilder text)
    {
        text.Append('{');
        foreach (var (at, member) in value.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal).Index())
        {
            text.Append(at == 0 ? "" : ",");
            WriteString(member.Name, text);
            text.Append(':');
            Write(member.Value, text);
        }

        text.Append('}');
    }

    private static void WriteString(string value, StringBuilder text)
    {
        text.Append('"');
        foreach (var unit in value)
        {
            text.Append(
                unit switch
                {
                    '"' => "\\\"",
                    '\\' => "\\\\",
                    '\b' => "\\b",
                    '\t' => "\\t",
                    '\n' => "\\n",
                    '\f' => "\\f",
                    '\r' => "\\r",
                    < ' ' => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}"),
                    _ => unit.ToString(),
                }
            );
        }

        text.Append('"');
    }

    /// <summary>A number that no double holds stays as it was written: two that differ shall not become one.</summary>
    private static string NumberOf(JsonElement value)
    {
        var number = value.GetDouble();
        return !double.IsFinite(number) ? value.GetRawText()
            : number == 0 ? "0"
            : EcmaText(number);
    }

    /// <summary>The shortest digits that read back as the same number, set out by ECMAScript's rule.</summary>
    private static string EcmaText(double number)
    {
        var shortest = Math.Abs(number).ToString("E16", CultureInfo.InvariantCulture);
        for (var digitsWanted = 0; digitsWanted < 17; digitsWanted++)
        {
            var tried = Math.Abs(number).ToString($"E{digitsWanted}", CultureInfo.InvariantCulture);
            if (double.Parse(tried, CultureInfo.InvariantCulture) == Math.Abs(number))
            {
                shortest = tried;
                break;
            }
        }

        var parts = shortest.Split('E');
        var digits = parts[0].Replace(".", "", StringComparison.Ordinal).TrimEnd('0') is { Length: > 0 } kept ? kept : "0";
        var point = int.Parse(parts[1], CultureInfo.InvariantCulture) + 1;
        return (number < 0 ? "-" : "") + SetOut(digits, point);
    }

    private static string SetOut(string digits, int point)
    {
        if (point is > 0 and <= 21)
        {
            return digits.Length <= point ? digits.PadRight(point, '0') : $"{digits[..point]}.{digits[point..]}";
        }

        if (point is > -6 and <= 0)
        {
            return $"0.{new string('0', -point)}{digits}";
        }

        var exponent = string.Create(CultureInfo.InvariantCulture, $"e{(point > 0 ? "+" : "-")}{Math.Abs(point - 1)}");
        return (digits.Length == 1 ? digits : $"{digits[..1]}.{digits[1..]}") + exponent;
    }
}
