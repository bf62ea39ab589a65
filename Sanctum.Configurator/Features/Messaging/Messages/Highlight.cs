using System.Text.RegularExpressions;

namespace Sanctum.Configurator.Features.Messaging.Messages;

/// <summary>A piece of a text, and whether it is what was looked for.</summary>
public sealed record MarkedText(string Text, bool IsHit);

/// <summary>Marks in a text what was looked for. The pieces are text, never markup.</summary>
public static class Highlight
{
    /// <summary>Characters of an excerpt.</summary>
    private const int Most = 240;

    /// <summary>Of these, so many stand before the first hit.</summary>
    private const int Before = 60;

    /// <summary>For one text; a message is long, and hits in it are not worth waiting for.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);

    private const string Letter = @"[\p{L}\p{N}\p{M}\p{Co}]";

    /// <summary>What finds the words; null where nothing is looked for.</summary>
    public static Regex? Of(MessageWords words)
    {
        var wanted = words
            .Phrases.Select(phrase =>
                $@"(?<!{Letter}){string.Join($@"(?!{Letter})(?:.(?<!{Letter}))+", phrase.Words.Select(Regex.Escape))}"
                + (phrase.IsPrefix ? $"{Letter}*" : $"(?!{Letter})")
            )
            .Concat(words.Pieces.Select(Regex.Escape))
            .ToList();
        return wanted.Count == 0
            ? null
            : new(string.Join('|', wanted), RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.Singleline, Patience);
    }

    /// <summary>The whole text, as far as it is shown.</summary>
    public static IReadOnlyList<MarkedText> Whole(string text, Regex? wanted, int most = int.MaxValue) => Mark(Cut(text, 0, most), wanted);

    /// <summary>The part round the first hit; the beginning where there is none.</summary>
    public static IReadOnlyList<MarkedText> Excerpt(string text, Regex? wanted)
    {
        var first = Find(text, wanted);
        return Mark(Cut(text, first > Before ? first - Before : 0, Most), wanted);
    }

    public static bool Has(string? text, Regex? wanted) => text is not null && Find(text, wanted) >= 0;

    private static int Find(string text, Regex? wanted)
    {
        try
        {
            return wanted?.Match(text) is { Success: true } hit ? hit.Index : -1;
        }
        catch (RegexMatchTimeoutException)
        {
            return -1;
        }
    }

    /// <summary>No sign is cut in halves.</summary>
    private static string Cut(string text, int start, int most)
    {
        start += start > 0 && char.IsLowSurrogate(text[start]) ? 1 : 0;
        var end = text.Length - start > most ? start + most : text.Length;
        end -= end < text.Length && char.IsLowSurrogate(text[end]) ? 1 : 0;
        return $"{(start > 0 ? "…" : "")}{text[start..end]}{(end < text.Length ? "…" : "")}";
    }

    private static IReadOnlyList<MarkedText> Mark(string text, Regex? wanted)
    {
        try
        {
            var (pieces, at) = (new List<MarkedText>(), 0);
            foreach (var hit in wanted?.Matches(text).Where(hit => hit.Length > 0) ?? [])
            {
                pieces.Add(new(text[at..hit.Index], false));
                pieces.Add(new(hit.Value, true));
                at = hit.Index + hit.Length;
            }

            pieces.Add(new(text[at..], false));
            return [.. pieces.Where(piece => piece.Text.Length > 0)];
        }
        catch (RegexMatchTimeoutException)
        {
            return [new(text, false)];
        }
    }
}
