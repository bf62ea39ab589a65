namespace Sanctum.Configurator.Features.Tools.Curl;

/// <summary>What -d and its kin put together. Files are named and add nothing, as where curl cannot open them.</summary>
internal sealed class CurlData
{
    private readonly StringBuilder _octets = new();

    /// <summary>Also true of <c>-d ''</c>, which posts an empty body.</summary>
    public bool IsAny { get; private set; }

    public bool IsJson { get; private set; }

    public int Position { get; private set; }

    public string Octets => _octets.ToString();

    public static string FileSentence(string shown) =>
        $"{Curl.Octets.Show(shown)} would send a file from your machine, which can't be read here. Put its content into the command.";

    /// <summary>The forms <c>content</c>, <c>=content</c> and <c>name=content</c>; the two with a file are named.</summary>
    public static string UrlEncode(CurlUse use, CurlNotes notes)
    {
        var mark = use.Value.IndexOf('=', StringComparison.Ordinal);
        if (mark < 0 && use.Value.Contains('@', StringComparison.Ordinal))
        {
            notes.Add(FileSentence($"{use.Spelled} {use.Value}"));
            return "";
        }

        var encoded = Curl.Octets.Escape(use.Value[(mark + 1)..]).Replace("%20", "+", StringComparison.Ordinal);
        return mark > 0 ? $"{use.Value[..mark]}={encoded}" : encoded;
    }

    /// <summary>Pieces are joined by <c>&amp;</c>.</summary>
    public string? Add(string octets)
    {
        if (IsAny)
        {
            _octets.Append('&');
        }

        IsAny = true;
        _octets.Append(octets);
        return null;
    }

    public string? AddFileOr(CurlUse use, CurlNotes notes)
    {
        Position = use.Position;
        return Add(ContentOf(use, notes));
    }

    /// <summary>Pieces are joined by nothing.</summary>
    public string? AddJson(CurlUse use, CurlNotes notes)
    {
        (IsAny, IsJson, Position) = (true, true, use.Position);
        _octets.Append(ContentOf(use, notes));
        return null;
    }

    private static string ContentOf(CurlUse use, CurlNotes notes)
    {
        if (!use.Value.StartsWith('@'))
        {
            return use.Value;
        }

        notes.Add(FileSentence($"{use.Spelled} {use.Value}"));
        return "";
    }
}
