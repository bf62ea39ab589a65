using System.Threading.Channels;

namespace Sanctum.Configurator.Features.Messaging.Outbox;

/// <summary>
/// Says that something waits to be sent, so that nobody waits for the next look, and tells live pages. The outbox has no change history:
/// what other consoles wrote is seen when it is looked for.
/// </summary>
public sealed class OutboxBell(Signal<RegistryChange> changes)
{
    private readonly Channel<bool> _rings = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
    );

    /// <summary>Something was written into the outbox, and is committed.</summary>
    public void Ring()
    {
        _rings.Writer.TryWrite(true);
        Report();
    }

    /// <summary>Something in the outbox is other than before.</summary>
    internal void Report() => changes.Publish(new(Tables.Outbox));

    /// <summary>Waits for a ring, until the token says that it is time to look anyway.</summary>
    internal async Task WaitAsync(CancellationToken cancel) => await _rings.Reader.ReadAsync(cancel);
}
