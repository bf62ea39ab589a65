using Microsoft.Data.Sqlite;
using Sanctum.Configurator.Features.Logs.Storing;

namespace Sanctum.Configurator.Features.Logs.Indexing;

/// <summary>Takes lines into the index as they come, whoever wrote them, and tells those who follow the logs.</summary>
internal sealed partial class LogIndexWorker(
    LogIndexer indexer,
    LogDatabase database,
    LogWriter writer,
    Signal<LinesArrived> lines,
    ArrivalTimes arrivals,
    PostgresWordsIndex words,
    TimeProvider clock,
    ILogger<LogWriter> log
) : BackgroundService
{
    private static readonly TimeSpan Often = TimeSpan.FromMilliseconds(250);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Often, clock);
        var (last, fails, areWordsMade) = (0L, false, false);
        do
        {
            try
            {
                if (await database.IsLostAsync(stoppingToken))
                {
                    await writer.StartAnewAsync(database.Age, stoppingToken);
                }

                last = await TakeAllAsync(last, stoppingToken);
                fails = false;
                if (!areWordsMade)
                {
                    await words.MakeAsync(stoppingToken);
                    areWordsMade = true;
                }
            }
            catch (SqliteException e) when (BrokenLogs.IsBroken(e))
            {
                await MendAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // Said once, and not four times a second.
                if (!fails)
                {
                    LogFailed(e);
                }

                fails = true;
            }
        } while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>It is this worker that finds out, whoever else reads: it looks four times a second.</summary>
    private async Task MendAsync(CancellationToken cancel)
    {
        try
        {
            await writer.StartAnewAsync(database.Age, cancel);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogFailed(e);
        }
    }

    private async Task<long> TakeAllAsync(long last, CancellationToken cancel)
    {
        var (newest, indexed) = await StateAsync(cancel);
        arrivals.Note(newest);
        if (newest != last)
        {
            lines.Publish(new());
        }

        while (newest > indexed && await indexer.TakeAsync(cancel) > 0)
        {
            (_, indexed) = await StateAsync(cancel);
        }

        return newest;
    }

    private async Task<(long Newest, long Indexed)> StateAsync(CancellationToken cancel)
    {
        await using var connection = await database.ReadAsync(cancel);
        await using var command = connection.Command("SELECT coalesce((SELECT max(id) FROM logs), 0), indexed FROM log_index");
        await using var reader = await command.ExecuteReaderAsync(cancel);
        await reader.ReadAsync(cancel);
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    [LoggerMessage(LogLevel.Error, "New lines could not be indexed; searches scan them until they are")]
    private partial void LogFailed(Exception exception);
}
