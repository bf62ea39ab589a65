using System.Buffers;

namespace Sanctum.Configurator.Features.Tools.Curl;

/// <summary>
/// Letters that word processors, chats and web pages put in the place of those that a shell knows. Outside quotes nobody means them, and a
/// shell would make another request of them.
/// </summary>
internal static class LookAlikes
{
    private const string Quotes = "“”„‟‘’‚‛«»‹›″′‶‵＂＇❝❞❛❜´";
    private const string Dashes = "‐‑‒–—―−﹘﹣－";

    private static readonly SearchValues<char> AnyQuote = SearchValues.Create(Quotes);

    /// <summary>Why a part of a command that stands outside quotes can't be meant; null where it can.</summary>
    /// <param name="start">Where the part begins in what was pasted.</param>
    /// <param name="isBeginning">A word begins with it.</param>
    public static CurlFault? FaultOf(ReadOnlySpan<char> part, int start, bool isBeginning)
    {
        if (Ascii.IsValid(part))
        {
            return null;
        }

        var at = 0;
        foreach (var letter in part.EnumerateRunes())
        {
            if (SentenceOf(letter, isBeginning && at == 0) is { } sentence)
            {
                return new(sentence, start + at);
            }

            at += letter.Utf16SequenceLength;
        }

        return null;
    }

    /// <summary>Where a quote is not closed, a typographic one is the likely reason.</summary>
    public static CurlFault? FindQuote(string text)
    {
        var at = text.AsSpan().IndexOfAny(AnyQuote);
        return at < 0 ? null : new(QuoteSentence(text[at]), at);
    }

    private static string? SentenceOf(Rune letter, bool isBeginning) =>
        letter.Value > 0xFFFF ? null
        : Quotes.Contains((char)letter.Value, StringComparison.Ordinal) ? QuoteSentence((char)letter.Value)
        : isBeginning && Dashes.Contains((char)letter.Value, StringComparison.Ordinal)
            ? $"{letter} is a typographic dash, with which no option begins: write - or -- in its place. Word processors and chats change it."
        : Unseen.IsInvisible(letter) || Unseen.IsForeignBlank(letter)
            ? $"There is {Unseen.NameOf(letter)} here, which was copied along and which a shell takes for a part of the word: take it out, or write a blank."
        : null;

    private static string QuoteSentence(char quote) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{quote} is a typographic quote, which no shell takes for a quote: write \" or ' in its place. Where it belongs to a value, put that value into straight quotes."
        );
}
