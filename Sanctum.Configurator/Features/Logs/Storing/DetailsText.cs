namespace Sanctum.Configurator.Features.Logs.Storing;

/// <summary>Details as they are searched: the names and values, in their order, without JSON's signs and escapes.</summary>
internal static class DetailsText
{
    public static string Of(string? details)
    {
        if (details is null)
        {
            return "";
        }

        // Half a character ends the reading of a text.
        details = details.Contains("\\ud", StringComparison.OrdinalIgnoreCase) ? LogLine.Storable(details) : details;
        var text = new StringBuilder(details.Length);
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(details), new() { MaxDepth = int.MaxValue });
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.PropertyName or JsonTokenType.String)
                {
                    text.Append(reader.GetString()).Append(' ');
                }
                else if (reader.TokenType is JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False)
                {
                    text.Append(Encoding.UTF8.GetString(reader.ValueSpan)).Append(' ');
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Another program's idea of JSON: what was read up to here counts.
        }

        return text.ToString();
    }
}
