using Markdig;
using Markdig.Helpers;
using Markdig.Parsers;
using Markdig.Parsers.Inlines;
using Markdig.Syntax;

namespace Sanctum.Configurator.Features.GeneratedCode;

/// <summary>A whole fenced block of code in a text of Markdown.</summary>
/// <param name="Ordinal">Its place among the blocks of the text, from 1.</param>
/// <param name="Language">As the block says it; null where it says none.</param>
/// <param name="Name">What the component in it is called; null where nothing says it.</param>
/// <param name="Variant">Which of several it is, such as "Variant A".</param>
internal sealed record FoundCode(int Ordinal, string? Language, string Code, string? Name, string? Variant)
{
    /// <summary>Blocks of one text; the others are in the text only.</summary>
    public const int Most = 500;

    private const int LongestLanguage = 50;
    private const string ThoughtsBegin = "<think>";
    private const string ThoughtsEnd = "</think>";

    /// <summary>Only blocks matter: what is in their lines is left unread, which is fast whatever stands in them.</summary>
    private static readonly MarkdownPipeline Pipeline = MakePipeline();

    /// <summary>A quick look: whether a fence may be in it at all.</summary>
    public static bool MayBeIn(string markdown) =>
        markdown.Contains("```", StringComparison.Ordinal) || markdown.Contains("~~~", StringComparison.Ordinal);

    /// <summary>Those that have an end. One that was never closed is not whole, and what it ends with is not known.</summary>
    public static IReadOnlyList<FoundCode> In(string markdown)
    {
        if (!MayBeIn(markdown))
        {
            return [];
        }

        try
        {
            var said = WithoutThoughts(markdown);
            return Read(said, Markdown.Parse(said, Pipeline));
        }
        catch (ArgumentException)
        {
            return []; // Nested deeper than anybody writes: Markdig refuses it.
        }
    }

    private static List<FoundCode> Read(string markdown, MarkdownDocument document)
    {
        var labels = new CodeLabels();
        List<FoundCode> found = [];
        foreach (var block in Leaves(document))
        {
            if (block is not FencedCodeBlock fenced)
            {
                labels.Pass(block, TextOf(markdown, block));
                continue;
            }

            if (fenced.ClosingFencedCharCount == 0 || TextOf(fenced) is not { } code || string.IsNullOrWhiteSpace(code))
            {
                continue;
            }

            var info = CodeInfo.Of(fenced.Info, fenced.Arguments);
            found.Add(
                new(
                    found.Count + 1,
                    info.Language is { Length: <= LongestLanguage } language ? language : null,
                    code,
                    CodeNames.Find(info, code) ?? labels.Heading,
                    info.Variant ?? labels.Variant
                )
            );
            if (found.Count == Most)
            {
                break;
            }
        }

        return found;
    }

    /// <summary>Some servers leave a model's thoughts in front of its answer: what it tried there is none of it.</summary>
    private static string WithoutThoughts(string markdown) =>
        markdown.AsSpan().TrimStart().StartsWith(ThoughtsBegin, StringComparison.OrdinalIgnoreCase)
        && markdown.IndexOf(ThoughtsEnd, StringComparison.OrdinalIgnoreCase) is >= 0 and var end
            ? markdown[(end + ThoughtsEnd.Length)..]
            : markdown;

    /// <summary>In the order of the text, whatever they stand in.</summary>
    private static IEnumerable<LeafBlock> Leaves(ContainerBlock container)
    {
        foreach (var block in container)
        {
            if (block is LeafBlock leaf)
            {
                yield return leaf;
            }
            else if (block is ContainerBlock inner)
            {
                foreach (var deeper in Leaves(inner))
                {
                    yield return deeper;
                }
            }
        }
    }

    private static string TextOf(FencedCodeBlock block) => block.Lines.ToString().Replace("\r\n", "\n", StringComparison.Ordinal);

    private static string TextOf(string markdown, LeafBlock block)
    {
        var (start, end) = (Math.Clamp(block.Span.Start, 0, markdown.Length), Math.Clamp(block.Span.End + 1, 0, markdown.Length));
        return end <= start ? "" : markdown[Math.Max(start, end - CodeLabels.MostRead)..end];
    }

    private static MarkdownPipeline MakePipeline()
    {
        var builder = new MarkdownPipelineBuilder();
        builder.InlineParsers.Clear();
        builder.InlineParsers.Add(new LiteralInlineParser());
        return builder.Build();
    }
}
