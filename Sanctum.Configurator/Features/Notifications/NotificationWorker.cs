namespace Sanctum.Configurator.Features.Notifications;

/// <summary>
/// Sends what waits, each channel by itself so that one that hangs holds up no other, and tells live pages what is new.
/// </summary>
internal sealed partial class NotificationWorker(
    IServiceScopeFactory scopes,
    NotificationDeliverer deliverer,
    NotificationBell bell,
    TimeProvider clock,
    ILogger<NotificationWorker> log
) : BackgroundService
{
    internal static readonly TimeSpan Glance = TimeSpan.FromSeconds(2);

    private readonly Dictionary<int, Task> _sending = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var isFailing = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await TickAsync(stoppingToken);
                isFailing = false;
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                if (!isFailing)
                {
                    LogFailed(e);
                }

                isFailing = true;
            }

            await RestAsync(stoppingToken);
        }

        await Task.WhenAll(_sending.Values);
    }

    /// <summary>Begins to send what is due.</summary>
    /// <returns>Ends when all that is on its way has arrived or failed.</returns>
    internal async Task<Task> TickAsync(CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        await using var registry = await scope
            .ServiceProvider.GetRequiredService<IDbContextFactory<RegistryDbContext>>()
            .CreateDbContextAsync(cancel);
        await bell.LookAsync(registry, cancel);
        foreach (var ended in _sending.Where(each => each.Value.IsCompleted).Select(each => each.Key).ToList())
        {
            _sending.Remove(ended);
        }

        foreach (
            var channel in (await NotificationDeliverer.DueAsync(registry, clock.GetUtcNow(), cancel)).Where(id =>
                !_sending.ContainsKey(id)
            )
        )
        {
            _sending.Add(channel, SendAsync(channel, cancel));
        }

        return Task.WhenAll(_sending.Values);
    }

    private async Task SendAsync(int channel, CancellationToken cancel)
    {
        try
        {
            await deliverer.DeliverAsync(channel, cancel);
        }
        catch (Exception e)
        {
            if (!cancel.IsCancellationRequested)
            {
                LogSendingFailed(e, channel);
            }
        }
    }

    private async Task RestAsync(CancellationToken cancel)
    {
        using var alarm = new CancellationTokenSource(Glance, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(alarm.Token, cancel);
        try
        {
            await bell.WaitAsync(either.Token);
        }
        catch (OperationCanceledException)
        {
            // Time to look again, or to stop.
        }
    }

    [LoggerMessage(LogLevel.Error, "Notifications could not be read; retrying")]
    private partial void LogFailed(Exception exception);

    [LoggerMessage(LogLevel.Error, "Sending through the channel {Channel} failed; retrying")]
    private partial void LogSendingFailed(Exception exception, int channel);
}
