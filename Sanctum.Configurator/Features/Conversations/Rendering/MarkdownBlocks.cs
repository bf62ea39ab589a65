namespace Sanctum.Configurator.Features.Conversations.Rendering;

/// <summary>
/// Markdown that grows, in blocks of which only the last one changes: what is done is made into HTML once. Of a very long text only the end
/// is kept.
/// </summary>
public sealed class MarkdownBlocks
{
    /// <summary>Blocks, and characters in them, that are shown at a time.</summary>
    private const int MostBlocks = 120,
        MostCharacters = 60_000;

    /// <summary>A block that is longer is shown as it was written until it is done.</summary>
    private const int MostOfTheLast = 12_000;

    private readonly Queue<Block> _done = new();
    private readonly StringBuilder _last = new();
    private readonly StringBuilder _line = new();
    private string? _fence;
    private int _characters;
    private int _number;
    private string? _lastHtml;

    /// <summary>Earlier characters that are not shown.</summary>
    public int Left { get; private set; }

    public IEnumerable<Block> Blocks => _last.Length + _line.Length == 0 ? _done : _done.Append(new(_number, LastHtml));

    private string LastHtml
    {
        get
        {
            if (_lastHtml is null)
            {
                var text = $"{_last}{_line}";
                _lastHtml =
                    text.Length <= MostOfTheLast ? MarkdownText.Html(text) : MarkdownText.Plain($"…{Whole(text[^MostOfTheLast..])}");
            }

            return _lastHtml;
        }
    }

    public static MarkdownBlocks Of(string text)
    {
        var blocks = new MarkdownBlocks();
        blocks.Add(text);
        return blocks;
    }

    public void Add(string text)
    {
        _lastHtml = null;
        foreach (var letter in text)
        {
            _line.Append(letter);
            if (letter == '\n')
            {
                EndLine();
            }
        }
    }

    private void EndLine()
    {
        var line = _line.ToString();
        _line.Clear();
        _last.Append(line);
        var bare = line.AsSpan().Trim();
        if (_fence is not null)
        {
            _fence = bare.StartsWith(_fence) && bare.TrimStart(_fence[0]).Length == 0 ? null : _fence;
        }
        else if (FenceOf(bare) is { } fence)
        {
            _fence = fence;
        }
        else if (bare.Length == 0)
        {
            Close();
        }
    }

    private void Close()
    {
        var text = _last.ToString();
        _last.Clear();
        if (string.IsNullOrWhiteSpace(text))
        {
            return;
        }

        _done.Enqueue(
            new(_number++, text.Length <= MostCharacters ? MarkdownText.Html(text) : MarkdownText.Plain(Whole(text[..MostCharacters])))
            {
                Length = Math.Min(text.Length, MostCharacters),
            }
        );
        _characters += Math.Min(text.Length, MostCharacters);
        Left += Math.Max(0, text.Length - MostCharacters);
        while (_done.Count > 1 && (_done.Count > MostBlocks || _characters > MostCharacters))
        {
            var gone = _done.Dequeue();
            _characters -= gone.Length;
            Left += gone.Length;
        }
    }

    private static string? FenceOf(ReadOnlySpan<char> line)
    {
        if (line.Length < 3 || line[0] is not ('`' or '~'))
        {
            return null;
        }

        var length = line.Length - line.TrimStart(line[0]).Length;
        return length >= 3 ? new(line[0], length) : null;
    }

    /// <summary>Half of a character is none.</summary>
    private static string Whole(string text)
    {
        var start = text.Length > 0 && char.IsLowSurrogate(text[0]) ? 1 : 0;
        var end = text.Length - (text.Length > start && char.IsHighSurrogate(text[^1]) ? 1 : 0);
        return text[start..end];
    }

    /// <param name="Number">By which it is known again.</param>
    public sealed record Block(int Number, string Html)
    {
        internal int Length { get; init; }
    }
}
