using System.Text.Unicode;

namespace Sanctum.Configurator.Features.Tools.Curl;

/// <summary>
/// Bytes kept in a string, one character from U+0000 to U+00FF for each. A shell's words are bytes (<c>$'\xC3'</c> is half a letter), and
/// curl looks at bytes too.
/// </summary>
internal static class Octets
{
    private const int MostShown = 60;

    public static string Of(string text) => Ascii.IsValid(text) ? text : Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));

    public static byte[] ToBytes(string octets) => Encoding.Latin1.GetBytes(octets);

    /// <summary>Null where the bytes are not UTF-8.</summary>
    public static string? FindText(string octets)
    {
        if (Ascii.IsValid(octets))
        {
            return octets;
        }

        var bytes = ToBytes(octets);
        return Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : null;
    }

    /// <summary>For a sentence: shortened, in one line, with a mark where the bytes are no letters.</summary>
    public static string Show(string octets)
    {
        var part = octets.Length <= MostShown ? octets : octets[..MostShown];
        var text = new StringBuilder(Encoding.UTF8.GetString(ToBytes(part)));
        for (var at = 0; at < text.Length; at++)
        {
            if (char.IsControl(text[at]))
            {
                text[at] = ' ';
            }
        }

        return octets.Length <= MostShown ? text.ToString() : text.Append('…').ToString();
    }

    /// <summary>As curl_easy_escape does: all but letters, digits and <c>-._~</c>.</summary>
    public static string Escape(string octets)
    {
        var escaped = new StringBuilder(octets.Length + 16);
        foreach (var octet in octets)
        {
            if (char.IsAsciiLetterOrDigit(octet) || octet is '-' or '.' or '_' or '~')
            {
                escaped.Append(octet);
            }
            else
            {
                AppendEscape(escaped, octet);
            }
        }

        return escaped.ToString();
    }

    /// <summary>Bytes beyond ASCII are escaped, all others stay.</summary>
    public static string EscapeBeyondAscii(string octets)
    {
        if (Ascii.IsValid(octets))
        {
            return octets;
        }

        var escaped = new StringBuilder(octets.Length * 2);
        foreach (var octet in octets)
        {
            if (octet < 0x80)
            {
                escaped.Append(octet);
            }
            else
            {
                AppendEscape(escaped, octet);
            }
        }

        return escaped.ToString();
    }

    /// <summary>As curl does for user and password: <c>%3A</c> is undone, a <c>%</c> before anything else stays.</summary>
    public static string Unescape(string octets)
    {
        if (!octets.Contains('%', StringComparison.Ordinal))
        {
            return octets;
        }

        var plain = new StringBuilder(octets.Length);
        for (var at = 0; at < octets.Length; at++)
        {
            if (octets[at] == '%' && at + 2 < octets.Length && char.IsAsciiHexDigit(octets[at + 1]) && char.IsAsciiHexDigit(octets[at + 2]))
            {
                plain.Append((char)Convert.ToByte(octets.Substring(at + 1, 2), 16));
                at += 2;
            }
            else
            {
                plain.Append(octets[at]);
            }
        }

        return plain.ToString();
    }

    /// <summary>C's isspace.</summary>
    public static bool IsSpace(char octet) => octet is ' ' or (>= '\t' and <= '\r');

    /// <summary>A token of RFC 9110: the name of a method or a header.</summary>
    public static bool IsToken(string octets) =>
        octets.Length > 0 && octets.All(o => char.IsAsciiLetterOrDigit(o) || "!#$%&'*+-.^_`|~".Contains(o, StringComparison.Ordinal));

    private static void AppendEscape(StringBuilder text, char octet) =>
        text.Append('%').Append("0123456789ABCDEF"[octet >> 4]).Append("0123456789ABCDEF"[octet & 0xF]);
}
