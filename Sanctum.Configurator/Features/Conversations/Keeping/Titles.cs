using System.Text.RegularExpressions;

namespace Sanctum.Configurator.Features.Conversations.Keeping;

/// <summary>The name that a conversation has by itself: the first words of what was asked.</summary>
internal static partial class Titles
{
    private const int Most = 60;

    /// <summary>Null where nothing was asked in words.</summary>
    public static string? Of(string question)
    {
        var line = Blanks().Replace(Unseen.Reveal(question.Length <= 1000 ? question : WholeText.Of(question[..1000])), " ");
        var words = line.Trim(' ', '#', '*', '>', '`', '-');
        if (words.Length <= Most)
        {
            return words.Length == 0 ? null : words;
        }

        var cut = words.LastIndexOf(' ', Most);
        var end = cut > Most / 2 ? cut : Most;
        return $"{words[..(char.IsHighSurrogate(words[end - 1]) ? end - 1 : end)].TrimEnd(' ', ',', '.', ';', ':')}…";
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
