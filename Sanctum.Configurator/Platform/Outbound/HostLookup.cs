using System.Net;

namespace Sanctum.Configurator.Platform.Outbound;

/// <summary>Asks the system's resolver. Its own type so that tests can put another resolver in its place.</summary>
public delegate Task<IPAddress[]> HostLookup(string host, CancellationToken cancel);

internal static class SystemLookup
{
    private const string Loopback = "localhost";

    public static async Task<IPAddress[]> FindAsync(string host, CancellationToken cancel)
    {
        // RFC 6761: the name means this machine everywhere, also where a hosts file forgets one of its two addresses.
        if (host.Equals(Loopback, StringComparison.OrdinalIgnoreCase))
        {
            return [IPAddress.IPv6Loopback, IPAddress.Loopback];
        }

        // A resolver that hangs cannot be interrupted on every system; the caller is let go, the thread comes back later.
        return await Dns.GetHostAddressesAsync(host, cancel).WaitAsync(cancel);
    }
}
