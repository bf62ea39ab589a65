using System.Net;
using System.Net.Mail;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Sanctum.Configurator.Features.Tools.Schemas.Patterns;

namespace Sanctum.Configurator.Features.Tools.Schemas;

/// <summary>The formats of texts, each by the grammar of its own standard: what .NET can parse is more, and something else.</summary>
internal static partial class SchemaFormats
{
    private const int LongestHost = 253;

    /// <summary>What is wrong with a text of a format; null where nothing is, or the format is not known.</summary>
    public static string? Problem(string format, string text) =>
        format switch
        {
            "email" when !MailAddress.TryCreate(text, out var mail) || mail.Address != text => "This is not a valid e-mail address.",
            "uri" when !IsUri(text, isWhole: true) => "This is not a valid address such as https://example.org.",
            "uri-reference" when !IsUri(text, isWhole: false) => "This is not a valid address.",
            "iri" when !IsUri(Escaped(text), isWhole: true) => "This is not a valid address such as https://example.org.",
            "iri-reference" when !IsUri(Escaped(text), isWhole: false) => "This is not a valid address.",
            "date" when !IsDate(text) => "This is not a valid date such as 2026-11-21.",
            "time" when !IsTime(text) => "This is not a valid time such as 08:30:00Z.",
            "date-time" when text.Length < 11 || text[10] is not ('T' or 't') || !IsDate(text[..10]) || !IsTime(text[11..]) =>
                "This is not a valid time such as 2026-11-21T08:30:00Z.",
            "duration" when text.Length < 3 || !Duration().IsMatch(text) => "This is not a valid duration such as P1DT12H.",
            "ipv4" when !IsVersion4(text) => "This is not a valid IPv4 address.",
            "ipv6" when !IsVersion6(text) => "This is not a valid IPv6 address.",
            "uuid" when !Uuid().IsMatch(text) => "This is not a valid UUID.",
            "hostname" when text.Length > LongestHost || !HostName().IsMatch(text) => "This is not a valid host name.",
            "regex" when EcmaPattern.Read(text, out var fault) is null => $"This is not a valid regular expression: {fault}.",
            "json-pointer" when !JsonPointer().IsMatch(text) => "This is not a valid JSON pointer such as /a/b.",
            "relative-json-pointer" when !RelativePointer().IsMatch(text) => "This is not a valid relative JSON pointer such as 1/a.",
            _ => null,
        };

    private static bool IsDate(string text) =>
        Date().IsMatch(text) && DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    /// <summary>RFC 3339; a leap second is at 23:59:60 of UTC only.</summary>
    private static bool IsTime(string text)
    {
        if (Time().Match(text) is not { Success: true } match)
        {
            return false;
        }

        int Of(string name) => match.Groups[name].Success ? int.Parse(match.Groups[name].Value, CultureInfo.InvariantCulture) : 0;
        var shift = (Of("sh") * 60) + Of("sm");
        var minutes = (Of("h") * 60) + Of("m") - (match.Groups["sign"].Value == "-" ? -shift : shift);
        return Of("sh") < 24 && Of("sm") < 60 && (Of("s") < 60 || ((minutes % 1440) + 1440) % 1440 == (23 * 60) + 59);
    }

    private static bool IsVersion4(string text) => Version4().IsMatch(text);

    private static bool IsVersion6(string text) =>
        Version6Letters().IsMatch(text)
        && (!text.Contains('.', StringComparison.Ordinal) || IsVersion4(text[(text.LastIndexOf(':') + 1)..]))
        && IPAddress.TryParse(text, out var address)
        && address.AddressFamily == AddressFamily.InterNetworkV6;

    /// <summary>RFC 3986, appendix A.</summary>
    private static bool IsUri(string text, bool isWhole)
    {
        if (Parts().Match(text) is not { Success: true } match || (isWhole && !match.Groups["scheme"].Success))
        {
            return false;
        }

        // The first segment of a relative path has no colon: it would be a scheme.
        var isBare =
            !match.Groups["scheme"].Success
            && !match.Groups["authority"].Success
            && match.Groups["path"].Value.Split('/')[0].Contains(':', StringComparison.Ordinal);
        return !isBare
            && (
                match.Groups["literal"] is not { Success: true } literal
                || IsVersion6(literal.Value)
                || FutureAddress().IsMatch(literal.Value)
            );
    }

    /// <summary>What RFC 3987 has in the places of letters is taken as an escape of them.</summary>
    private static string Escaped(string text) =>
        string.Concat(
            text.EnumerateRunes()
                .Select(letter =>
                    letter.Value < 0xA0 ? letter.ToString()
                    : letter == Rune.ReplacementChar ? " "
                    : "%AA"
                )
        );

    [GeneratedRegex(@"\A[0-9]{4}-[0-9]{2}-[0-9]{2}\z", RegexOptions.NonBacktracking)]
    private static partial Regex Date();

    [GeneratedRegex(
        @"\A(?<h>[01][0-9]|2[0-3]):(?<m>[0-5][0-9]):(?<s>[0-5][0-9]|60)(?:\.[0-9]+)?(?:[Zz]|(?<sign>[+-])(?<sh>[0-9]{2}):(?<sm>[0-9]{2}))\z",
        RegexOptions.NonBacktracking
    )]
    private static partial Regex Time();

    [GeneratedRegex(
        @"\AP(?:[0-9]+W|(?:[0-9]+Y(?:[0-9]+M(?:[0-9]+D)?)?|[0-9]+M(?:[0-9]+D)?|[0-9]+D)?"
            + @"(?:T(?:[0-9]+H(?:[0-9]+M(?:[0-9]+S)?)?|[0-9]+M(?:[0-9]+S)?|[0-9]+S))?)\z",
        RegexOptions.NonBacktracking
    )]
    private static partial Regex Duration();

    [GeneratedRegex(@"\A(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?:\.(?!\z)|\z)){4}\z")]
    private static partial Regex Version4();

    [GeneratedRegex(@"\A[0-9A-Fa-f:.]{2,45}\z", RegexOptions.NonBacktracking)]
    private static partial Regex Version6Letters();

    [GeneratedRegex(@"\A[vV][0-9A-Fa-f]+\.[A-Za-z0-9._~!$&'()*+,;=:-]+\z", RegexOptions.NonBacktracking)]
    private static partial Regex FutureAddress();

    [GeneratedRegex(@"\A[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\z", RegexOptions.NonBacktracking)]
    private static partial Regex Uuid();

    [GeneratedRegex(
        @"\A[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*\z",
        RegexOptions.NonBacktracking
    )]
    private static partial Regex HostName();

    [GeneratedRegex(@"\A(?:/(?:[^~/]|~[01])*)*\z", RegexOptions.NonBacktracking | RegexOptions.Singleline)]
    private static partial Regex JsonPointer();

    [GeneratedRegex(@"\A(?:0|[1-9][0-9]*)(?:#|(?:/(?:[^~/]|~[01])*)*)\z", RegexOptions.NonBacktracking | RegexOptions.Singleline)]
    private static partial Regex RelativePointer();

    [GeneratedRegex(
        @"\A(?:(?<scheme>[A-Za-z][A-Za-z0-9+.-]*):)?"
            + @"(?:(?<authority>//(?:(?:[A-Za-z0-9._~!$&'()*+,;=:-]|%[0-9A-Fa-f]{2})*@)?(?:\[(?<literal>[^\]]*)\]|(?:[A-Za-z0-9._~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*)(?::[0-9]*)?)"
            + @"(?<path>(?:/(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})*)*)"
            + @"|(?<path>/?(?:(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})+(?:/(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})*)*)?))"
            + @"(?:\?(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*)?(?:#(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*)?\z",
        RegexOptions.NonBacktracking
    )]
    private static partial Regex Parts();
}
