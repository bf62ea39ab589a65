using System.Net;
using System.Text.RegularExpressions;

namespace Sanctum.Configurator.Features.Messaging.Channels.Telegram;

/// <summary>
/// Answers as Telegram takes them: pieces of at most 4096 UTF-16 units, cut between paragraphs, lines or words and never inside a character;
/// and of Markdown what Telegram can show.
/// </summary>
internal static partial class TelegramText
{
    /// <summary>What one message holds; what marks up a text is not counted.</summary>
    public const int Most = 4096;

    private const string Fence = "```";

    /// <summary>A block of code that is cut is ended in one piece and begun again in the next.</summary>
    public static IReadOnlyList<string> Split(string answer, int most = Most)
    {
        var pieces = new List<string>();
        var text = new StringBuilder();
        var isInFence = false;
        foreach (var line in answer.ReplaceLineEndings("\n").Split('\n'))
        {
            isInFence ^= line.TrimStart().StartsWith(Fence, StringComparison.Ordinal);
            if (!isInFence && Picture().IsMatch(line.Trim()))
            {
                Cut(text.ToString(), most, pieces);
                text.Clear();
                pieces.Add(line.Trim());
                continue;
            }

            text.Append(line).Append('\n');
        }

        Cut(text.ToString(), most, pieces);
        return pieces;
    }

    /// <summary>The picture that a piece is, by its address; null where it is text.</summary>
    public static (Uri Address, string Caption)? PictureIn(string piece) =>
        Picture().Match(piece) is { Success: true } found && Uri.TryCreate(found.Groups["url"].Value, UriKind.Absolute, out var url)
            ? (url, found.Groups["alt"].Value)
            : null;

    /// <summary>
    /// Bold, code, links and headings as Telegram's HTML; everything else as it stands. Telegram refuses what is nested wrongly: then the
    /// text is sent as it is.
    /// </summary>
    public static string ToHtml(string markdown)
    {
        var html = new StringBuilder();
        var isInFence = false;
        foreach (var line in markdown.Split('\n'))
        {
            if (line.TrimStart().StartsWith(Fence, StringComparison.Ordinal))
            {
                var language = Language().Match(line.Trim()[Fence.Length..]);
                html.Append(
                    isInFence ? "</code></pre>\n"
                    : language.Success ? $"<pre><code class=\"language-{language.Value}\">"
                    : "<pre><code>"
                );
                isInFence = !isInFence;
                continue;
            }

            html.Append(isInFence ? Escape(line) : InlineOf(line)).Append('\n');
        }

        return html.Append(isInFence ? "</code></pre>" : "").ToString().TrimEnd('\n');
    }

    private static void Cut(string text, int most, List<string> pieces)
    {
        var rest = text.Trim('\n').TrimEnd();
        var opening = ""; // Of the block of code that the rest begins inside of.
        while (!string.IsNullOrWhiteSpace(rest))
        {
            if (opening.Length + rest.Length <= most)
            {
                pieces.Add(opening + rest);
                return;
            }

            var room = most - opening.Length - Fence.Length - 1;
            var at = PlaceIn(rest, room);
            var piece = opening + rest[..at].TrimEnd();
            rest = rest[at..].TrimStart('\n');
            (piece, opening) = OpenFence(piece) is { } fence ? ($"{piece}\n{Fence}", fence + "\n") : (piece, "");
            rest = opening.Length > 0 ? rest : rest.TrimStart();
            pieces.Add(piece);
        }
    }

    /// <summary>After how many units it is cut, at most so many: behind a paragraph, a line or a word, and only else inside one.</summary>
    private static int PlaceIn(string text, int most)
    {
        foreach (var end in new[] { "\n\n", "\n", ". ", " " })
        {
            if (text.LastIndexOf(end, most - 1, StringComparison.Ordinal) is >= 0 and var at && at >= most / 2)
            {
                return at + end.Length;
            }
        }

        var place = 0;
        while (place < most && StringInfo.GetNextTextElementLength(text.AsSpan(place)) is var length && place + length <= most)
        {
            place += length;
        }

        // One character with thousands of accents: at least no surrogate is cut.
        return place > 0 ? place
            : char.IsHighSurrogate(text[most - 1]) ? most - 1
            : most;
    }

    /// <summary>The line that opened the block of code in which a piece ends; null where it ends in none.</summary>
    private static string? OpenFence(string piece)
    {
        string? open = null;
        foreach (var line in piece.Split('\n').Where(line => line.TrimStart().StartsWith(Fence, StringComparison.Ordinal)))
        {
            open = open is null ? Fence + Language().Match(line.Trim()[Fence.Length..]).Value : null;
        }

        return open;
    }

    private static string InlineOf(string line)
    {
        var html = new StringBuilder();
        var at = 0;
        foreach (Match code in Code().Matches(line))
        {
            html.Append(MarkedUp(line[at..code.Index])).Append("<code>").Append(Escape(code.Groups[1].Value)).Append("</code>");
            at = code.Index + code.Length;
        }

        html.Append(MarkedUp(line[at..]));
        var heading = Heading().Match(line);
        return heading.Success ? $"<b>{Tags().Replace(html.ToString(), "")[heading.Length..]}</b>" : html.ToString();
    }

    private static string MarkedUp(string text) =>
        Link()
            .Replace(
                Bold().Replace(Escape(text), "<b>$1</b>"),
                link => $"<a href=\"{link.Groups["url"].Value}\">{link.Groups["text"].Value}</a>"
            );

    private static string Escape(string text) => WebUtility.HtmlEncode(text).Replace("&#39;", "'", StringComparison.Ordinal);

    [GeneratedRegex(@"^!\[(?<alt>[^\]\n]{0,900})\]\((?<url>https?://[^\s()]+)\)$")]
    private static partial Regex Picture();

    [GeneratedRegex(@"`([^`\n]+)`")]
    private static partial Regex Code();

    [GeneratedRegex(@"\*\*(?=\S)(.+?)(?<=\S)\*\*")]
    private static partial Regex Bold();

    [GeneratedRegex(@"\[(?<text>[^\[\]\n]+)\]\((?<url>https?://[^\s()<>""]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^#{1,6} +")]
    private static partial Regex Heading();

    [GeneratedRegex("</?b>")]
    private static partial Regex Tags();

    [GeneratedRegex("^[A-Za-z0-9+#_-]{1,20}")]
    private static partial Regex Language();
}
