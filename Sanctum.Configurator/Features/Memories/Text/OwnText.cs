using System.Text.RegularExpressions;

namespace Sanctum.Configurator.Features.Memories.Text;

/// <summary>What somebody wrote himself, without what he quoted or pasted between fences.</summary>
internal static partial class OwnText
{
    /// <summary>Characters that are looked at.</summary>
    public const int Most = 20_000;

    public static string Of(string text)
    {
        var own = new StringBuilder();
        string? fence = null;
        foreach (var line in WithoutQuotes(text.Length > Most ? text[..Most] : text).Split('\n'))
        {
            var bare = line.TrimStart();
            if (fence is not null)
            {
                fence = bare.StartsWith(fence, StringComparison.Ordinal) && bare.Trim().Trim(fence[0]).Length == 0 ? null : fence;
            }
            else if (bare.StartsWith("```", StringComparison.Ordinal) || bare.StartsWith("~~~", StringComparison.Ordinal))
            {
                fence = bare[..bare.TakeWhile(letter => letter == bare[0]).Count()];
            }
            else if (!bare.StartsWith('>'))
            {
                own.Append(line).Append('\n');
            }
        }

        return own.ToString().Trim();
    }

    /// <summary>A text that takes too long to read is made to: nothing of it is taken for somebody's own.</summary>
    private static string WithoutQuotes(string text)
    {
        try
        {
            return Quotes().Replace(text, " ");
        }
        catch (RegexMatchTimeoutException)
        {
            return "";
        }
    }

    [GeneratedRegex("(?s)<(blockquote|quote|document|page|tool_result|pre)\\b.*?</\\1>|\"\"\".*?\"\"\"", RegexOptions.IgnoreCase, 500)]
    private static partial Regex Quotes();
}
