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
            return new(entry, new IPNetwork(address, address.GetAddressBytes().Length * 8), null);
        }

        if (IPNetwork.TryParse(entry, out var network))
        {
            return new(entry, network, null);
        }

        var name = entry.StartsWith(Below, StringComparison.Ordinal) ? entry[Below.Length..] : entry;
        return Uri.CheckHostName(name) == UriHostNameType.Dns ? new(entry, null, KeyOf(entry)) : null;
    }

    public static string KeyOf(string host) => host.TrimEnd('.').ToLowerInvariant();

    public bool Covers(IPAddress address) => Network is { } network && network.Contains(address);

    public bool Covers(string host) =>
        Host is not null
        && (Host.StartsWith(Below, StringComparison.Ordinal)
            ? KeyOf(host).EndsWith(Host[1..], StringComparison.Ordinal)
            : KeyOf(host) == Host);
}
