using Sanctum.Configurator.Platform.Secrets;
using Sanctum.Configurator.Registry.Data.Settings;
using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Channels;

/// <summary>The kinds of platforms that this console can talk to, and the way to a channel's secret.</summary>
public sealed class Connectors(IEnumerable<IConnector> connectors, SecretBox secrets)
{
    internal const string Unreadable =
        "The channel's secret can't be decrypted with this key ring. Restore the keys folder, or edit the channel and enter it again.";

    public IReadOnlyList<IConnector> All { get; } = [.. connectors.OrderBy(connector => connector.Title, StringComparer.Ordinal)];

    /// <summary>Null where no such connector is built in, as in a row of another program.</summary>
    public IConnector? Find(string name) => All.FirstOrDefault(connector => connector.Name == name);

    /// <summary>Why nothing can go by the channel at all, in a sentence; null where something can.</summary>
    internal string? FaultOf(Channel channel) =>
        Find(channel.Connector) is null
            ? $"This console has no connector named {channel.Connector}. Delete the channel, or update the console."
        : TryOpen(channel) is null ? Unreadable
        : null;

    /// <summary>Null where its secret can't be read.</summary>
    internal OpenChannel? TryOpen(Channel channel)
    {
        try
        {
            return Open(channel, secrets.Open(channel.Secret, SecretAdoption.PlaceOf(channel)));
        }
        catch (SecretUnreadableException)
        {
            return null;
        }
    }

    internal static OpenChannel Open(Channel channel, string? secret) =>
        new(
            channel.Id,
            channel.Name,
            channel.Platform,
            channel.AgentId,
            ChannelSettings.Read(channel.Settings),
            secret,
            channel.Cursor,
            channel.Version
        );
}
