using System.Net;

namespace Sanctum.Configurator.Platform.Outbound;

/// <summary>One line of the operator's list, read: a network or a host name, never both.</summary>
internal sealed record RefusedEntry(string Text, IPNetwork? Network, string? Host)
{
    private const string Below = "*.";

    public static RefusedEntry? Find(string? text)
    {
        var entry = text?.Trim() ?? "";
        if (IPAddress.TryParse(entry, out var address))
        {
            return new(entry, Plain(new IPNetwork(address, address.GetAddressBytes().Length * 8)), null);
        }

        if (IPNetwork.TryParse(entry, out var network))
        {
            return new(entry, Plain(network), null);
        }

        var name = entry.StartsWith(Below, StringComparison.Ordinal) ? entry[Below.Length..] : entry;
        return Uri.CheckHostName(name) == UriHostNameType.Dns ? new(entry, null, KeyOf(entry)) : null;
    }

    /// <summary>An IPv4 network that is written as IPv6 covers both.</summary>
    private static IPNetwork Plain(IPNetwork network) =>
        network.BaseAddress.IsIPv4MappedToIPv6 && network.PrefixLength >= 96
            ? new(network.BaseAddress.MapToIPv4(), network.PrefixLength - 96)
            : network;

    public static string KeyOf(string host) => host.TrimEnd('.').ToLowerInvariant();

    public bool Covers(IPAddress address) => Network is { } network && network.Contains(address);

    public bool Covers(string host) =>
        Host is not null
        && (
            Host.StartsWith(Below, StringComparison.Ordinal)
                ? KeyOf(host).EndsWith(Host[1..], StringComparison.Ordinal)
                : KeyOf(host) == Host
        );
}
