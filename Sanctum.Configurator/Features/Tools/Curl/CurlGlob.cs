namespace Sanctum.Configurator.Features.Tools.Curl;

/// <summary>
/// What curl makes of brackets and braces in an address (https://curl.se/docs/manpage.html, GLOBBING): several requests, or an error. Here
/// they
/// stay as they stand and are named, but for an IPv6 address, <c>[]</c> and a backslash before one, which only takes its meaning.
/// </summary>
internal static class CurlGlob
{
    public static string Read(string url, CurlDraft draft)
    {
        if (draft.IsGlobOff || url.AsSpan().IndexOfAny("[]{}") < 0)
        {
            return url;
        }

        var read = new StringBuilder(url.Length);
        var isGlob = false;
        for (var at = 0; at < url.Length; at++)
        {
            var next = at + 1 < url.Length ? url[at + 1] : '\0';
            if (url[at] == '\\' && next is '[' or ']' or '{' or '}')
            {
                read.Append(next);
                at++;
            }
            else if (url[at] == '[' && (next == ']' || IsVersion6(url, at)))
            {
                var end = url.IndexOf(']', at);
                read.Append(url, at, end + 1 - at);
                at = end;
            }
            else
            {
                isGlob |= url[at] is '[' or ']' or '{' or '}';
                read.Append(url[at]);
            }
        }

        if (isGlob)
        {
            draft.Notes.Add("Brackets and braces in the address are not expanded, as with -g. curl would make several requests of them.");
        }

        return read.ToString();
    }

    private static bool IsVersion6(string url, int open)
    {
        var close = open + 1;
        while (close < url.Length && close - open < 50 && (char.IsAsciiHexDigit(url[close]) || url[close] is ':' or '.'))
        {
            close++;
        }

        return close < url.Length
            && url[close] == ']'
            && url.AsSpan(open, close - open).Contains("::", StringComparison.Ordinal) | url.AsSpan(open, close - open).Count(':') > 1;
    }
}
