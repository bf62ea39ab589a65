namespace Sanctum.Configurator.Features.Tools.Curl;

/// <summary>Finds where an expansion ends, quotes and inner brackets passed over.</summary>
internal static class Brackets
{
    /// <summary>The position of the bracket that closes the one at <paramref name="open"/>, or -1.</summary>
    public static int FindClose(string text, int open, char opening, char closing)
    {
        var depth = 0;
        for (var at = open; at < text.Length; at++)
        {
            switch (text[at])
            {
                case '\\':
                    at++;
                    break;
                case '\'' or '"':
                    at = CloseOfQuote(text, at);
                    break;
                case var bracket when bracket == opening:
                    depth++;
                    break;
                case var bracket when bracket == closing && --depth == 0:
                    return at;
            }
        }

        return -1;
    }

    private static int CloseOfQuote(string text, int open)
    {
        for (var at = open + 1; at < text.Length; at++)
        {
            if (text[at] == text[open])
            {
                return at;
            }

            at += text[at] == '\\' && text[open] == '"' ? 1 : 0;
        }

        return text.Length;
    }
}
