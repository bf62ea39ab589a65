namespace Sanctum.Configurator.Platform;

/// <summary>Text in a file of comma-separated values (RFC 4180).</summary>
public static class CsvText
{
    /// <summary>
    /// A cell that no program of tables takes for a formula: what would begin one gets an apostrophe before it, which stands for "this is
    /// text"
    /// there.
    /// </summary>
    public static string CellOf(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return "";
        }

        var safe = text[0] is '=' or '+' or '-' or '@' or '\t' or '\r' or '\n' ? $"'{text}" : text;
        return safe.AsSpan().ContainsAny(",\"\r\n") ? $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : safe;
    }
}
