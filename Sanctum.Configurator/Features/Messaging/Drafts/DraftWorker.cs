using System.Collections.Concurrent;
using Sanctum.Configurator.Features.Messaging.Channels;
using Sanctum.Configurator.Features.Messaging.Queue;
using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Drafts;

/// <summary>
/// Shows people answers while they are written, where their platform can do that. It is a view and no delivery: what fails here is left out,
/// and the answer goes out by the outbox all the same.
/// </summary>
internal sealed partial class DraftWorker(
    Signal<TurnProgress> progress,
    OwnRegistry registries,
    Connectors connectors,
    TimeProvider clock,
    ILogger<DraftWorker> log
) : IHostedService, IDisposable
{
    /// <summary>That somebody types is shown for five seconds, and a draft for thirty.</summary>
    private static readonly TimeSpan Fades = TimeSpan.FromSeconds(4);

    private readonly ConcurrentDictionary<int, Session> _sessions = new();
    private readonly CancellationTokenSource _stop = new();
    private bool _isGone;
    private IDisposable? _subscription;

    /// <summary>Answers that are shown now.</summary>
    internal int Open => _sessions.Count;

    /// <summary>Listens before anything is told.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _subscription = progress.Subscribe(told => Take(told, _stop.Token));
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _subscription?.Dispose();
        if (_isGone)
        {
            return;
        }

        await _stop.CancelAsync();
        await Task.WhenAll(_sessions.Values.Select(session => session.Running));
    }

    /// <summary>A host that was cut off may stop what it has disposed of.</summary>
    public void Dispose()
    {
        _isGone = true;
        _stop.Dispose();
    }

    private void Take(TurnProgress told, CancellationToken stop)
    {
        if (told is not { ChannelId: { } channel, Chat: { } chat })
        {
            return;
        }

        if (_sessions.TryGetValue(told.QueueId, out var session))
        {
            session.Set(told);
        }
        else if (!told.IsOver)
        {
            session = _sessions[told.QueueId] = new(told);
            session.Running = RunAsync(session, channel, chat, stop);
        }
    }

    private async Task RunAsync(Session session, int channelId, string chat, CancellationToken cancel)
    {
        await Task.Yield();
        try
        {
            await TryShowAsync(session, channelId, chat, cancel);

            // What is not shown, or can't be, is not begun anew with each word.
            await session.OverAsync(cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // The console stops; the answer, if there is one, is sent later.
        }
        finally
        {
            _sessions.TryRemove(session.Latest.QueueId, out _);
        }
    }

    private async Task TryShowAsync(Session session, int channelId, string chat, CancellationToken cancel)
    {
        try
        {
            if (await FindAsync(channelId, cancel) is var (connector, channel))
            {
                await ShowAsync(connector, channel, chat, session, cancel);
            }
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            LogFailed(channelId, e);
        }
    }

    private async Task ShowAsync(IDraftingConnector connector, OpenChannel channel, string chat, Session session, CancellationToken cancel)
    {
        ShownDraft? shown = null;
        try
        {
            while (session.Latest is { IsOver: false } now)
            {
                shown = await connector.ShowAsync(channel, chat, now.QueueId, now.Text, shown, cancel);
                await Task.WhenAny(Task.Delay(shown.Rest, clock, cancel), session.OverAsync(cancel));
                await session.ChangedAsync(now, Fades, clock, cancel);
            }
        }
        finally
        {
            if (shown is not null)
            {
                await connector.EndAsync(channel, chat, shown, CancellationToken.None);
            }
        }
    }

    /// <summary>Null where nothing is to be shown.</summary>
    private async Task<(IDraftingConnector Connector, OpenChannel Channel)?> FindAsync(int id, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var channel = await registry.Channels.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, cancel);
        return
            channel is { IsEnabled: true, Mode: ChannelMode.Live }
            && connectors.Find(channel.Connector) is IDraftingConnector connector
            && connectors.TryOpen(channel) is { } open
            && connector.Drafts(open.Settings)
            ? (connector, open)
            : null;
    }

    [LoggerMessage(LogLevel.Warning, "Channel {Channel}: an answer can't be shown while it is written")]
    private partial void LogFailed(int channel, Exception exception);

    /// <summary>One answer, and the newest of what was told of it.</summary>
    private sealed class Session(TurnProgress first)
    {
        private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private volatile TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private volatile TurnProgress _latest = first;

        public TurnProgress Latest => _latest;

        public Task Running { get; set; } = Task.CompletedTask;

        public void Set(TurnProgress told)
        {
            _latest = told;
            Interlocked.Exchange(ref _changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
            if (told.IsOver)
            {
                _over.TrySetResult();
            }
        }

        public Task OverAsync(CancellationToken cancel) => _over.Task.WaitAsync(cancel);

        /// <summary>Until something else is told than this, at most so long.</summary>
        public async Task ChangedAsync(TurnProgress seen, TimeSpan most, TimeProvider clock, CancellationToken cancel)
        {
            var changed = _changed.Task;
            if (ReferenceEquals(seen, _latest))
            {
                await Task.WhenAny(changed, Task.Delay(most, clock, cancel));
            }
        }
    }
}
