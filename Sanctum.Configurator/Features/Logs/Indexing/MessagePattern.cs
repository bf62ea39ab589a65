namespace Sanctum.Configurator.Features.Logs.Indexing;

/// <summary>
/// What messages have in common that differ in their numbers, ids and quoted names: "Run 12 took 340 ms" and "Run 13 took 9 ms" are both
/// "Run * took * ms".
/// </summary>
internal static class MessagePattern
{
    /// <summary>Characters of a message that count.</summary>
    private const int Longest = 400;

    /// <summary>Hexadecimal digits from which on a word with a digit in it is an id.</summary>
    private const int ShortestId = 8;

    public static string Of(string message)
    {
        message = TerminalText.Strip(message);
        var text = message.AsSpan(0, Math.Min(message.Length, Longest));
        var line = text.IndexOfAny('\r', '\n');
        text = line > 0 ? text[..line] : text;
        var pattern = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length; )
        {
            at +=
                char.IsLetterOrDigit(text[at]) ? AddWord(pattern, text[at..])
                : text[at] == '"' ? AddQuoted(pattern, text[at..])
                : Add(pattern, text[at]);
        }

        return pattern.ToString().Trim();
    }

    /// <summary>The same number for the same pattern, always: FNV-1a in 63 bits, which both databases hold.</summary>
    public static long IdOf(string pattern)
    {
        var hash = 14695981039346656037UL;
        foreach (var character in pattern)
        {
            hash = (hash ^ character) * 1099511628211UL;
        }

        return (long)(hash & long.MaxValue);
    }

    private static int Add(StringBuilder pattern, char character)
    {
        pattern.Append(char.IsControl(character) ? ' ' : character);
        return 1;
    }

    private static int AddQuoted(StringBuilder pattern, ReadOnlySpan<char> text)
    {
        var end = text[1..].IndexOf('"');
        pattern.Append(end < 0 ? "\"" : "\"*\"");
        return end < 0 ? 1 : end + 2;
    }

    private static int AddWord(StringBuilder pattern, ReadOnlySpan<char> text)
    {
        var length = 0;
        while (length < text.Length && (char.IsLetterOrDigit(text[length]) || text[length] is '-' or '_'))
        {
            length++;
        }

        var word = text[..length];
        if (!word.ContainsAnyInRange('0', '9'))
        {
            pattern.Append(word);
        }
        else if (word.Length >= ShortestId && !word.ContainsAnyExcept(IdCharacters))
        {
            pattern.Append('*');
        }
        else
        {
            AddWithoutNumbers(pattern, word);
        }

        return length;
    }

    private static readonly System.Buffers.SearchValues<char> IdCharacters = System.Buffers.SearchValues.Create("0123456789abcdefABCDEF-_");

    private static void AddWithoutNumbers(StringBuilder pattern, ReadOnlySpan<char> word)
    {
        var isNumber = false;
        foreach (var character in word)
        {
            if (!char.IsAsciiDigit(character))
            {
                pattern.Append(character);
            }
            else if (!isNumber)
            {
                pattern.Append('*');
            }

            isNumber = char.IsAsciiDigit(character);
        }
    }
}
