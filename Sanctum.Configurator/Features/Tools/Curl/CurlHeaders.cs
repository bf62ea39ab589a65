namespace Sanctum.Configurator.Features.Tools.Curl;

/// <summary>
/// The header lines in curl's order: what options make, then -H as written, then the body's type. A -H takes the place of what an option
/// would make; with nothing behind its colon it takes it away, and with a semicolon for the colon it is sent empty.
/// </summary>
internal sealed class CurlHeaders(CurlDraft draft)
{
    /// <summary>
    /// What curl calls itself where the command says nothing: servers tell by it whom they speak to, and some refuse who says nothing.
    /// </summary>
    private const string Agent = "curl/8.16.0";

    private readonly List<CurlHeader> _headers = [];

    /// <summary>Why the lines can't be sent as curl would send them; null where they can.</summary>
    public string? Fault { get; private set; }

    /// <param name="login">User and password; null where there are none.</param>
    /// <param name="type">The type curl gives the body; null where there is no body.</param>
    /// <param name="length">Of the body, in bytes.</param>
    public IReadOnlyList<CurlHeader> Make(string? login, string? type, bool isMultipart, int length)
    {
        AddOwn(
            "Authorization",
            draft.Bearer is { } token ? $"Bearer {token}"
                : login is null ? null
                : $"Basic {Convert.ToBase64String(Octets.ToBytes(login))}"
        );
        if (draft.Range is not null && !draft.IsUpload && type is null)
        {
            AddOwn("Range", $"bytes={draft.Range}");
        }
        else if (draft.Range is not null)
        {
            draft.Notes.Add("-r is not supported with a body.");
        }

        AddOwn("User-Agent", draft.UserAgent ?? Agent);
        AddOwn("Accept", "*/*");

        // curl adds zstd where it was built with it; an answer in it could not be read here.
        AddOwn("Accept-Encoding", draft.IsCompressed ? "deflate, gzip, br" : null);
        AddOwn("Referer", draft.Referer);
        AddOwn("Cookie", draft.Cookies.Count > 0 ? string.Join(';', draft.Cookies) : null);
        AddWritten(isMultipart, length);
        if (isMultipart || Find("Content-Type") is null)
        {
            Add("Content-Type", type ?? "");
        }

        return _headers;
    }

    /// <summary>What follows the colon of the first such -H; null where there is none.</summary>
    public string? Find(string name) =>
        draft
            .Headers.Where(header =>
                header.Length > name.Length
                && header[name.Length] is ':' or ';'
                && header.StartsWith(name, StringComparison.OrdinalIgnoreCase)
            )
            .Select(header => header[(name.Length + 1)..].Trim())
            .FirstOrDefault();

    private void AddWritten(bool isMultipart, int length)
    {
        foreach (var written in draft.Headers)
        {
            var colon = written.IndexOf(':', StringComparison.Ordinal);
            var isEmpty = colon < 0 && written.IndexOf(';', StringComparison.Ordinal) is var semicolon && semicolon == written.Length - 1;
            var end = isEmpty ? written.Length - 1 : colon;
            if (end <= 0 || (isMultipart && written.AsSpan(0, end).Equals("Content-Type", StringComparison.OrdinalIgnoreCase)))
            {
                continue;
            }

            var value = written[(end + 1)..].Trim([' ', '\t', '\r', '\n', '\v', '\f']);
            if (FindLost(written[..end], value, isEmpty, length) is { } lost)
            {
                draft.Notes.Add(lost);
            }
            else if (isEmpty)
            {
                AddChecked(written[..end], "");
            }
            else
            {
                Add(written[..end], value);
            }
        }
    }

    private void AddOwn(string name, string? value)
    {
        if (value is not null && Find(name) is null)
        {
            Add(name, value);
        }
    }

    private void Add(string name, string value)
    {
        if (value.Length > 0)
        {
            AddChecked(name, value);
        }
    }

    /// <summary>Of what frames a request, only what is true of it is sent.</summary>
    private static string? FindLost(string name, string value, bool isEmpty, int length) =>
        name.ToUpperInvariant() switch
        {
            "CONTENT-LENGTH" when value != length.ToString(CultureInfo.InvariantCulture) && value.Length > 0 =>
                $"The header {name} is ignored, because it doesn't match the length of the body.",
            "TRANSFER-ENCODING" when value.Length > 0 => $"The header {name} is ignored. The body is sent in one piece with its length.",
            "HOST" when value.Length == 0 && !isEmpty => "The header Host can't be removed.",
            _ => null,
        };

    /// <summary>What would break the request apart is left out and named.</summary>
    private void AddChecked(string name, string value)
    {
        if (!Octets.IsToken(name) || value.Any(octet => octet is (< ' ' and not '\t') or '\x7f'))
        {
            draft.Notes.Add($"The header {Octets.Show(name)} is ignored, because it contains a line break or another invalid character.");
            return;
        }

        if (Octets.FindText(value) is not { } text)
        {
            Fault ??= $"The header {name} is not valid UTF-8. Correct or remove it.";
            return;
        }

        _headers.Add(new(name, text));
    }
}
