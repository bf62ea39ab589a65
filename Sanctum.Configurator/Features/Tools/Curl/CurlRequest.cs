using System.Text.Unicode;

namespace Sanctum.Configurator.Features.Tools.Curl;

/// <summary>
/// What curl would send. Host (unless the command sets it) and Content-Length are the connection's affair and are not among the headers,
/// nor is an Expect of curl's own.
/// </summary>
/// <param name="Url">Absolute, http or https, without user, password and fragment; ASCII but for its query, which curl does not escape. Not
/// a <see cref="Uri"/>, which would unescape
/// and tidy up what curl sends as it stands.</param>
/// <param name="Headers">In the order in which curl sends them; a name may come twice, and a value may be empty.</param>
internal sealed record CurlRequest(string Method, string Url, IReadOnlyList<CurlHeader> Headers, CurlBody? Body, CurlManners Manners)
{
    private bool PrintMembers(StringBuilder text)
    {
        text.Append($"{nameof(Method)} = {Method}, Host = {Url.Split('/', '?')[2]}, ");
        text.Append($"{nameof(Headers)} = {string.Join(' ', Headers.Select(header => header.Name))}, {nameof(Body)} = {Body}");
        return true;
    }
}

/// <summary>One header line. The value may be a secret and is kept out of <see cref="object.ToString"/>.</summary>
internal sealed record CurlHeader(string Name, string Value)
{
    public bool Is(string name) => Name.Equals(name, StringComparison.OrdinalIgnoreCase);

    private bool PrintMembers(StringBuilder text)
    {
        text.Append($"{nameof(Name)} = {Name}");
        return true;
    }
}

/// <summary>The body as it goes over the wire. A multipart body is complete, and its boundary is in the Content-Type header.</summary>
/// <param name="Parts">The parts of a multipart body, in order; empty for any other.</param>
internal sealed record CurlBody(ReadOnlyMemory<byte> Bytes, IReadOnlyList<CurlPart> Parts)
{
    /// <summary>Null where the bytes are not UTF-8.</summary>
    public string? Text { get; } = Utf8.IsValid(Bytes.Span) ? Encoding.UTF8.GetString(Bytes.Span) : null;

    public bool IsMultipart => Parts.Count > 0;

    public bool Equals(CurlBody? other) => other is not null && Bytes.Span.SequenceEqual(other.Bytes.Span);

    public override int GetHashCode() => Bytes.Length;

    private bool PrintMembers(StringBuilder text)
    {
        text.Append($"{Bytes.Length} bytes, {Parts.Count} parts");
        return true;
    }
}

/// <summary>One part of a multipart body.</summary>
/// <param name="Headers">Its header lines, Content-Disposition first.</param>
internal sealed record CurlPart(string? Name, IReadOnlyList<string> Headers, ReadOnlyMemory<byte> Content)
{
    private bool PrintMembers(StringBuilder text)
    {
        text.Append($"{nameof(Name)} = {Name}, {Content.Length} bytes");
        return true;
    }
}

/// <summary>How the command would have the request sent and its answer taken.</summary>
/// <param name="MaxRedirects">Null for curl's own limit.</param>
/// <param name="Insecure">Certificates are not checked.</param>
/// <param name="Timeout">For all of it; null for none.</param>
/// <param name="Decompress">The answer's content coding is undone.</param>
internal sealed record CurlManners(
    bool FollowRedirects,
    int? MaxRedirects,
    bool Insecure,
    TimeSpan? Timeout,
    TimeSpan? ConnectTimeout,
    bool Decompress
);
