namespace Sanctum.Configurator.Features.Notifications.Channels;

/// <summary>Sends a message that says it is a test. Nothing is written about it.</summary>
public sealed class TestSender
{
    private readonly ChannelSenders _senders;
    private readonly NotificationDeliverer _deliverer;
    private readonly TimeProvider _clock;

    internal TestSender(ChannelSenders senders, NotificationDeliverer deliverer, TimeProvider clock) =>
        (_senders, _deliverer, _clock) = (senders, deliverer, clock);

    internal Task<SendVerdict> SendAsync(string kind, ChannelSettings settings, CancellationToken cancel) =>
        _senders.SendAsync(
            kind,
            settings,
            ChannelMessage.Test(_clock.GetUtcNow(), _deliverer.AddressOf(Urls.NotificationChannels)),
            cancel
        );
}
