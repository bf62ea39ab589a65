using Sanctum.Configurator.Features.Messaging.Incoming;
using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Channels;

/// <summary>
/// Has one channel listened to, again and again, and keeps what is known of it in its row. It writes only while the channel is this
/// console's and as it was: whoever lost it changes nothing any more.
/// </summary>
internal sealed partial class ChannelListener(
    IConnector connector,
    Channel channel,
    Connectors connectors,
    AcceptMessage accept,
    ChannelLeases leases,
    OwnRegistry registries,
    Signal<RegistryChange> changes,
    TimeProvider clock,
    ILogger log
) : IListener
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Noted = TimeSpan.FromSeconds(30);

    private DateTimeOffset _contact = DateTimeOffset.MinValue;
    private string? _problem = channel.Problem;
    private int _failures;

    /// <summary>How long it waits after so many failures in a row, without jitter.</summary>
    internal static TimeSpan BackOff(int failures) =>
        TimeSpan.FromSeconds(Math.Min(Longest.TotalSeconds, Math.Pow(2, Math.Clamp(failures, 1, 10))));

    /// <summary>Until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            var (why, after) = await ListenOnceAsync(cancel);
            if (cancel.IsCancellationRequested)
            {
                return;
            }

            var wait = after ?? Jittered(BackOff(_failures));
            LogProblem(channel.Id, why, wait);
            await TryKeepProblemAsync(ChannelProblem.Write(why, clock.GetUtcNow() + wait), cancel);
            try
            {
                await Task.Delay(wait, clock, cancel);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    public async Task AcceptAsync(IncomingMessage message, CancellationToken cancel)
    {
        if (await accept(message, cancel) is not Outcome<AcceptedMessage>.Ok and var refused)
        {
            LogRefused(channel.Id, refused.ProblemWith("the message") ?? "");
        }
    }

    public async Task KeepCursorAsync(string cursor, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        if (await Mine(registry).ExecuteUpdateAsync(set => set.SetProperty(c => c.Cursor, cursor), cancel) == 0)
        {
            throw new ConnectorProblemException("Another console reads this channel, or it was changed.");
        }
    }

    public async Task ReportContactAsync(CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        _failures = 0;
        if (_problem is null && now < _contact + Noted)
        {
            return;
        }

        (_contact, _problem) = (now, null);
        await using var registry = await registries.CreateDbContextAsync(cancel);
        await Mine(registry)
            .ExecuteUpdateAsync(set => set.SetProperty(c => c.LastContact, now).SetProperty(c => c.Problem, (string?)null), cancel);
        changes.Publish(new(Tables.Channels));
    }

    private async Task<(string Why, TimeSpan? After)> ListenOnceAsync(CancellationToken cancel)
    {
        try
        {
            await using var registry = await registries.CreateDbContextAsync(cancel);
            var now = await Mine(registry).AsNoTracking().SingleOrDefaultAsync(cancel);
            if (now is null || connectors.TryOpen(now) is not { } open)
            {
                return ("Another console reads this channel, or it was changed.", null);
            }

            await connector.ListenAsync(open, this, cancel);
            _failures++;
            return ($"{connector.Title} ended the connection.", null);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return ("", null);
        }
        catch (ConnectorProblemException e)
        {
            _failures++;
            return (e.Message, e.After);
        }
        catch (Exception e)
        {
            // Whatever a library throws, the channel is tried again: one platform's fault ends no other's.
            _failures++;
            LogFailed(channel.Id, e);
            return ($"{connector.Title} can't be read: {e.Message.TrimEnd('.')}.", null);
        }
    }

    private async Task TryKeepProblemAsync(string problem, CancellationToken cancel)
    {
        try
        {
            _problem = problem;
            await using var registry = await registries.CreateDbContextAsync(cancel);
            await Mine(registry).ExecuteUpdateAsync(set => set.SetProperty(c => c.Problem, problem), cancel);
            changes.Publish(new(Tables.Channels));
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            LogFailed(channel.Id, e); // The database is away too; the next attempt shows.
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }

    private static TimeSpan Jittered(TimeSpan wait) => wait * (0.8 + (0.4 * Random.Shared.NextDouble()));

    private IQueryable<Channel> Mine(RegistryDbContext registry) =>
        registry.Channels.Where(c => c.Id == channel.Id && c.Owner == leases.Owner && c.Version == channel.Version);

    [LoggerMessage(LogLevel.Warning, "Channel {Id} can't be read: {Why} Next attempt in {Wait}")]
    private partial void LogProblem(int id, string why, TimeSpan wait);

    [LoggerMessage(LogLevel.Warning, "Channel {Id}: a message was refused: {Why}")]
    private partial void LogRefused(int id, string why);

    [LoggerMessage(LogLevel.Error, "Channel {Id}: reading it failed")]
    private partial void LogFailed(int id, Exception exception);
}
