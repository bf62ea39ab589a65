using System.Globalization;
using System.Text;

namespace Sanctum.Configurator.Features.Logs.Searching;

/// <summary>
/// What a word is, for the index and for lines that are not in it yet: a run of letters, digits and marks of private use, in lower case, as
/// SQLite's "unicode61" without folding of accents has it.
/// </summary>
public static class LogWords
{
    public static List<string> In(string text)
    {
        var (words, word) = (new List<string>(), new StringBuilder());
        foreach (var rune in text.EnumerateRunes())
        {
            if (IsPart(rune) || (word.Length > 0 && Rune.GetUnicodeCategory(rune) == UnicodeCategory.NonSpacingMark))
            {
                word.Append(Rune.ToLowerInvariant(rune).ToString());
            }
            else if (word.Length > 0)
            {
                words.Add(word.ToString());
                word.Clear();
            }
        }

        if (word.Length > 0)
        {
            words.Add(word.ToString());
        }

        return words;
    }

    /// <summary>Whether the words stand in this text, beside each other and in this order.</summary>
    public static bool Has(IReadOnlyList<string> text, LogPhrase phrase)
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

    private static bool Is(string word, string wanted, bool isPrefix) =>
        isPrefix ? word.StartsWith(wanted, StringComparison.Ordinal) : string.Equals(word, wanted, StringComparison.Ordinal);

    private static bool IsPart(Rune rune) => rune.IsAscii
        ? char.IsAsciiLetterOrDigit((char)rune.Value)
        : Rune.IsLetter(rune) || Rune.GetUnicodeCategory(rune) is UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber or UnicodeCategory.PrivateUse;
}
