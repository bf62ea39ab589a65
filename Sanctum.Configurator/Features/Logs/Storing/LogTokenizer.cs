namespace Sanctum.Configurator.Features.Logs.Storing;

/// <summary>
/// What a word is, for the index and for lines that are not in it yet: a run of letters, digits and marks of private use, in lower case,
/// with their accents. Where a script puts no blanks between words, each sign is one, and what is searched for there are signs beside each
/// other.
/// </summary>
public static class LogTokenizer
{
    /// <summary>
    /// The scripts of South and East Asia, without blanks between words or with endings that stick to them: first and last sign of each
    /// block.
    /// </summary>
    private static readonly (int First, int Last)[] Unspaced =
    [
        (0x0900, 0x109f),
        (0x1100, 0x11ff),
        (0x1780, 0x17ff),
        (0x3005, 0x3007),
        (0x3021, 0x3035),
        (0x3040, 0x31bf),
        (0x31f0, 0x31ff),
        (0x3400, 0x4dbf),
        (0x4e00, 0x9fff),
        (0xa960, 0xa97f),
        (0xac00, 0xd7ff),
        (0xf900, 0xfaff),
        (0xff66, 0xffdc),
        (0x20000, 0x3ffff),
    ];

    /// <summary>The same as a class of PostgreSQL's expressions, without its brackets.</summary>
    public static readonly string UnspacedOfPostgres = string.Concat(
        Unspaced.Select(block => string.Create(CultureInfo.InvariantCulture, $"\\U{block.First:x8}-\\U{block.Last:x8}"))
    );

    public static List<string> In(string text)
    {
        var (words, word) = (new List<string>(), new StringBuilder());
        foreach (var rune in TerminalText.Strip(text).EnumerateRunes())
        {
            var isUnspaced = IsUnspaced(rune);
            if (isUnspaced && (IsPart(rune) || IsMark(rune)))
            {
                End(words, word);
                words.Add(Rune.ToLowerInvariant(rune).ToString());
            }
            else if (!isUnspaced && (IsPart(rune) || (word.Length > 0 && IsMark(rune))))
            {
                word.Append(Rune.ToLowerInvariant(rune).ToString());
            }
            else
            {
                End(words, word);
            }
        }

        End(words, word);
        return words;
    }

    /// <summary>A text whose words SQLite's index finds as <see cref="In"/> does.</summary>
    public static string ForIndex(string text) =>
        Ascii.IsValid(text) && !text.Contains('\u001b', StringComparison.Ordinal) ? text : string.Join(' ', In(text));

    /// <summary>Whether a word is one sign of a script without blanks.</summary>
    public static bool IsUnspaced(string word) => word.Length > 0 && IsUnspaced(Rune.GetRuneAt(word, 0));

    /// <summary>Whether the words stand in this text, beside each other and in this order.</summary>
    public static bool Has(IReadOnlyList<string> text, WordPhrase phrase)
    {
        for (var start = 0; start + phrase.Words.Count <= text.Count; start++)
        {
            var at = 0;
            while (at < phrase.Words.Count && Is(text[start + at], phrase.Words[at], phrase.IsPrefix && at == phrase.Words.Count - 1))
            {
                at++;
            }

            if (at == phrase.Words.Count)
            {
                return true;
            }
        }

        return false;
    }

    private static void End(List<string> words, StringBuilder word)
    {
        if (word.Length > 0)
        {
            words.Add(word.ToString());
            word.Clear();
        }
    }

    private static bool Is(string word, string wanted, bool isPrefix) =>
        isPrefix ? word.StartsWith(wanted, StringComparison.Ordinal) : string.Equals(word, wanted, StringComparison.Ordinal);

    private static bool IsUnspaced(Rune rune) =>
        rune.Value >= Unspaced[0].First && Array.Exists(Unspaced, block => rune.Value >= block.First && rune.Value <= block.Last);

    private static bool IsMark(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;

    private static bool IsPart(Rune rune) =>
        rune.IsAscii
            ? char.IsAsciiLetterOrDigit((char)rune.Value)
            : Rune.IsLetter(rune)
                || Rune.GetUnicodeCategory(rune)
                    is UnicodeCategory.DecimalDigitNumber
                        or UnicodeCategory.LetterNumber
                        or UnicodeCategory.OtherNumber
                        or UnicodeCategory.PrivateUse;
}
