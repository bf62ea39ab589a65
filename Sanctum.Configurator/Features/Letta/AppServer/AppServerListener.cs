using System.Threading.Channels;
using Sanctum.Configurator.Features.Letta.Client;

namespace Sanctum.Configurator.Features.Letta.AppServer;

/// <summary>The events of one conversation, as one listener reads them. Whoever reads too slowly is told so, and holds nobody up.</summary>
public sealed class AppServerListener(AppServerScope scope, Action leave) : IDisposable
{
    private const int MostWaiting = 10_000;

    private readonly Channel<JsonElement> _events = Channel.CreateBounded<JsonElement>(
        new BoundedChannelOptions(MostWaiting) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait }
    );

    public AppServerScope Scope => scope;

    /// <exception cref="LettaCallException">The connection was lost, or the reader was too slow.</exception>
    public IAsyncEnumerable<JsonElement> ReadAsync(CancellationToken cancel) => _events.Reader.ReadAllAsync(cancel);

    /// <summary>An event that has come already.</summary>
    public bool TryRead(out JsonElement happened) => _events.Reader.TryRead(out happened);

    public void Dispose()
    {
        leave();
        _events.Writer.TryComplete();
    }

    internal void Hear(JsonElement happened)
    {
        if (!_events.Writer.TryWrite(happened))
        {
            End(new LettaCallException("the answer came faster than this page could show it. Read the conversation again."));
        }
    }

    internal void End(LettaCallException why) => _events.Writer.TryComplete(why);
}
