using System.Text.RegularExpressions;
using Markdig.Syntax;

namespace Sanctum.Configurator.Features.GeneratedCode;

/// <summary>What the text before a block says of it: the heading it stands under, and which of several variants it is.</summary>
internal sealed partial class CodeLabels
{
    /// <summary>Characters of a heading or a paragraph, its last ones, that are looked at.</summary>
    public const int MostRead = 400;

    /// <summary>A line that is longer is a sentence and no label.</summary>
    private const int LongestLabel = 100;

    /// <summary>A label without a colon or stars is one only where hardly more stands in its line.</summary>
    private const int LongestBareLabel = 40;

    private const int BelowAllHeadings = 7;

    private int _level;

    /// <summary>The heading that the text stands under, where it names no variant.</summary>
    public string? Heading { get; private set; }

    public string? Variant { get; private set; }

    /// <summary>The text goes on past a heading or a paragraph.</summary>
    public void Pass(LeafBlock block, string text)
    {
        if (block is HeadingBlock heading)
        {
            PassHeading(heading.Level, Bare(text));
        }
        else if (block is ParagraphBlock)
        {
            PassLabel(text.TrimEnd().Split('\n')[^1].Trim());
        }
    }

    private void PassHeading(int level, string text)
    {
        if (VariantIn(text) is { } variant)
        {
            (Variant, _level) = (variant, level);
            return;
        }

        if (level <= _level)
        {
            (Variant, _level) = (null, 0);
        }

        Heading = text.Length is > 0 and <= LongestLabel ? text : null;
    }

    private void PassLabel(string line)
    {
        if (line.Length <= LongestLabel && VariantIn(Bare(line)) is { } variant)
        {
            var isLabel = line[0] is '*' or '_' || line.TrimEnd('*', '_', ' ').EndsWith(':') || line.Length <= LongestBareLabel;
            (Variant, _level) = isLabel ? (variant, BelowAllHeadings) : (Variant, _level);
        }
    }

    /// <summary>Without the signs of Markdown at its ends, numbers of a list and a colon.</summary>
    private static string Bare(string text) =>
        Numbers().Replace(text.Trim().Trim('#', '*', '_', '`', '=', '-', ' ', '\n', '\r'), "").Trim('*', '_', '`', ':', ' ');

    private static string? VariantIn(string text)
    {
        if (VariantWords().Match(text) is not { Success: true } match)
        {
            return null;
        }

        var word = match.Groups["word"].Value;
        return $"{char.ToUpperInvariant(word[0])}{word[1..].ToLowerInvariant()} {match.Groups["which"].Value}";
    }

    [GeneratedRegex(@"^\d{1,3}[.)]\s+")]
    private static partial Regex Numbers();

    [GeneratedRegex(
        @"^(?<word>(?i:variante?|option|version|variation|alternative|approach|design))\s+#?(?<which>[A-Z]|\d{1,3}|I{1,3}|IV|VI{0,3}|(?i:one|two|three|four|five))(?=$|[^\w.]|\.\D|\.$)"
    )]
    private static partial Regex VariantWords();
}
