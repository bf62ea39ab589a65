using System.Data.Common;
using Sanctum.Configurator.Registry.Data.Search;

namespace Sanctum.Configurator.Features.Messaging.Messages;

/// <summary>Brings the index of words up to what was written: by itself every two seconds, and at once for who searches.</summary>
internal sealed partial class MessageIndexing(
    IServiceScopeFactory scopes,
    SharedWrites writes,
    TimeProvider clock,
    ILogger<MessageIndexing> log
) : BackgroundService
{
    /// <summary>Messages in one commit, for a part of which whoever writes meanwhile waits.</summary>
    private const int AtOnce = 250;

    private static readonly TimeSpan Look = TimeSpan.FromSeconds(2);

    /// <summary>For so long, a search waits.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Indexes what was written before it is called.</summary>
    /// <returns>How many messages are not indexed all the same: there were too many, or the registry can't be written to.</returns>
    public async Task<int> CatchUpAsync(TimeSpan patience, CancellationToken cancel)
    {
        var (begun, left) = (clock.GetTimestamp(), await CountAsync(cancel));
        try
        {
            while (left > 0 && (patience == Timeout.InfiniteTimeSpan || clock.GetElapsedTime(begun) < patience))
            {
                left = await writes.WriteAsync(registry => MessageWordsBehind.IndexAsync(registry, AtOnce, CancellationToken.None), cancel)
                    is > 0
                        and var indexed
                    ? left - indexed
                    : 0;
            }

            return Math.Max(left, 0);
        }
        catch (DbException e)
        {
            LogFailed(e);
            return left;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Look, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await CatchUpAsync(Timeout.InfiniteTimeSpan, stoppingToken);
                }
                catch (Exception e) when (!stoppingToken.IsCancellationRequested)
                {
                    LogFailed(e);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What is not indexed yet is indexed after the next start.
        }
    }

    private async Task<int> CountAsync(CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        await using var registry = await scope
            .ServiceProvider.GetRequiredService<IDbContextFactory<RegistryDbContext>>()
            .CreateDbContextAsync(cancel);
        return await MessageWordsBehind.CountAsync(registry, cancel);
    }

    [LoggerMessage(
        LogLevel.Warning,
        "New messages could not be indexed; a search does not find them until they are. Trying again in seconds"
    )]
    private partial void LogFailed(Exception exception);
}
