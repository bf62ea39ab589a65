namespace Sanctum.Configurator.Features.Tools.Curl;

/// <summary>
/// An address as libcurl's URL parser reads it (https://curl.se/docs/url-syntax.html): http without a scheme, one to three slashes, dots
/// squashed, bytes beyond ASCII escaped in the path, everything else as typed. Strings are <see cref="Octets"/>.
/// </summary>
internal sealed record CurlUrl(string Scheme, string? User, string? Password, string Host, string Port, string Path, string? Query)
{
    /// <summary>The query's bytes are those of a text; where they are not, they can only be kept escaped.</summary>
    public bool IsText => Query is null || Octets.FindText(Query) is not null;

    /// <summary>Without user, password and fragment.</summary>
    public override string ToString() =>
        $"{Scheme}://{Host}{(Port.Length == 0 ? "" : ":")}{Port}{Octets.EscapeBeyondAscii(Path)}{(Query is null ? "" : "?")}{(Octets.FindText(Query ?? "") ?? Octets.EscapeBeyondAscii(Query!))}";

    public static (CurlUrl? Url, string? Fault) Parse(string typed, string defaultScheme, bool isPathAsIs)
    {
        var (scheme, rest) = SplitScheme(typed, defaultScheme);
        if (rest is null)
        {
            return Refuse($"Only http:// and https:// are supported, not {Octets.Show(scheme)}. Correct the address.");
        }

        if (rest.AsSpan().IndexOfAnyInRange('\0', ' ') >= 0 || rest.Contains('\x7f', StringComparison.Ordinal))
        {
            return Refuse("The address contains a space or a line break. Use %20 for a space.");
        }

        var end = rest.AsSpan().IndexOfAny('/', '?', '#');
        var authority = end < 0 ? rest : rest[..end];
        var at = authority.IndexOf('@', StringComparison.Ordinal);
        var login = at < 0 ? null : authority[..at];
        var (host, port, fault) = CurlHost.Parse(authority[(at + 1)..], !ReferenceEquals(rest, typed));
        if (
            fault is null
            && scheme == "http"
            && host.StartsWith("ftp.", StringComparison.OrdinalIgnoreCase)
            && ReferenceEquals(rest, typed)
        )
        {
            fault = "curl uses FTP for an address that begins with ftp. Put http:// in front of it.";
        }

        if (fault is not null)
        {
            return Refuse(fault);
        }

        var (path, query) = SplitPath(end < 0 ? "" : rest[end..], isPathAsIs);
        var colon = login?.IndexOf(':', StringComparison.Ordinal) ?? -1;
        return (
            new(
                scheme,
                login is null ? null : Octets.Unescape(colon < 0 ? login : login[..colon]),
                colon < 0 ? null : Octets.Unescape(login![(colon + 1)..]),
                host,
                port == (scheme == "https" ? "443" : "80") ? "" : port,
                path,
                query
            ),
            null
        );
    }

    /// <summary>As -G and --url-query do: an empty query goes, and what follows a # is lost as a fragment.</summary>
    public (CurlUrl? Url, string? Fault) Append(string query)
    {
        if (query.AsSpan().IndexOfAnyInRange('\0', ' ') >= 0 || query.Contains('\x7f', StringComparison.Ordinal))
        {
            return Refuse("The data for the address contains a space or a line break. Use --data-urlencode.");
        }

        var joined =
            string.IsNullOrEmpty(Query) ? query
            : Query.EndsWith('&') ? Query + query
            : $"{Query}&{query}";
        joined = joined.Split('#')[0];
        return (this with { Query = joined.Length == 0 ? null : joined }, null);
    }

    private static (CurlUrl? Url, string? Fault) Refuse(string fault) => (null, fault);

    /// <summary>A rest of null is a scheme that is not http. The rest is the very string typed where no scheme is in it.</summary>
    private static (string Scheme, string? Remainder) SplitScheme(string typed, string defaultScheme)
    {
        var length = 0;
        while (length < typed.Length && length < 40 && (char.IsAsciiLetterOrDigit(typed[length]) || typed[length] is '+' or '-' or '.'))
        {
            length++;
        }

        // host:80/ is no scheme, as curl sees it: one ends in a colon and a slash.
        var isScheme = length > 0 && length + 1 < typed.Length && typed[length] == ':' && typed[length + 1] == '/';
        var scheme = (isScheme ? typed[..length] : defaultScheme).ToLowerInvariant();
        if (scheme is not ("http" or "https"))
        {
            return ($"{scheme}://", null);
        }

        var start = isScheme ? length + 1 : 0;
        while (isScheme && start < typed.Length && start < length + 4 && typed[start] == '/')
        {
            start++;
        }

        return (scheme, isScheme ? typed[start..] : typed);
    }

    private static (string Path, string? Query) SplitPath(string rest, bool isPathAsIs)
    {
        var whole = rest.Split('#')[0];
        var mark = whole.IndexOf('?', StringComparison.Ordinal);
        var path = mark < 0 ? whole : whole[..mark];
        path =
            path.Length == 0 ? "/"
            : isPathAsIs ? path
            : Squash(path);
        return (path, mark < 0 ? null : whole[(mark + 1)..]);
    }

    /// <summary>RFC 3986, 5.2.4: remove dot segments.</summary>
    private static string Squash(string path)
    {
        if (!path.Contains("/.", StringComparison.Ordinal))
        {
            return path;
        }

        var squashed = new StringBuilder(path.Length);
        for (var at = 0; at < path.Length; )
        {
            var next = path.IndexOf('/', at + 1);
            var end = next < 0 ? path.Length : next;
            var segment = path.AsSpan(at, end - at);
            if (segment is "/..")
            {
                while (squashed.Length > 0 && squashed[^1] != '/')
                {
                    squashed.Length--;
                }

                squashed.Length = Math.Max(0, squashed.Length - 1);
            }

            if (segment is not ("/." or "/.."))
            {
                squashed.Append(segment);
            }
            else if (next < 0)
            {
                squashed.Append('/');
            }

            at = end;
        }

        return squashed.ToString();
    }
}
