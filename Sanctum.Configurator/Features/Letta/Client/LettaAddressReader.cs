using System.Net;
using System.Net.Sockets;

namespace Sanctum.Configurator.Features.Letta.Client;

/// <summary>Reads an address by hand where <see cref="Uri"/> would hide what was typed, such as a default port.</summary>
internal static class LettaAddressReader
{
    private const int MostCharacters = 2048;
    private const string SchemeMark = "://";

    public static LettaAddress Read(string? address, int? port)
    {
        var typed = address is null ? "" : Unseen.Trim(address);
        if (FindFault(typed) is { } fault)
        {
            return InAddress(fault);
        }

        if (port is < 1 or > 65535)
        {
            return new LettaAddress.Refused("The port must be a number from 1 to 65535.", LettaFields.Port);
        }

        var (scheme, rest) = SplitScheme(typed);
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        var (host, portText) = SplitPort(slash < 0 ? rest : rest[..slash]);
        return (FindHostFault(host) ?? FindPortFault(portText)) is { } partFault
            ? InAddress(partFault)
            : Combine(scheme, host, portText is null ? null : PortOf(portText), port, slash < 0 ? "/" : rest[slash..]);
    }

    private static LettaAddress Combine(string? scheme, string host, int? addressPort, int? column, string path)
    {
        if (addressPort is { } inAddress && column is { } inColumn && inColumn != LettaAddress.DefaultPort && inColumn != inAddress)
        {
            return new LettaAddress.Refused(
                $"The address contains port {inAddress}, but the Port field contains {inColumn}. Use the same port, or remove it from the address.",
                LettaFields.Port
            );
        }

        var port =
            addressPort
            ?? column
            ?? scheme switch
            {
                "http" => 80,
                _ => LettaAddress.DefaultPort,
            };
        var spoken = scheme ?? (port is 443 or 8443 ? Uri.UriSchemeHttps : Uri.UriSchemeHttp);
        var bracketed = host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host;
        if (!Uri.TryCreate($"{spoken}://{bracketed}:{port}{path}", UriKind.Absolute, out var parsed))
        {
            return InAddress("This is not a valid server address. Use an address such as https://letta.example or localhost:8283.");
        }

        var ascii = new UriBuilder(parsed) { Host = parsed.IdnHost, Path = BasePathOf(parsed.AbsolutePath) }.Uri;
        return new LettaAddress.Parsed(ascii);
    }

    private static string BasePathOf(string path)
    {
        var bare = path.TrimEnd('/');
        foreach (var pasted in (ReadOnlySpan<string>)["/v1/health", "/v1"])
        {
            if (bare.EndsWith(pasted, StringComparison.OrdinalIgnoreCase))
            {
                bare = bare[..^pasted.Length].TrimEnd('/');
                break;
            }
        }

        return bare + "/";
    }

    private static string? FindFault(string typed)
    {
        if (typed.Length == 0)
        {
            return "Enter the server's address, such as https://letta.example or localhost:8283.";
        }

        if (typed.Length > MostCharacters)
        {
            return $"An address has at most {MostCharacters} characters. Enter the server's address only.";
        }

        // First, because whatever else is wrong, a password must not stay in the field.
        if (AuthorityOf(typed).Contains('@', StringComparison.Ordinal))
        {
            return $"Remove the user name and password from the address and enter the password in the {LettaFields.Token} field.";
        }

        if (typed.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)))
        {
            return "The address contains a space. Remove it.";
        }

        if (Sendable.FaultOfText(typed) is { } unseen)
        {
            return unseen;
        }

        return FindStrayFault(typed) ?? FindSchemeFault(typed);
    }

    private static string? FindStrayFault(string typed)
    {
        if (typed.Contains('?', StringComparison.Ordinal))
        {
            return "Remove the question mark and everything after it from the address.";
        }

        if (typed.Contains('#', StringComparison.Ordinal))
        {
            return "Remove the # and everything after it from the address.";
        }

        return typed.Contains('\\', StringComparison.Ordinal) ? "Use forward slashes in the address, such as https://letta.example." : null;
    }

    private static string? FindSchemeFault(string typed)
    {
        var mark = typed.IndexOf(SchemeMark, StringComparison.Ordinal);
        if (mark < 0)
        {
            return
                typed.StartsWith("http:", StringComparison.OrdinalIgnoreCase)
                || typed.StartsWith("https:", StringComparison.OrdinalIgnoreCase)
                ? "Use two slashes after the colon, such as https://letta.example."
                : null;
        }

        var scheme = typed[..mark];
        if (IsHttp(scheme))
        {
            return null;
        }

        return scheme.All(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '-' or '.') && scheme.Length is > 0 and <= 16
            ? $"The address must begin with http:// or https://, not with {scheme}://."
            : "The address must begin with http://, https:// or the host's name.";
    }

    private static string? FindHostFault(string host)
    {
        if (host.Length == 0)
        {
            return "The host is missing. Use an address such as https://letta.example or localhost:8283.";
        }

        if (host.Contains('%', StringComparison.Ordinal))
        {
            return "Remove the percent sign. Zones and escapes are not supported here.";
        }

        if (IPAddress.TryParse(host, out var address) && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any)))
        {
            return $"The address {host} is for listening only. Use localhost or the machine's own address.";
        }

        return Uri.CheckHostName(host) == UriHostNameType.Unknown
            ? "The host is not valid. Use a host such as letta.example, 192.168.1.5 or [::1]."
            : null;
    }

    private static string? FindPortFault(string? text) =>
        text is null || PortOf(text) is not null
            ? null
            : "The part after the last colon must be a port from 1 to 65535. Correct or remove it.";

    private static int? PortOf(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is >= 1 and <= 65535 ? port : null;

    private static LettaAddress.Refused InAddress(string reason) => new(reason, LettaFields.Address);

    private static bool IsHttp(string scheme) =>
        scheme.Equals(Uri.UriSchemeHttp, StringComparison.OrdinalIgnoreCase)
        || scheme.Equals(Uri.UriSchemeHttps, StringComparison.OrdinalIgnoreCase);

    private static (string? Scheme, string Remainder) SplitScheme(string typed)
    {
        var mark = typed.IndexOf(SchemeMark, StringComparison.Ordinal);
        return mark < 0 ? (null, typed) : (typed[..mark].ToLowerInvariant(), typed[(mark + SchemeMark.Length)..]);
    }

    private static string AuthorityOf(string typed)
    {
        var rest = SplitScheme(typed).Remainder;
        var end = rest.AsSpan().IndexOfAny('/', '?', '#');
        return end < 0 ? rest : rest[..end];
    }

    private static (string Host, string? Port) SplitPort(string authority)
    {
        // More than one colon without brackets can only be an IPv6 address, and such a one carries no port.
        if (IPAddress.TryParse(authority, out var bare) && bare.AddressFamily == AddressFamily.InterNetworkV6 && !authority.StartsWith('['))
        {
            return (authority, null);
        }

        var bracket = authority.LastIndexOf(']');
        var colon = authority.LastIndexOf(':');
        var (host, port) = colon > bracket ? (authority[..colon], authority[(colon + 1)..]) : (authority, null);
        return (host.StartsWith('[') && host.EndsWith(']') ? host[1..^1] : host, port);
    }
}
