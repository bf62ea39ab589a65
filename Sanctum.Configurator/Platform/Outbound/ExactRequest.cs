using System.Buffers;

namespace Sanctum.Configurator.Platform.Outbound;

/// <summary>
/// A request whose head is written byte for byte as it is said: nothing of the address is decoded or tidied up, names of headers keep their
/// case and their order, and letters beyond ASCII go out as UTF-8. An address is sent as curl sends one: in its path such letters are
/// escaped, in its query they stand as they are.
/// </summary>
public sealed class ExactRequest
{
    private static readonly SearchValues<char> NotInAddresses = SearchValues.Create("\t\n\r\0\x7f");

    private ExactRequest(string method, Uri origin, string target, string head, ReadOnlyMemory<byte>? body) =>
        (Method, Origin, Target, Head, Body) = (method, origin, target, Encoding.UTF8.GetBytes(head), body);

    public string Method { get; }

    /// <summary>Scheme, host and port.</summary>
    public Uri Origin { get; }

    /// <summary>Path and query as they are sent.</summary>
    public string Target { get; }

    public ReadOnlyMemory<byte>? Body { get; }

    internal byte[] Head { get; }

    /// <param name="headers">Names and values, in the order in which they are sent. A Host is sent first; a Content-Length says the
    /// body's.</param>
    /// <exception cref="UnsendableException">A part of it can't be sent; its message says which, without repeating a value.</exception>
    public static ExactRequest Of(string method, string url, IEnumerable<(string Name, string Value)> headers, ReadOnlyMemory<byte>? body)
    {
        if (!IsToken(method))
        {
            throw new UnsendableException("The method must be a word such as POST. Correct it in the configuration.");
        }

        var (origin, authority, target) = Split(url);
        var lines = headers.Select(header => Checked(header.Name, header.Value)).ToList();
        var host = lines.FindIndex(line => Is(line.Name, "Host"));
        var head = new StringBuilder($"{method} {target} HTTP/1.1\r\n");
        Append(head, host < 0 ? ("Host", authority) : lines[host]);
        var length = body is { } bytes ? bytes.Length.ToString(CultureInfo.InvariantCulture) : null;
        foreach (var line in lines.Where((line, at) => at != host && !Is(line.Name, "Transfer-Encoding")))
        {
            var isLength = Is(line.Name, "Content-Length");
            Append(head, isLength ? (line.Name, length ?? "0") : line);
            length = isLength ? null : length;
        }

        Append(head, ("Content-Length", length));
        return new(method, origin, target, head.Append("\r\n").ToString(), body);
    }

    private static void Append(StringBuilder head, (string Name, string? Value) line)
    {
        if (line.Value is not null)
        {
            head.Append(CultureInfo.InvariantCulture, $"{line.Name}:{(line.Value.Length == 0 ? "" : " ")}{line.Value}\r\n");
        }
    }

    private static (string Name, string Value) Checked(string name, string value) =>
        !IsToken(name) ? throw new UnsendableException("A header name contains an invalid character. Correct it in the configuration.")
        : value.Any(letter => letter is (< ' ' and not '\t') or '\x7f') || !IsText(value)
            ? throw new UnsendableException(
                $"The header {name} contains a line break or another character that can't be sent. Correct it or its secret."
            )
        : (name, value);

    private static (Uri Origin, string Authority, string Target) Split(string url)
    {
        var start = url.IndexOf("://", StringComparison.Ordinal) + 3;
        var end = start < 3 ? -1 : url.AsSpan(start).IndexOfAny('/', '?', '#');
        var typed =
            start < 3 ? ""
            : end < 0 ? url[start..]
            : url.Substring(start, end);
        if (
            start < 3
            || url.AsSpan().IndexOfAny(NotInAddresses) >= 0
            || !IsText(url)
            || !Uri.TryCreate($"{url[..start]}{typed}", UriKind.Absolute, out var origin)
            || origin.Scheme is not ("http" or "https")
            || origin.PathAndQuery != "/"
        )
        {
            throw new UnsendableException(
                "The address is not valid. Use an address such as https://api.example/path, without line breaks."
            );
        }

        var named = typed[(typed.LastIndexOf('@') + 1)..];
        var host = origin.HostNameType == UriHostNameType.Dns ? origin.IdnHost : origin.Host;
        var authority = origin.IsDefaultPort ? host : string.Create(CultureInfo.InvariantCulture, $"{host}:{origin.Port}");
        return (
            origin,
            named.Equals(authority, StringComparison.OrdinalIgnoreCase) ? named : authority,
            TargetOf(end < 0 ? "" : url[(start + end)..])
        );
    }

    private static string TargetOf(string rest)
    {
        var whole = rest.Split('#')[0].Replace(" ", "%20", StringComparison.Ordinal);
        var mark = whole.IndexOf('?', StringComparison.Ordinal);
        var path = mark < 0 ? whole : whole[..mark];
        var escaped = new StringBuilder(path.StartsWith('/') ? "" : "/");
        foreach (var octet in Encoding.UTF8.GetBytes(path))
        {
            escaped = octet < 0x80 ? escaped.Append((char)octet) : escaped.Append(CultureInfo.InvariantCulture, $"%{octet:X2}");
        }

        return escaped.Append(mark < 0 ? "" : whole[mark..]).ToString();
    }

    private static bool Is(string one, string other) => one.Equals(other, StringComparison.OrdinalIgnoreCase);

    /// <summary>Half of a pair of surrogates has no bytes.</summary>
    private static bool IsText(string text) =>
        !text.Where(
                (letter, at) =>
                    char.IsSurrogate(letter)
                    && !char.IsSurrogatePair(text, char.IsHighSurrogate(letter) && at + 1 < text.Length ? at : Math.Max(0, at - 1))
            )
            .Any();

    private static bool IsToken(string text) =>
        text.Length > 0
        && text.All(letter => char.IsAsciiLetterOrDigit(letter) || "!#$%&'*+-.^_`|~".Contains(letter, StringComparison.Ordinal));
}

/// <summary>A request can't go over the wire as it is said; the message says why, without repeating a value.</summary>
public sealed class UnsendableException(string message) : Exception(message);
