namespace Sanctum.Configurator.Features.McpServers.Pins;

/// <summary>A text with everything in it that nobody sees: what a model reads and a person does not.</summary>
internal static class VisibleText
{
    /// <summary>Letters of this block are ASCII letters that nothing draws.</summary>
    private const int Tags = 0xE0000;

    /// <summary>The text with each unseen letter named; a run of hidden ASCII is spelled out.</summary>
    public static string Of(string text)
    {
        if (!HasUnseen(text))
        {
            return text;
        }

        var shown = new StringBuilder();
        var hidden = new StringBuilder();
        foreach (var letter in text.EnumerateRunes())
        {
            if (IsTag(letter))
            {
                hidden.Append((char)(letter.Value - Tags));
                continue;
            }

            EndHidden(shown, hidden);
            shown.Append(IsUnseen(letter) ? $"[{Unseen.NameOf(letter)}]" : letter.ToString());
        }

        EndHidden(shown, hidden);
        return shown.ToString();
    }

    public static bool HasUnseen(string text) => text.EnumerateRunes().Any(IsUnseen);

    /// <summary>The names of the unseen letters in a text, each once.</summary>
    internal static IReadOnlyList<string> UnseenIn(string text) =>
        [
            .. text.EnumerateRunes()
                .Where(IsUnseen)
                .Select(letter => IsTag(letter) ? "hidden letters (Unicode tags)" : Unseen.NameOf(letter))
                .Distinct(),
        ];

    private static bool IsTag(Rune letter) => letter.Value is > Tags and < Tags + 0x7F and not Tags + 1;

    /// <summary>Line breaks and tabs are the usual ones; the marks that colour a sign only choose how it is drawn.</summary>
    private static bool IsUnseen(Rune letter) =>
        letter.Value is not (0xFE0E or 0xFE0F)
        && (
            Unseen.IsInvisible(letter)
            || (Rune.IsControl(letter) && letter.Value is not ('\n' or '\r' or '\t'))
            || Rune.GetUnicodeCategory(letter) is UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        );

    private static void EndHidden(StringBuilder shown, StringBuilder hidden)
    {
        if (hidden.Length > 0)
        {
            shown.Append(CultureInfo.InvariantCulture, $"[hidden: “{hidden}”]");
            hidden.Clear();
        }
    }
}
