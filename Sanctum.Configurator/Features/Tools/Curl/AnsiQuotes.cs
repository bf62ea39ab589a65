namespace Sanctum.Configurator.Features.Tools.Curl;

/// <summary>
/// <c>$'…'</c> as the Bash manual has it under ANSI-C Quoting. Two <c>\uD8xx\uDCxx</c> become the one letter that browsers mean by them;
/// Bash
/// itself writes bytes that are no UTF-8. What comes behind a zero byte is dropped, as Bash does.
/// </summary>
internal static class AnsiQuotes
{
    private const string Plain = "abeEfnrtv\\'\"?";
    private const string Meant = "\a\b\u001B\u001B\f\n\r\t\v\\'\"?";

    public static CurlFault? Append(string text, ref int at, WordDraft word)
    {
        var open = at;
        var target = word;
        at += 2;
        while (at < text.Length && text[at] != '\'')
        {
            if (text[at] == '\\' && at + 1 < text.Length)
            {
                at++;
                target = Escape(text, ref at, target) ? target : new();
            }
            else
            {
                at += target.Append(text, at);
            }
        }

        return at++ < text.Length
            ? null
            : new($"The $' at character {open + 1} is not closed. Add the missing ' or paste the complete command.", open);
    }

    /// <summary>False for a zero byte.</summary>
    private static bool Escape(string text, ref int at, WordDraft word)
    {
        var letter = text[at];
        if (Plain.IndexOf(letter, StringComparison.Ordinal) is >= 0 and var known)
        {
            at++;
            word.AppendByte(Meant[known]);
            return true;
        }

        switch (letter)
        {
            case >= '0' and <= '7':
                return Byte(word, Number(text, ref at, 3, 8).Value);
            case 'x':
                at++;
                return Hex(text, ref at, word);
            case 'u' or 'U':
                at++;
                return Code(text, ref at, letter, word);
            case 'c' when at + 1 < text.Length && text[at + 1] is not '\'' and < '\x80':
                return Control(text, ref at, word);
            default:
                word.AppendByte('\\');
                at += word.Append(text, at);
                return true;
        }
    }

    private static bool Hex(string text, ref int at, WordDraft word)
    {
        var isBraced = at < text.Length && text[at] == '{';
        at += isBraced ? 1 : 0;
        var (value, digits) = Number(text, ref at, isBraced ? int.MaxValue : 2, 16);
        at += isBraced && at < text.Length && text[at] == '}' ? 1 : 0;
        return isBraced || digits > 0 ? Byte(word, value) : Unknown(word, 'x');
    }

    private static bool Code(string text, ref int at, char letter, WordDraft word)
    {
        var (value, digits) = Number(text, ref at, letter == 'u' ? 4 : 8, 16);
        if (digits == 0)
        {
            return Unknown(word, letter);
        }

        if (value is >= 0xD800 and < 0xDC00 && at + 1 < text.Length && text[at] == '\\' && text[at + 1] == 'u')
        {
            var after = at + 2;
            if (Number(text, ref after, 4, 16).Value is >= 0xDC00 and < 0xE000 and var low)
            {
                at = after;
                value = 0x1_0000 + ((value - 0xD800) << 10) + (low - 0xDC00);
            }
        }

        word.AppendCode(value);
        return value != 0;
    }

    private static bool Control(string text, ref int at, WordDraft word)
    {
        var held = text[at + 1];
        at += held == '\\' && at + 2 < text.Length && text[at + 2] == '\\' ? 3 : 2;
        word.AppendByte(held == '?' ? 0x7F : char.ToUpperInvariant(held) & 0x1F);
        if (held == '\\' && text[at - 1] == '\\' && text[at - 2] == 'c' && at < text.Length)
        {
            // The backslash has escaped the character behind it from the shell's search for the closing quote.
            at += word.Append(text, at);
        }

        return (held & 0x1F) != 0 || held == '?';
    }

    private static (uint Value, int Digits) Number(string text, ref int at, int most, uint radix)
    {
        var (value, digits) = (0u, 0);
        while (at < text.Length && digits < most && DigitOf(text[at]) < radix)
        {
            value = (value * radix) + DigitOf(text[at++]);
            digits++;
        }

        return (value, digits);
    }

    private static uint DigitOf(char digit) =>
        digit switch
        {
            >= '0' and <= '9' => digit - (uint)'0',
            >= 'a' and <= 'f' => digit - (uint)'a' + 10,
            >= 'A' and <= 'F' => digit - (uint)'A' + 10,
            _ => uint.MaxValue,
        };

    private static bool Byte(WordDraft word, uint value)
    {
        if ((value & 0xFF) != 0)
        {
            word.AppendByte((int)(value & 0xFF));
        }

        return (value & 0xFF) != 0;
    }

    private static bool Unknown(WordDraft word, char letter)
    {
        word.AppendByte('\\');
        word.AppendByte(letter);
        return true;
    }
}
