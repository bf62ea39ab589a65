namespace Sanctum.Configurator.Features.Messaging.Outbox;

/// <summary>Sends what waits in the outbox, and finds what a console that is no more was sending.</summary>
internal sealed partial class OutboxWorker(
    OutboxSender sender,
    OutboxStore store,
    OutboxBell bell,
    TimeProvider clock,
    ILogger<OutboxWorker> log
) : BackgroundService
{
    private static readonly TimeSpan Glance = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _stop = new();
    private Task _sending = Task.CompletedTask;

    public override void Dispose()
    {
        _stop.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var isFailing = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            var hasMore = false;
            try
            {
                hasMore = await TickAsync(stoppingToken);
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
            catch (OperationCanceledException)
            {
                break;
            }

            await RestAsync(hasMore ? Soon : Glance, stoppingToken);
        }

        // What is on its way arrives in a moment as a rule; else it is unknown whether it did.
        _stop.CancelAfter(Farewell);
        await _sending;
    }

    /// <summary>Looks once.</summary>
    /// <returns>Whether something waits only for the pace.</returns>
    internal async Task<bool> TickAsync(CancellationToken cancel)
    {
        if (await store.ExpireAsync(cancel) > 0)
        {
            bell.Report();
        }

        (var hasMore, _sending) = await sender.BeginAsync(cancel, _stop.Token);
        return hasMore;
    }

    /// <summary>Looks once, and waits for what that began.</summary>
    internal async Task TickToEndAsync(CancellationToken cancel)
    {
        await TickAsync(cancel);
        await _sending.WaitAsync(cancel);
    }

    private async Task RestAsync(TimeSpan most, CancellationToken cancel)
    {
        using var alarm = new CancellationTokenSource(most, clock);
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

    [LoggerMessage(LogLevel.Error, "The outbox could not be read; retrying")]
    private partial void LogFailed(Exception exception);
}
