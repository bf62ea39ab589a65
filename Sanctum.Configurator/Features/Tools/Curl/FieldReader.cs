namespace Sanctum.Configurator.Features.Tools.Curl;

/// <summary>Reads what stands behind the first = of an -F, as get_param_part of curl's tool_formparse.c does.</summary>
internal sealed class FieldReader(string text, CurlNotes notes)
{
    private readonly List<string> _headers = [];
    private int _at;

    public string Content { get; private set; } = "";

    public string? FileName { get; private set; }

    public string? Type { get; private set; }

    public string? Coding { get; private set; }

    public IReadOnlyList<string> Headers => _headers;

    /// <summary>False where the type is none.</summary>
    public bool Read()
    {
        SkipBlanks();
        Content = Word();
        while (_at < text.Length)
        {
            _at++;
            SkipBlanks();
            if (Type is null && Takes("type="))
            {
                if (!ReadType())
                {
                    return false;
                }
            }
            else if (Takes("filename="))
            {
                FileName = Word();
            }
            else if (Takes("headers="))
            {
                ReadHeader();
            }
            else if (Takes("encoder="))
            {
                ReadCoding();
            }
            else
            {
                Word();
            }
        }

        return true;
    }

    private void ReadHeader()
    {
        if (_at < text.Length && text[_at] is '@' or '<')
        {
            notes.Add(CurlData.FileSentence($"headers={Word()}"));
        }
        else
        {
            _headers.Add(Word());
        }
    }

    private void ReadCoding()
    {
        Coding = Word();
        if (Coding is not ("8bit" or "7bit" or "binary"))
        {
            notes.Add($"encoder={Octets.Show(Coding)} is not supported: the field is sent as it is.");
            Coding = null;
        }
    }

    /// <summary>The type and its parameters: <c>text/plain; charset=utf-8</c> reaches over semicolons to the next known word.</summary>
    private bool ReadType()
    {
        var start = _at;
        var slash = text.IndexOf('/', start);
        if (
            slash <= start
            || slash - start > 127
            || text.AsSpan(start, slash - start).Contains(' ')
            || slash + 1 >= text.Length
            || text[slash + 1] is ';' or ',' or ' ' or '\n'
        )
        {
            return false;
        }

        _at = slash;
        var end = Segment();
        while (_at < text.Length && !IsKnown(PastBlanks(_at + 1)))
        {
            _at++;
            SkipBlanks();
            end = Segment();
        }

        Type = text[start..end];
        return true;
    }

    /// <summary>Goes to the next semicolon; returns the end of what stands before it, without its trailing blanks.</summary>
    private int Segment()
    {
        var end = _at;
        for (; _at < text.Length && text[_at] != ';'; _at++)
        {
            end = Octets.IsSpace(text[_at]) ? end : _at + 1;
        }

        return end;
    }

    /// <summary>A value in double quotes or without, up to the next semicolon.</summary>
    private string Word()
    {
        SkipBlanks();
        if (_at < text.Length && text[_at] == '"' && Quoted() is { } quoted)
        {
            return quoted;
        }

        var start = _at;
        return text[start..Math.Max(start, Segment())];
    }

    /// <summary>Null where nothing closes the quote: then it stands for itself.</summary>
    private string? Quoted()
    {
        var close = _at + 1;
        while (close < text.Length && text[close] != '"')
        {
            close += text[close] == '\\' && close + 1 < text.Length && text[close + 1] is '\\' or '"' ? 2 : 1;
        }

        if (close >= text.Length)
        {
            return null;
        }

        var word = new System.Text.StringBuilder(close - _at);
        for (var at = _at + 1; at < close; at++)
        {
            at += text[at] == '\\' && text[at + 1] is '\\' or '"' ? 1 : 0;
            word.Append(text[at]);
        }

        _at = close;
        Segment();
        return word.ToString();
    }

    private bool Takes(string word)
    {
        if (!text.AsSpan(_at).StartsWith(word, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        _at += word.Length;
        SkipBlanks();
        return true;
    }

    private bool IsKnown(int at)
    {
        var rest = text.AsSpan(at);
        return rest.StartsWith("filename=", StringComparison.OrdinalIgnoreCase)
            || rest.StartsWith("headers=", StringComparison.OrdinalIgnoreCase)
            || rest.StartsWith("encoder=", StringComparison.OrdinalIgnoreCase);
    }

    private void SkipBlanks() => _at = PastBlanks(_at);

    private int PastBlanks(int at)
    {
        while (at < text.Length && Octets.IsSpace(text[at]))
        {
            at++;
        }

        return at;
    }
}
