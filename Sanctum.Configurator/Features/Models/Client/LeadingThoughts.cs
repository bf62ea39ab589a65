using Microsoft.Extensions.AI;

namespace Sanctum.Configurator.Features.Models.Client;

/// <summary>
/// Thoughts that servers leave in the words of an answer, at its beginning and between tags, which come in pieces. A tag further down is one
/// that the model writes about.
/// </summary>
internal sealed class LeadingThoughts
{
    private static readonly string[] Names = ["think", "thinking", "thought"];

    private string _held = "";

    /// <summary>The tag that ends the thoughts; null before the first word, "" once there are none any more.</summary>
    private string? _end;

    private bool _isAfter;
    private bool _hasThought;

    /// <summary>What a piece of an answer says and thinks; what may be the beginning of a tag is kept for the next one.</summary>
    public IEnumerable<AIContent> Part(AIContent content)
    {
        if (content is not TextContent { Text: { } text } || (_end is "" && !_isAfter))
        {
            return content is TextContent or UsageContent or TextReasoningContent ? [content] : [.. Rest(), content];
        }

        _held += text;
        if (_end is null && Names.FirstOrDefault(name => Begin.StartsWith($"<{name}>", StringComparison.Ordinal)) is { } begun)
        {
            _end = $"</{begun}>";
            _held = Begin[(begun.Length + 2)..];
        }

        return _end switch
        {
            null when Names.Any(name => $"<{name}>".StartsWith(Begin, StringComparison.Ordinal)) => [],
            null => Said(content),
            "" => Begin.Length == 0 ? [] : Said(new TextContent(Begin)),
            _ => Thought(),
        };
    }

    /// <summary>What was kept, at the end or before something else.</summary>
    public IList<AIContent> Rest()
    {
        var (held, isThought) = (_isAfter ? Begin : _held, _end is { Length: > 0 });
        (_held, _isAfter) = ("", false);
        return held.Length == 0 ? []
            : isThought ? [new TextReasoningContent(held)]
            : [new TextContent(held)];
    }

    private string Begin => _held.TrimStart();

    private IEnumerable<AIContent> Said(AIContent content)
    {
        var said = _held == ((TextContent)content).Text ? content : new TextContent(_isAfter ? Begin : _held);
        (_held, _end, _isAfter) = ("", "", false);
        return [said];
    }

    private IEnumerable<AIContent> Thought()
    {
        _held = _hasThought ? _held : Begin;
        _hasThought |= _held.Length > 0;
        var at = _held.IndexOf(_end!, StringComparison.Ordinal);
        var kept =
            at >= 0
                ? 0
                : Enumerable.Range(1, _end!.Length - 1).LastOrDefault(most => _held.EndsWith(_end[..most], StringComparison.Ordinal));
        var thought = at >= 0 ? _held[..at].TrimEnd() : _held[..^kept];
        if (at < 0)
        {
            _held = _held[^kept..];
            return thought.Length == 0 ? [] : [new TextReasoningContent(thought)];
        }

        (_held, _end, _isAfter) = (_held[(at + _end!.Length)..], "", true);
        IEnumerable<AIContent> said = Begin.Length == 0 ? [] : Said(new TextContent(Begin));
        return thought.Length == 0 ? said : said.Prepend(new TextReasoningContent(thought));
    }
}
