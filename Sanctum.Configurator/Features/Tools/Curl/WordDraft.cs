namespace Sanctum.Configurator.Features.Tools.Curl;

/// <summary>The words found so far and the one that is being put together, byte by byte.</summary>
internal sealed class WordDraft
{
    private readonly List<ShellWord> _words = [];
    private readonly StringBuilder _octets = new();
    private int _start;

    public IReadOnlyList<ShellWord> Words => _words;

    public CurlFault? Fault { get; private set; }

    /// <summary>There is a word, be it an empty one in quotes.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>The next word belongs to the shell, as the name of a file behind <c>&gt;</c>.</summary>
    public bool DropsNext { get; set; }

    public int Length => _octets.Length;

    public string Octets => _octets.ToString();

    public void Open(int position)
    {
        if (!IsOpen)
        {
            (IsOpen, _start) = (true, position);
        }
    }

    public void AppendByte(int octet) => _octets.Append((char)(octet & 0xFF));

    /// <summary>The bytes that Bash's u32toutf8 writes: for numbers that are no letter too.</summary>
    public void AppendCode(uint code)
    {
        if (code < 0x80)
        {
            AppendByte((int)code);
            return;
        }

        var more = code switch
        {
            < 0x800 => 1,
            < 0x1_0000 => 2,
            < 0x20_0000 => 3,
            < 0x400_0000 => 4,
            < 0x8000_0000 => 5,
            _ => 0,
        };
        if (more > 0)
        {
            AppendByte((0xFF00 >> (more + 1)) | (int)(code >> (6 * more)));
            while (more-- > 0)
            {
                AppendByte(0x80 | (int)((code >> (6 * more)) & 0x3F));
            }
        }
    }

    /// <summary>One character of the pasted text, or the two of a surrogate pair. Returns how many it was.</summary>
    public int Append(string text, int at)
    {
        if (text[at] < 0x80)
        {
            _octets.Append(text[at]);
            return 1;
        }

        Rune.DecodeFromUtf16(text.AsSpan(at), out var rune, out var length);
        AppendCode((uint)rune.Value);
        return length;
    }

    public void Append(ReadOnlySpan<char> text)
    {
        if (Ascii.IsValid(text))
        {
            _octets.Append(text);
        }
        else
        {
            _octets.Append(Curl.Octets.Of(text.ToString()));
        }
    }

    /// <summary>Reading ends here.</summary>
    public void Refuse(CurlFault? fault) => Fault ??= fault;

    /// <summary>Forgets the word that is open.</summary>
    public void Drop()
    {
        _octets.Clear();
        (IsOpen, DropsNext) = (false, false);
    }

    public void Close()
    {
        if (IsOpen && !DropsNext)
        {
            _words.Add(new(_octets.ToString(), _start));
            if (_words.Count > ShellTokenizer.MostWords)
            {
                Fault ??= new($"The command has more than {ShellTokenizer.MostWords} words. Paste only one command.", _start);
            }
        }

        if (IsOpen)
        {
            Drop();
        }
    }
}
