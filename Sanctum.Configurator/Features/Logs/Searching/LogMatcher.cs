using System.Text.RegularExpressions;
using Sanctum.Configurator.Features.Logs.Storing;

namespace Sanctum.Configurator.Features.Logs.Searching;

/// <summary>
/// Says of one line whether it is wanted, as far as the databases' columns don't: words, details and regular expressions.
/// </summary>
internal sealed class LogMatcher(LogFilter filter)
{
    /// <summary>Whether every line passes.</summary>
    public bool IsAlways { get; } =
        filter.Phrases.Count == 0 && filter.ExcludedPhrases.Count == 0 && filter.Details.Count == 0 && filter.Patterns.Count == 0;

    public bool Takes(LogRow row) =>
        IsAlways
        || (HasEnumText(row) && filter.Details.All(detail => Has(row.Details, detail) != detail.IsExcluded) && FitsPatterns(row.Message));

    private bool HasEnumText(LogRow row)
    {
        if (filter.Phrases.Count == 0 && filter.ExcludedPhrases.Count == 0)
        {
            return true;
        }

        var (message, details) = (LogTokenizer.In(row.Message), LogTokenizer.In(DetailsText.Of(row.Details)));
        bool Has(WordPhrase phrase) => LogTokenizer.Has(message, phrase) || LogTokenizer.Has(details, phrase);
        return filter.Phrases.All(phrases => phrases.Any(Has)) && !filter.ExcludedPhrases.Any(Has);
    }

    private bool FitsPatterns(string message)
    {
        message = TerminalText.Strip(message);
        try
        {
            return filter.Patterns.All(pattern => pattern.Expression.IsMatch(message) != pattern.IsExcluded);
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }

    private static bool Has(string? details, LogDetail wanted)
    {
        if (details is null)
        {
            return false;
        }

        using var json = Parse(details);
        try
        {
            return json is not null
                && Find(json.RootElement, wanted.Path, 0) is { } found
                && string.Equals(
                    found.ValueKind == JsonValueKind.String ? TerminalText.Strip(found.GetString()!) : found.GetRawText(),
                    wanted.Value,
                    StringComparison.OrdinalIgnoreCase
                );
        }
        catch (InvalidOperationException)
        {
            return false; // Half a character, which nobody can type.
        }
    }

    private static JsonDocument? Parse(string details)
    {
        try
        {
            return JsonDocument.Parse(details, new() { MaxDepth = int.MaxValue });
        }
        catch (JsonException)
        {
            return null; // SQLite takes a little more for JSON than the standard does.
        }
    }

    /// <summary>A name may have dots itself, so the longest one that is there is taken first.</summary>
    private static JsonElement? Find(JsonElement element, IReadOnlyList<string> path, int at)
    {
        if (at == path.Count)
        {
            return element;
        }

        for (var end = path.Count; end > at && element.ValueKind is JsonValueKind.Object; end--)
        {
            if (
                element.TryGetProperty(string.Join('.', path.Skip(at).Take(end - at)), out var inner) && Find(inner, path, end) is { } found
            )
            {
                return found;
            }
        }

        return
            element.ValueKind is JsonValueKind.Array
            && int.TryParse(path[at], out var index)
            && index >= 0
            && index < element.GetArrayLength()
            ? Find(element[index], path, at + 1)
            : null;
    }
}
