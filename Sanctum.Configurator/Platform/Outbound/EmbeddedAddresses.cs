using System.Net;
using System.Net.Sockets;

namespace Sanctum.Configurator.Platform.Outbound;

/// <summary>
/// Finds the IPv4 addresses that an IPv6 address carries inside. A gateway would unpack them and call the very machine
/// that the guard refuses, so each is checked as well.
/// </summary>
internal static class EmbeddedAddresses
{
    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");
    private static readonly IPNetwork LocalNat64 = IPNetwork.Parse("64:ff9b:1::/48");
    private static readonly IPNetwork SixToFour = IPNetwork.Parse("2002::/16");
    private static readonly IPNetwork Teredo = IPNetwork.Parse("2001::/32");
    private static readonly IPNetwork Compatible = IPNetwork.Parse("::/96");

    /// <summary>The address itself first, then what it embeds.</summary>
    public static IEnumerable<IPAddress> Of(IPAddress address)
    {
        yield return address;
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            yield break;
        }

        var bytes = address.GetAddressBytes();
        if (address.IsIPv4MappedToIPv6 || Nat64.Contains(address) || Compatible.Contains(address) || IsIsatap(bytes))
        {
            yield return new IPAddress(bytes.AsSpan(12, 4));
        }
        else if (SixToFour.Contains(address))
        {
            yield return new IPAddress(bytes.AsSpan(2, 4));
        }
        else if (Teredo.Contains(address))
        {
            yield return new IPAddress([(byte)~bytes[12], (byte)~bytes[13], (byte)~bytes[14], (byte)~bytes[15]]);
        }
        else if (LocalNat64.Contains(address))
        {
            // RFC 6052 puts the IPv4 address behind the prefix, whose length under this network only the operator knows.
            yield return new IPAddress([bytes[6], bytes[7], bytes[9], bytes[10]]);
            yield return new IPAddress([bytes[7], bytes[9], bytes[10], bytes[11]]);
            yield return new IPAddress(bytes.AsSpan(9, 4));
            yield return new IPAddress(bytes.AsSpan(12, 4));
        }
    }

    private static bool IsIsatap(byte[] bytes) =>
        (bytes[8] & 0xFD) == 0 && bytes[9] == 0 && bytes[10] == 0x5E && bytes[11] == 0xFE;
}
