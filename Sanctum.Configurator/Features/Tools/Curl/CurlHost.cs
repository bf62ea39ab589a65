using System.Buffers;
using System.Net;
using System.Net.Sockets;

namespace Sanctum.Configurator.Features.Tools.Curl;

/// <summary>
/// The host and the port of an address. A host is written as curl sends it: in the case it was typed, Punycode, IPv4 as four numbers.
/// </summary>
internal static class CurlHost
{
    // hostname_check of libcurl's urlapi.c, and the percent sign: an escaped host is only ever meant to deceive.
    private static readonly SearchValues<char> NotInHosts = SearchValues.Create(" \r\n\t/:#?!@{}[]\\$'\"^`*<>=;,+&()%|");

    public static (string Host, string Port, string? Fault) Parse(string typed, bool hasScheme)
    {
        var bracket = typed.StartsWith('[') ? typed.IndexOf(']', StringComparison.Ordinal) : -1;
        if (typed.Contains('@', StringComparison.Ordinal) || (bracket < 0 && typed.StartsWith('[')))
        {
            return (
                "",
                "",
                "The host in the address is not valid. Use an address such as https://api.example/path, and %40 for an @ in a password."
            );
        }

        var colon = typed.IndexOf(':', bracket + 1);
        var name = colon < 0 ? typed : typed[..colon];
        var (port, portFault) = PortOf(colon < 0 ? null : typed[(colon + 1)..], hasScheme);
        var (host, fault) = bracket >= 0 ? Version6(name) : Name(name);
        return (host, port, fault ?? portFault);
    }

    private static (string Port, string? Fault) PortOf(string? typed, bool hasScheme)
    {
        if (typed is null || (typed.Length == 0 && hasScheme))
        {
            return ("", null);
        }

        return
            typed.Length is > 0 and < 20
            && typed.All(char.IsAsciiDigit)
            && ulong.Parse(typed, CultureInfo.InvariantCulture) is <= 65535 and var port
            ? (port.ToString(CultureInfo.InvariantCulture), null)
            : ("", "The part after the host's colon must be a port up to 65535. Correct or remove it.");
    }

    private static (string Host, string? Fault) Version6(string name) =>
        name.EndsWith(']')
        && !name.Contains('%', StringComparison.Ordinal)
        && IPAddress.TryParse(name[1..^1], out var address)
        && address.AddressFamily == AddressFamily.InterNetworkV6
            ? ($"[{address}]", null)
            : ("", "The address in square brackets is not a valid IPv6 address. Use an address such as http://[::1]:8283/.");

    private static (string Host, string? Fault) Name(string name)
    {
        if (name.Length == 0)
        {
            return ("", "The address has no host. Use an address such as https://api.example/path.");
        }

        if (
            name.Length > 1000
            || name.AsSpan().IndexOfAny(NotInHosts) >= 0
            || Octets.FindText(name) is not { } text
            || !TryAscii(text, out var host)
        )
        {
            return ("", $"\"{Octets.Show(name)}\" is not a valid host. Use an address such as https://api.example/path.");
        }

        // 127.1 and 0x7f000001 are 127.0.0.1 to curl too.
        return
            char.IsAsciiDigit(host[0]) && IPAddress.TryParse(host, out var address) && address.AddressFamily == AddressFamily.InterNetwork
            ? (address.ToString(), null)
            : (host, null);
    }

    private static bool TryAscii(string text, out string host)
    {
        host = text;
        if (!Ascii.IsValid(host))
        {
            try
            {
                host = new IdnMapping().GetAscii(host.ToLowerInvariant());
            }
            catch (ArgumentException)
            {
                // That is how it says that a letter may not be in a host's name.
                return false;
            }
        }

        return host.Length is > 0 and < 256
            && host.AsSpan().IndexOfAny(NotInHosts) < 0
            && Uri.TryCreate($"http://{host}/", UriKind.Absolute, out _);
    }
}
