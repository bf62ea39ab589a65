using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Channels;

/// <summary>
/// Keeps the leases of this console's channels, and has each listened to that has to be: begun when it is enabled, begun anew when it is
/// changed, ended when it is paused, deleted or lost.
/// </summary>
internal sealed partial class ChannelHost(
    OwnRegistry registries,
    ChannelLeases leases,
    Connectors connectors,
    AcceptMessage accept,
    Signal<RegistryChange> changes,
    TimeProvider clock,
    ILoggerFactory loggers
) : BackgroundService
{
    internal static readonly TimeSpan Often = TimeSpan.FromSeconds(5);

    private readonly ILogger _log = loggers.CreateLogger<ChannelHost>();
    private readonly Dictionary<int, Session> _sessions = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var changed = new SemaphoreSlim(0, 1);
        using var watch = changes.Subscribe(change =>
        {
            if (change.Tables.Contains(Tables.Channels) && changed.CurrentCount == 0)
            {
                changed.Release();
            }
        });
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await TickAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(_log, e);
                await EndAsync(session => !leases.Owned.Any(channel => channel.Id == session.ChannelId));
            }
            catch (OperationCanceledException)
            {
                break;
            }

            await RestAsync(changed, stoppingToken);
        }
    }

    /// <summary>Ends all that listens, and gives the channels back.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await EndAsync(_ => true);
        try
        {
            await leases.ReleaseAllAsync(cancellationToken);
        }
        catch (Exception e)
        {
            LogFailed(_log, e); // Their leases end by themselves.
        }
    }

    /// <summary>Looks which channels are this console's, and follows.</summary>
    internal async Task TickAsync(CancellationToken cancel)
    {
        await leases.RenewAsync(cancel);
        var wanted = leases
            .Owned.Where(channel => connectors.FaultOf(channel) is null && connectors.Find(channel.Connector)!.CanListen)
            .ToDictionary(channel => channel.Id);
        await EndAsync(session => !wanted.TryGetValue(session.ChannelId, out var channel) || channel.Version != session.Version);
        foreach (var channel in wanted.Values.Where(channel => !_sessions.ContainsKey(channel.Id)))
        {
            _sessions.Add(channel.Id, Begin(channel));
        }
    }

    /// <summary>Ends what listens, as a console that is killed does: without giving anything back.</summary>
    internal Task EndAllAsync() => EndAsync(_ => true);

    private Session Begin(Channel channel)
    {
        var listener = new ChannelListener(
            connectors.Find(channel.Connector)!,
            channel,
            connectors,
            accept,
            leases,
            registries,
            changes,
            clock,
            loggers.CreateLogger<ChannelListener>()
        );
        var stop = new CancellationTokenSource();
        return new(channel.Id, channel.Version, stop, Task.Run(() => listener.RunAsync(stop.Token), CancellationToken.None));
    }

    private async Task EndAsync(Func<Session, bool> which)
    {
        var ending = _sessions.Values.Where(which).ToList();
        foreach (var session in ending)
        {
            _sessions.Remove(session.ChannelId);
            await session.Stop.CancelAsync();
        }

        foreach (var session in ending)
        {
            await session.Running;
            session.Stop.Dispose();
        }
    }

    private async Task RestAsync(SemaphoreSlim changed, CancellationToken cancel)
    {
        using var alarm = new CancellationTokenSource(Often, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(alarm.Token, cancel);
        try
        {
            await changed.WaitAsync(either.Token);
        }
        catch (OperationCanceledException)
        {
            // Time to look again, or to stop.
        }
    }

    [LoggerMessage(LogLevel.Error, "The channels could not be looked after; retrying")]
    private static partial void LogFailed(ILogger logger, Exception exception);

    private sealed record Session(int ChannelId, int Version, CancellationTokenSource Stop, Task Running);
}
