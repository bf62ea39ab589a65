using System.Collections.Frozen;
using System.Net;
using Microsoft.Extensions.Options;

namespace Sanctum.Configurator.Platform.Outbound;

/// <summary>
/// Says which hosts and addresses the console does not call. Loopback and private networks are allowed, because that is
/// where self-hosted servers live; the operator refuses more in <see cref="OutboundOptions.Refused"/>.
/// </summary>
public sealed class OutboundGuard(IOptions<OutboundOptions> options)
{
    private const string Metadata = "it is a cloud metadata address, which hands out credentials";
    private const string LinkLocal = "it is a link-local address, where cloud machines keep their credentials";
    private const string NoTarget = "it is a listen or broadcast address, not the address of a machine";

    private static readonly FrozenSet<string> MetadataHosts = FrozenSet.Create(
        StringComparer.Ordinal,
        "metadata",
        "metadata.google.internal",
        "metadata.goog",
        "metadata.azure.internal",
        "metadata.tencentyun.com",
        "metadata.packet.net",
        "instance-data",
        "instance-data.ec2.internal"
    );

    private static readonly (IPNetwork Network, string Reason)[] Always =
    [
        (IPNetwork.Parse("169.254.0.0/16"), LinkLocal),
        (IPNetwork.Parse("fe80::/10"), LinkLocal),
        (IPNetwork.Parse("100.100.100.200/32"), Metadata),
        (IPNetwork.Parse("168.63.129.16/32"), Metadata),
        (IPNetwork.Parse("192.0.0.192/32"), Metadata),
        (IPNetwork.Parse("fd00:ec2::254/128"), Metadata),
        (IPNetwork.Parse("fd00:ec2::23/128"), Metadata),
        (IPNetwork.Parse("fd20:ce::254/128"), Metadata),
        (IPNetwork.Parse("fd00:42::42/128"), Metadata),
        (IPNetwork.Parse("224.0.0.0/4"), NoTarget),
        (IPNetwork.Parse("ff00::/8"), NoTarget),
        (IPNetwork.Parse("255.255.255.255/32"), NoTarget),
        (IPNetwork.Parse("::/128"), NoTarget),
    ];

    // Checked apart from the rest: ::1 embeds 0.0.0.1 by its notation and is loopback all the same.
    private static readonly IPNetwork Unspecified = IPNetwork.Parse("0.0.0.0/8");
    private static readonly IPNetwork Compatible = IPNetwork.Parse("::/96");

    private readonly RefusedEntry[] _refused = [.. options.Value.Refused.Select(RefusedEntry.Find).OfType<RefusedEntry>()];

    /// <summary>Why the host is not called, as the end of a sentence, or null when its addresses decide.</summary>
    public string? FindReason(string host)
    {
        if (MetadataHosts.Contains(RefusedEntry.KeyOf(host)))
        {
            return Metadata;
        }

        return _refused.FirstOrDefault(entry => entry.Covers(host)) is { } own ? OperatorsOwn(own) : null;
    }

    /// <summary>Why the address is not called, as the end of a sentence, or null when it may be.</summary>
    public string? FindReason(IPAddress address)
    {
        // A zone such as %eth0 is no part of what is compared.
        var bare = new IPAddress(address.GetAddressBytes());
        return EmbeddedAddresses.Of(bare).Select(view => ReasonOf(view, bare)).FirstOrDefault(reason => reason is not null)
            ?? EmbeddedAddresses.MaybeOf(bare).Select(MaybeReasonOf).FirstOrDefault(reason => reason is not null);
    }

    private string? ReasonOf(IPAddress view, IPAddress whole) =>
        Unspecified.Contains(view) && !Compatible.Contains(whole)
            ? NoTarget
            : Always.FirstOrDefault(rule => rule.Network.Contains(view)).Reason
                ?? (_refused.FirstOrDefault(entry => entry.Covers(view)) is { } own ? OperatorsOwn(own) : null);

    // By chance many an address looks like one to broadcast to, or like one of half the world.
    private string? MaybeReasonOf(IPAddress view) =>
        Always.FirstOrDefault(rule => rule.Reason != NoTarget && rule.Network.Contains(view)).Reason
        ?? (
            _refused.FirstOrDefault(entry => entry.Network is { PrefixLength: >= 8 } && entry.Covers(view)) is { } own
                ? OperatorsOwn(own)
                : null
        );

    private static string OperatorsOwn(RefusedEntry entry) =>
        $"'{entry.Text}' is in the block list {OutboundOptions.Section}:{nameof(OutboundOptions.Refused)}";
}
