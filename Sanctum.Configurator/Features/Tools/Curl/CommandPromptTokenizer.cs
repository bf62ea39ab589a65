using System.Buffers;

namespace Sanctum.Configurator.Features.Tools.Curl;

/// <summary>
/// The words of a command for the Windows command prompt. First cmd.exe: outside quotes <c>^</c> takes the next character's meaning, at a
/// line's end it continues the line, and the character behind that stands for itself. Then the program's own splitting, as Microsoft's
/// "Parsing C command-line arguments" describes it: <c>\"</c> is a quote, backslashes count only before one, <c>""</c> in quotes is one.
/// Browsers
/// double each backslash when they copy for the command prompt, which only undoes it before a quote: in their <c>^"…^"</c> a pair is one.
/// </summary>
internal static class CommandPromptTokenizer
{
    private static readonly SearchValues<char> LineMarks = SearchValues.Create("^\"%\r\n&|<>");

    private static readonly SearchValues<char> WordMarks = SearchValues.Create(" \t\\\"");

    public static CurlFault? Split(string text, int start, WordDraft word, CurlNotes notes)
    {
        var line = new EscapedLine();
        ReadLine(text, start, line, notes);
        var written = line.ToString();
        var at = 0;
        while (at < written.Length && word.Fault is null)
        {
            if (written[at] is ' ' or '\t' || (written[at] == '\n' && word.Words.Count == 0))
            {
                at++;
                continue;
            }

            var position = line.PositionOf(at);
            word.Open(position);
            if (ReadWord(line, written, ref at, word, IsBrowsers(text, position)) is { } quote)
            {
                var open = line.PositionOf(quote);
                return new(
                    $"The double quote at character {open + 1} is not closed. Add the missing \" or paste the complete command.",
                    open
                );
            }

            word.Close();
        }

        return null;
    }

    private static void ReadLine(string text, int start, EscapedLine line, CurlNotes notes)
    {
        var isQuoted = false;
        var at = start;
        while (at < text.Length && !EndsLine(text, at, isQuoted))
        {
            if (text[at] == '^' && !isQuoted)
            {
                at = Escaped(text, at);
                line.Append(text, at, at < text.Length ? 1 : 0);
                at++;
                continue;
            }

            isQuoted ^= text[at] == '"';
            NameVariable(text, at, notes);
            var mark = text.AsSpan(at + 1).IndexOfAny(LineMarks);
            var length = mark < 0 ? text.Length - at : mark + 1;
            line.Append(text, at, length);
            at += length;
        }

        if (text.AsSpan(Math.Min(at, text.Length)).Trim() is { IsEmpty: false } rest)
        {
            notes.Add(
                $"{Octets.Show(Octets.Of(rest[..Math.Min(rest.Length, 80)].ToString()))} is ignored. Only the first command is read."
            );
        }
    }

    private static bool EndsLine(string text, int at, bool isQuoted) =>
        text[at] == '\n'
        || (text[at] == '\r' && at + 1 < text.Length && text[at + 1] == '\n')
        || (!isQuoted && text[at] is '&' or '|' or '<' or '>');

    /// <summary>The position of the character that the caret at <paramref name="at"/> escapes.</summary>
    private static int Escaped(string text, int at)
    {
        at++;
        if (at + 1 < text.Length && text[at] == '\r' && text[at + 1] == '\n')
        {
            at++;
        }

        if (at >= text.Length || text[at] != '\n')
        {
            return at;
        }

        at++;
        return at + 1 < text.Length && text[at] == '\r' && text[at + 1] == '\n' ? at + 1 : at;
    }

    /// <summary>%NAME% is a variable in quotes too; %20 is not, and neither is a % with a caret behind it.</summary>
    private static void NameVariable(string text, int at, CurlNotes notes)
    {
        if (text[at] != '%')
        {
            return;
        }

        var end = at + 1;
        while (end < text.Length && end - at < 64 && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_'))
        {
            end++;
        }

        if (end < text.Length && text[end] == '%' && end > at + 1 && !char.IsAsciiDigit(text[at + 1]))
        {
            notes.Add($"{text.AsSpan(at, end + 1 - at)} is a variable of the command prompt and is not replaced.");
        }
    }

    /// <summary>Null, or where the quote stands that nothing closes.</summary>
    private static int? ReadWord(EscapedLine pasted, string line, ref int at, WordDraft word, bool isBrowsers)
    {
        int? open = null;
        while (at < line.Length && (open is not null || line[at] is not (' ' or '\t')))
        {
            var backslashes = 0;
            while (at < line.Length && line[at] == '\\')
            {
                backslashes++;
                at++;
            }

            var isQuote = at < line.Length && line[at] == '"';
            Repeat(word, isQuote || (isBrowsers && backslashes % 2 == 0) ? backslashes / 2 : backslashes);
            if (!isQuote)
            {
                var plain = backslashes == 0 ? Plain(line.AsSpan(at)) : [];
                word.Refuse(open is null && !plain.IsEmpty ? LookAlikes.FaultOf(plain, pasted.PositionOf(at), word.Length == 0) : null);
                word.Append(plain);
                at += plain.Length;
            }
            else if (backslashes % 2 == 1 || (open is not null && at + 1 < line.Length && line[at + 1] == '"'))
            {
                at += backslashes % 2 == 1 ? 1 : 2;
                word.AppendByte('"');
            }
            else
            {
                open = open is null ? at : null;
                at++;
            }
        }

        return open;
    }

    /// <summary>Up to the next character that means something; the first may be a blank in quotes.</summary>
    private static ReadOnlySpan<char> Plain(ReadOnlySpan<char> rest)
    {
        var mark = rest[1..].IndexOfAny(WordMarks);
        return mark < 0 ? rest : rest[..(mark + 1)];
    }

    private static bool IsBrowsers(string text, int start) => text[start] == '"' && start > 0 && text[start - 1] == '^';

    private static void Repeat(WordDraft word, int backslashes)
    {
        while (backslashes-- > 0)
        {
            word.AppendByte('\\');
        }
    }
}
