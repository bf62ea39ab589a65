using System.Net;
using System.Text.RegularExpressions;

namespace Sanctum.Configurator.Features.Conversations.Transfer;

/// <summary>What other programs put into the words of an answer and beside them, as Markdown.</summary>
internal static partial class ImportBlocks
{
    /// <summary>A block of what was made, under its name. Its fence is longer than any in it.</summary>
    public static string Fenced(string code, string? language, string? name)
    {
        var longest = Fences().Matches(code).Select(fence => fence.Length).DefaultIfEmpty(0).Max();
        var fence = new string('`', Math.Max(3, longest + 1));
        var title = string.IsNullOrWhiteSpace(name) ? "" : $"**{name.Trim()}**\n\n";
        return $"{title}{fence}{LanguageOf(language)}\n{code.TrimEnd('\n')}\n{fence}";
    }

    /// <summary>What a file had that no export contains.</summary>
    public static string Missing(string what) => $"*({what}, which the export leaves out)*";

    /// <summary>Thoughts that stand in the words of an answer, as Open WebUI and LibreChat keep them, and the calls of tools.</summary>
    public static (string Words, string? Thoughts) Parted(string text)
    {
        if (!text.Contains("<details", StringComparison.Ordinal) && !text.StartsWith(":::thinking", StringComparison.Ordinal))
        {
            return (text, null);
        }

        var thoughts = new List<string>();
        var words = Thinking.Replace(
            Details.Replace(
                text,
                found =>
                {
                    if (found.Groups[1].Value == "reasoning")
                    {
                        thoughts.Add(Unquoted(found.Groups[2].Value));
                    }

                    return "";
                }
            ),
            found =>
            {
                thoughts.Add(found.Groups[1].Value.Trim());
                return "";
            }
        );
        return (words.Trim(), thoughts.Count == 0 ? null : string.Join("\n\n", thoughts));
    }

    /// <summary>The marks of ChatGPT's citations, which no font has.</summary>
    public static string WithoutMarks(string text) => text.Contains('\uE200', StringComparison.Ordinal) ? Marks().Replace(text, "") : text;

    private static string Unquoted(string block)
    {
        var summary = block.IndexOf("</summary>", StringComparison.Ordinal);
        var lines = WebUtility.HtmlDecode(summary < 0 ? block : block[(summary + "</summary>".Length)..]).Trim().Split('\n');
        return string.Join('\n', lines.Select(line => line.StartsWith('>') ? line[1..].TrimStart(' ') : line));
    }

    /// <summary>By a type of medium, an ending, or a word for it; "" where none is known.</summary>
    private static string LanguageOf(string? language) =>
        language?.Trim().ToLowerInvariant() switch
        {
            null or "" or "unknown" => "",
            "application/vnd.ant.react" or "code/react" => "jsx",
            "application/vnd.ant.mermaid" => "mermaid",
            "text/html" or "code/html" => "html",
            "image/svg+xml" => "svg",
            "text/markdown" or "document" => "markdown",
            var other when other.StartsWith("code/", StringComparison.Ordinal) => Letters().Match(other["code/".Length..]).Value,
            var other when other.Contains('/', StringComparison.Ordinal) => "",
            var other => Letters().Match(other).Value,
        };

    private static readonly Regex Details = new(
        @"<details type=""(reasoning|tool_calls)""[^>]*>((?s:.*?))</details>\s*",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant
    );

    private static readonly Regex Thinking = new(
        @"\A:::thinking\s*((?s:.*?))\n:::\s*",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant
    );

    [GeneratedRegex("`{3,}")]
    private static partial Regex Fences();

    [GeneratedRegex("[\uE200][^\uE201]{0,2000}\uE201")]
    private static partial Regex Marks();

    [GeneratedRegex("^[a-z0-9+#.-]{0,30}")]
    private static partial Regex Letters();
}
