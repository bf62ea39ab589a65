using System.Globalization;
using System.Net;
using System.Net.Mail;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Sanctum.Configurator.Features.Tools.Schemas;

/// <summary>What schemas ask of texts.</summary>
internal static partial class SchemaText
{
    /// <summary>Null where it is no expression, or one whose matching may take long.</summary>
    public static Regex? Compile(string pattern)
    {
        try
        {
            // Linear in the text, whatever the pattern; look-arounds and back references are refused by it.
            return pattern.Length > 256 ? null : new(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, TimeSpan.FromMilliseconds(20));
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    /// <summary>What is wrong with a text of a format; null where nothing is, or the format is not known.</summary>
    public static string? Problem(string format, string text) => format switch
    {
        "email" when !MailAddress.TryCreate(text, out var mail) || mail.Address != text => "This is no e-mail address.",
        "uri" when !Uri.TryCreate(text, UriKind.Absolute, out _) => "This is no address such as https://example.org.",
        "uri-reference" when !Uri.TryCreate(text, UriKind.RelativeOrAbsolute, out _) => "This is no address.",
        "date" when !DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _) => "This is no date such as 2026-11-21.",
        "time" when !Time().IsMatch(text) => "This is no time such as 08:30:00Z.",
        "date-time" when !DateAndTime().IsMatch(text) || !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out _) => "This is no time such as 2026-11-21T08:30:00Z.",
        "ipv4" when !IsAddress(text, AddressFamily.InterNetwork) || text.Count(c => c == '.') != 3 => "This is no IPv4 address.",
        "ipv6" when !IsAddress(text, AddressFamily.InterNetworkV6) => "This is no IPv6 address.",
        "uuid" when !Guid.TryParseExact(text, "D", out _) => "This is no UUID.",
        "hostname" when text.Length > 253 || Uri.CheckHostName(text) != UriHostNameType.Dns => "This is no host name.",
        "regex" when Compile(text) is null => "This is no regular expression that can be checked in good time.",
        "json-pointer" when text.Length > 0 && text[0] != '/' => "This is no JSON pointer such as /a/b.",
        _ => null,
    };

    private static bool IsAddress(string text, AddressFamily family) => IPAddress.TryParse(text, out var address) && address.AddressFamily == family;

    [GeneratedRegex(@"^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$", RegexOptions.NonBacktracking)]
    private static partial Regex DateAndTime();

    [GeneratedRegex(@"^([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?([Zz]|[+-]\d\d:\d\d)$", RegexOptions.NonBacktracking)]
    private static partial Regex Time();
}
