using System.Text.RegularExpressions;

namespace Sanctum.Configurator.Features.GeneratedCode;

/// <summary>A block of an answer, to be shown with others of it.</summary>
/// <param name="Ordinal">Its place in the answer.</param>
internal sealed record CodePiece(Guid Id, int Ordinal, string? Language, string? Name, string? Variant, string Code)
{
    public bool IsPage => CodePreview.IsPage(Language, Code);

    public bool IsStyle => CodePreview.IsStyle(Language);

    public bool IsPart => IsStyle || CodePreview.IsScript(Language);
}

/// <summary>
/// Which blocks of an answer make one page: its HTML with the style sheets and scripts that it names, or that are of the same component and
/// variant, or that can't be of another.
/// </summary>
internal static partial class CodeTogether
{
    /// <summary>The HTML first, and its parts in their order; the block alone where nothing goes with it.</summary>
    public static IReadOnlyList<CodePiece> Of(CodePiece chosen, IReadOnlyList<CodePiece> answer)
    {
        var pages = answer.Where(piece => piece.IsPage).ToList();
        var page =
            chosen.IsPage ? chosen
            : chosen.IsPart ? pages.FirstOrDefault(page => Belongs(chosen, page, pages))
            : null;
        return page is null ? [chosen] : [page, .. answer.Where(piece => piece.IsPart && Belongs(piece, page, pages))];
    }

    /// <summary>One page: what the HTML names in its place, everything else at its end.</summary>
    public static string Join(IReadOnlyList<CodePiece> together)
    {
        var (page, left) = (together[0].Code, together.Skip(1).ToList());
        string InPlace(Match tag, bool isStyle)
        {
            if (left.Find(part => part.IsStyle == isStyle && Names(tag.Groups["file"].Value, part)) is not { } named)
            {
                return tag.Value;
            }

            left.Remove(named);
            return ElementOf(named);
        }

        page = Links().Replace(page, tag => InPlace(tag, isStyle: true));
        page = Scripts().Replace(page, tag => InPlace(tag, isStyle: false));
        return string.Join('\n', left.OrderBy(part => part.IsStyle ? 0 : 1).Select(ElementOf).Prepend(page));
    }

    private static string ElementOf(CodePiece part) => part.IsStyle ? CodePreview.StyleOf(part.Code) : CodePreview.ScriptOf(part.Code);

    private static bool Belongs(CodePiece part, CodePiece page, List<CodePiece> pages)
    {
        if (!MayGoWith(part, page))
        {
            return false;
        }

        var rivals = pages.Where(rival => rival.Id != page.Id && MayGoWith(part, rival)).ToList();
        if (rivals.Count == 0 || Refers(page, part))
        {
            return true;
        }

        if (rivals.Exists(rival => Refers(rival, part)))
        {
            return false;
        }

        return part.Name is not null && pages.Exists(other => Same(other.Name, part.Name))
            ? Same(page.Name, part.Name)
            : part.Variant is null && pages.TrueForAll(other => other.Variant is not null) // What is of no variant is of all of them.
                || (
                    pages.FindLast(other => other.Ordinal < part.Ordinal && MayGoWith(part, other))
                    ?? pages.Find(other => MayGoWith(part, other))
                )?.Id == page.Id;
    }

    private static bool MayGoWith(CodePiece part, CodePiece page) =>
        part.Variant is null || page.Variant is null || Same(part.Variant, page.Variant);

    private static bool Refers(CodePiece page, CodePiece part) =>
        (part.IsStyle ? Links() : Scripts()).Matches(page.Code).Any(tag => Names(tag.Groups["file"].Value, part));

    /// <summary>Whether "css/card.css?v=2" is a block that is called "card".</summary>
    private static bool Names(string file, CodePiece part)
    {
        var name = file.Split('?', '#')[0].Split('/')[^1];
        var stem = name.LastIndexOf('.') is > 0 and var dot ? name[..dot] : name;
        return Same(stem, part.Name) || Same(name, part.Name);
    }

    private static bool Same(string? one, string? other) =>
        one is not null && string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(
        """<link\b[^>]*?\shref\s*=\s*["']?(?<file>[^"'\s>]{1,300})[^>]*>""",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex Links();

    [GeneratedRegex(
        """<script\b[^>]*?\ssrc\s*=\s*["']?(?<file>[^"'\s>]{1,300})[^>]*>\s*</script\s*>""",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex Scripts();
}
