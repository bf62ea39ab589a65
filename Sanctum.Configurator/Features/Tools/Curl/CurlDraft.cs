namespace Sanctum.Configurator.Features.Tools.Curl;

/// <summary>What is asked for other than by -X. As in curl, two of them do not go together.</summary>
internal enum CurlKind
{
    Any,
    Get,
    Head,
    Form,
    Post,
}

/// <summary>What the options read so far say. Strings are <see cref="Octets"/>.</summary>
internal sealed class CurlDraft(CurlNotes notes)
{
    private StringBuilder? _query;
    private CurlKind _kind;

    public CurlNotes Notes => notes;

    /// <summary>What was pasted.</summary>
    public string Text { get; init; } = "";

    public ShellWord? Url { get; private set; }

    public string? Method { get; set; }

    public bool IsGet { get; set; }

    public bool IsHead { get; private set; }

    public bool IsUpload { get; set; }

    public List<string> Headers { get; } = [];

    public List<string> Cookies { get; } = [];

    public string? UserAgent { get; set; }

    public string? Referer { get; set; }

    public string? Range { get; set; }

    public string? User { get; set; }

    public string? Bearer { get; set; }

    /// <summary>The ways to sign in that were asked for in the place of Basic.</summary>
    public List<CurlUse> Challenges { get; } = [];

    public CurlUse? Protocols { get; set; }

    public CurlUse? RedirectProtocols { get; set; }

    public CurlUse? RefusesLogins { get; set; }

    public bool IsCompressed { get; set; }

    public CurlData Data { get; } = new();

    public CurlForm Form { get; } = new();

    public string? Query => _query?.ToString();

    public bool IsGlobOff { get; set; }

    public bool IsPathAsIs { get; set; }

    public string? DefaultScheme { get; set; }

    public bool IsInsecure { get; set; }

    public bool FollowsRedirects { get; set; }

    public int? MaxRedirects { get; set; }

    public TimeSpan? Timeout { get; set; }

    public TimeSpan? ConnectTimeout { get; set; }

    public CurlFault? AddUrl(ShellWord word)
    {
        if (Url is not null)
        {
            notes.Add(
                $"There is more than one address. Only the first one is used; the text at character {word.Position + 1} is ignored. If it belongs to an option, put the option's value in quotes."
            );
        }

        Url ??= word;
        return null;
    }

    public string? AddQuery(CurlUse use)
    {
        var query = use.Value.StartsWith('+') ? use.Value[1..] : CurlData.UrlEncode(use, notes);
        _query = _query is null ? new(query) : _query.Append('&').Append(query);
        return null;
    }

    /// <summary>As curl's SetHTTPrequest: one kind only.</summary>
    public string? Select(CurlKind kind, CurlUse use)
    {
        IsHead = kind == CurlKind.Head || (IsHead && kind != CurlKind.Get);
        if (_kind != CurlKind.Any && _kind != kind)
        {
            return $"{use.Spelled} can't be combined with the options before it. Use only one of -d, -F and -I.";
        }

        _kind = kind;
        return null;
    }

    /// <summary>With all options known: what -d, -G and -I make together.</summary>
    public CurlFault? Settle()
    {
        var kind =
            !Data.IsAny ? CurlKind.Any
            : !IsGet ? CurlKind.Post
            : IsHead ? CurlKind.Head
            : CurlKind.Get;
        return kind != CurlKind.Any && _kind != CurlKind.Any && _kind != kind
            ? new("-d can't be combined with -F, or with -I without -G. Use only one of them.", Data.Position)
            : null;
    }
}
