using MimeKit.Text;

namespace Sanctum.Configurator.Features.Messaging.Channels.Email;

/// <summary>
/// Makes text of HTML, as a reader would see it; what is quoted is marked as it is in plain mail. (The library converts HTML only to HTML; its
/// tokenizer does the reading.)
/// </summary>
internal static class HtmlText
{
    private static readonly HashSet<HtmlTagId> Blocks =
    [
        HtmlTagId.P,
        HtmlTagId.Div,
        HtmlTagId.TR,
        HtmlTagId.UL,
        HtmlTagId.OL,
        HtmlTagId.LI,
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
        var (hidden, quoted) = (HtmlTagId.Unknown, 0);
        while (tokens.ReadNextToken(out var token))
        {
            if (token is HtmlTagToken tag)
            {
                hidden = HiddenAfter(tag, hidden);
                Break(text, tag);
                quoted = tag is { Id: HtmlTagId.BlockQuote, IsEmptyElement: false }
                    ? Math.Max(0, quoted + (tag.IsEndTag ? -1 : 1))
                    : quoted;
            }
            else if (token is HtmlDataToken data && hidden == HtmlTagId.Unknown)
            {
                Append(text, data.Data, quoted > 0);
            }
        }

        return text.ToString().Trim();
    }

    /// <summary>These hold text that nobody sees, and no tags.</summary>
    private static HtmlTagId HiddenAfter(HtmlTagToken tag, HtmlTagId hidden) =>
        tag.IsEndTag && tag.Id == hidden ? HtmlTagId.Unknown
        : !tag.IsEndTag && !tag.IsEmptyElement && tag.Id is HtmlTagId.Style or HtmlTagId.Script or HtmlTagId.Title ? tag.Id
        : hidden;

    private static void Break(StringBuilder text, HtmlTagToken tag)
    {
        var isBreak = tag.Id == HtmlTagId.Br;
        if (!isBreak && !Blocks.Contains(tag.Id))
        {
            return;
        }

        while (text.Length > 0 && text[^1] == ' ')
        {
            text.Length--;
        }

        if (isBreak || (text.Length > 0 && text[^1] != '\n'))
        {
            text.Append('\n');
        }

        if (tag is { Id: HtmlTagId.LI, IsEndTag: false })
        {
            text.Append("- ");
        }
    }

    /// <summary>Blanks of HTML are one blank, however many they are.</summary>
    private static void Append(StringBuilder text, string data, bool isQuoted)
    {
        foreach (var letter in data)
        {
            var isBlank = letter is ' ' or '\n' or '\r' or '\t' or '\u00A0';
            if (isBlank && (text.Length == 0 || text[^1] is ' ' or '\n'))
            {
                continue;
            }

            if (!isBlank && isQuoted && (text.Length == 0 || text[^1] == '\n'))
            {
                text.Append("> ");
            }

            text.Append(isBlank ? ' ' : letter);
        }
    }
}
