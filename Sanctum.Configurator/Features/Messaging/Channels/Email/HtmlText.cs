using System.Text;
using MimeKit.Text;

namespace Sanctum.Configurator.Features.Messaging.Channels.Email;

/// <summary>Makes text of HTML, as a reader would see it; quoted history is marked as quoted.</summary>
internal static class HtmlText
{
    private static readonly HashSet<HtmlTagId> Blocks =
    [
        HtmlTagId.P,
        HtmlTagId.Div,
        HtmlTagId.TR,
        HtmlTagId.UL,
        HtmlTagId.OL,
        HtmlTagId.Table,
        HtmlTagId.H1,
        HtmlTagId.H2,
        HtmlTagId.H3,
        HtmlTagId.H4,
        HtmlTagId.Pre,
        HtmlTagId.HR,
        HtmlTagId.BlockQuote,
    ];

    public static string Of(string html)
    {
        var text = new StringBuilder();
        var tokens = new HtmlTokenizer(new StringReader(html)) { DecodeCharacterReferences = true };
        var (hidden, quoted) = (0, 0);
        while (tokens.ReadNextToken(out var token))
        {
            if (token is HtmlTagToken tag)
            {
                var step =
                    tag.IsEmptyElement ? 0
                    : tag.IsEndTag ? -1
                    : 1;
                hidden = Math.Max(
                    0,
                    hidden + (tag.Id is HtmlTagId.Style or HtmlTagId.Script or HtmlTagId.Head or HtmlTagId.Title ? step : 0)
                );
                if (tag.Id is HtmlTagId.Br || Blocks.Contains(tag.Id))
                {
                    EndLine(text, isBreak: tag.Id == HtmlTagId.Br);
                }

                quoted = Math.Max(0, quoted + (tag.Id == HtmlTagId.BlockQuote ? step : 0));
                if (tag is { Id: HtmlTagId.LI, IsEndTag: false })
                {
                    EndLine(text, isBreak: false);
                    text.Append("- ");
                }
            }
            else if (token is HtmlDataToken data && hidden == 0)
            {
                Append(text, data.Data, quoted);
            }
        }

        return text.ToString().Trim();
    }

    private static void EndLine(StringBuilder text, bool isBreak)
    {
        while (text.Length > 0 && text[^1] == ' ')
        {
            text.Length--;
        }

        if (isBreak || (text.Length > 0 && text[^1] != '\n'))
        {
            text.Append('\n');
        }
    }

    /// <summary>Blanks of HTML are one blank, however many they are.</summary>
    private static void Append(StringBuilder text, string data, int quoted)
    {
        foreach (var letter in data)
        {
            var isBlank = letter is ' ' or '\n' or '\r' or '\t' or '\u00A0';
            if (isBlank && (text.Length == 0 || text[^1] is ' ' or '\n'))
            {
                continue;
            }

            if (!isBlank && quoted > 0 && (text.Length == 0 || text[^1] == '\n'))
            {
                text.Append("> ");
            }

            text.Append(isBlank ? ' ' : letter);
        }
    }
}
