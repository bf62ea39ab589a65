namespace Sanctum.Configurator.Features.Logs.Viewing;

/// <summary>Text of a line as one row of a page can show it without harm.</summary>
internal static class LineText
{
    /// <summary>Without terminals' colours; controls, line ends and marks that turn the direction of the text stand as signs.</summary>
    /// <param name="most">Characters that are shown.</param>
    public static string Of(string text, int most)
    {
        return Show(text, most, isOneRow: true);
    }

    /// <summary>All of it, in its own rows.</summary>
    public static string Whole(string text) => Show(text, int.MaxValue, isOneRow: false);

    private static string Show(string text, int most, bool isOneRow)
    {
        text = TerminalText.Strip(text);
        var shown = new StringBuilder(Math.Min(text.Length, most));
        for (var at = 0; at < text.Length; at++)
        {
            if (shown.Length >= most)
            {
                return shown.Append('…').ToString();
            }

            var character = text[at];
            shown.Append(!isOneRow && (character is '\n' or '\t') ? character : SignOf(character));
        }

        return shown.ToString();
    }

    private static char SignOf(char character) =>
        character switch
        {
            '\n' or '\r' => '⏎',
            '\t' => ' ',
            < ' ' => (char)('\u2400' + character),
            '\u007f' => '\u2421',
            _ when char.GetUnicodeCategory(character)
                    is UnicodeCategory.Format
                        or UnicodeCategory.LineSeparator
                        or UnicodeCategory.ParagraphSeparator
                        or UnicodeCategory.Control => '\ufffd',
            _ => character,
        };
}
