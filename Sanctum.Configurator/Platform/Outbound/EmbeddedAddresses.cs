using System.Net;
using System.Net.Sockets;

namespace Sanctum.Configurator.Platform.Outbound;

/// <summary>
/// Finds the IPv4 addresses that an IPv6 address carries inside. A gateway would unpack them and call the very machine
/// that the guard refuses, so each is checked as well.
/// </summary>
internal static class EmbeddedAddresses
{
    /// <summary>
    /// In the last four bytes: mapped, translated (RFC 2765 and 6145), compatible, and the well-known prefix of RFC 6052.
    /// </summary>
    private static readonly IPNetwork[] AtTheEnd =
    [
        IPNetwork.Parse("::ffff:0:0/96"),
        IPNetwork.Parse("::ffff:0:0:0/96"),
        IPNetwork.Parse("::/96"),
        IPNetwork.Parse("64:ff9b::/96"),
    ];

    private static readonly IPNetwork SixToFour = IPNetwork.Parse("2002::/16");
    private static readonly IPNetwork Teredo = IPNetwork.Parse("2001::/32");

    /// <summary>Set aside for translation (RFC 8215); the length of the prefix below it only the operator knows.</summary>
    private static readonly IPNetwork LocalNat64 = IPNetwork.Parse("64:ff9b:1::/48");

    /// <summary>Where the IPv4 address ends in each of the <see cref="Places"/>.</summary>
    private static readonly int[] Ends = [8, 10, 11, 12, 13, 16];

    /// <summary>The address itself first, then what it embeds.</summary>
    public static IEnumerable<IPAddress> Of(IPAddress address)
    {
        yield return address;
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            yield break;
        }

        var bytes = address.GetAddressBytes();
        if (AtTheEnd.Any(network => network.Contains(address)) || IsIsatap(bytes))
        {
            yield return new(bytes.AsSpan(12));
        }

        if (SixToFour.Contains(address))
        {
            yield return new(bytes.AsSpan(2, 4));
        }

        if (Teredo.Contains(address))
        {
            // The client's address, turned over, and the server's that it is reached by.
            yield return new([(byte)~bytes[12], (byte)~bytes[13], (byte)~bytes[14], (byte)~bytes[15]]);
            yield return new(bytes.AsSpan(4, 4));
        }

        if (LocalNat64.Contains(address))
        {
            foreach (var place in Places(bytes)[2..])
            {
                yield return place;
            }
        }
    }

    /// <summary>
    /// What the address embeds if its network translates with a prefix of its own, as RFC 6052 lets every network. Such addresses have an
    /// empty
    /// ninth byte and nothing behind the IPv4 address; others look so by chance, but hardly so and like a refused address at once.
    /// </summary>
    public static IEnumerable<IPAddress> MaybeOf(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6 || address.GetAddressBytes() is not { } bytes || bytes[8] != 0)
        {
            return [];
        }

        var places = Places(bytes);
        return Enumerable.Range(0, places.Length).Where(at => !bytes.AsSpan(Ends[at]).ContainsAnyExcept((byte)0)).Select(at => places[at]);
    }

    /// <summary>Behind prefixes of 32, 40, 48, 56, 64 and 96 bits.</summary>
    private static IPAddress[] Places(byte[] bytes) =>
        [
            new(bytes.AsSpan(4, 4)),
            new([bytes[5], bytes[6], bytes[7], bytes[9]]),
            new([bytes[6], bytes[7], bytes[9], bytes[10]]),
            new([bytes[7], bytes[9], bytes[10], bytes[11]]),
            new(bytes.AsSpan(9, 4)),
            new(bytes.AsSpan(12)),
        ];

    private static bool IsIsatap(byte[] bytes) => (bytes[8] & 0xFD) == 0 && bytes[9] == 0 && bytes[10] == 0x5E && bytes[11] == 0xFE;
}
