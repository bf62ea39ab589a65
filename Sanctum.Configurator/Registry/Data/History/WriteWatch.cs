using Npgsql;
using Sanctum.Configurator.Registry.Data.Postgres;

namespace Sanctum.Configurator.Registry.Data.History;

/// <summary>
/// Notices that the registry was written to, by whomever, without asking the database: a SQLite file and its write-ahead log get another
/// time or length with each commit, and PostgreSQL tells each commit that the history has a record of.
/// </summary>
internal sealed partial class WriteWatch(RegistryLocation location, TimeProvider clock, ILogger<WriteWatch> log)
{
    /// <summary>What <see cref="Postgres.PostgresOutsideTriggers"/> tells on.</summary>
    public const string Channel = "sanctum_changes";

    private static readonly TimeSpan UntilTheNextTry = TimeSpan.FromSeconds(5);

    private (DateTime, long, DateTime, long) _mark;
    private volatile bool _isTold;

    /// <summary>Whether there may be something new since the last time this was asked.</summary>
    public bool TakeMark()
    {
        if (!location.IsSqlite)
        {
            var isTold = _isTold;
            _isTold = false;
            return isTold;
        }

        var (file, ahead) = (new FileInfo(location.RegistryFile), new FileInfo($"{location.RegistryFile}-wal"));
        var mark = (file.LastWriteTimeUtc, file.Exists ? file.Length : 0, ahead.LastWriteTimeUtc, ahead.Exists ? ahead.Length : 0);
        var isNew = mark != _mark;
        _mark = mark;
        return isNew;
    }

    /// <summary>Listens until it is told to stop. Without a connection, only the clock makes the feed read.</summary>
    public async Task ListenAsync(CancellationToken stop)
    {
        while (!location.IsSqlite && !stop.IsCancellationRequested)
        {
            try
            {
                await using var connection = new NpgsqlConnection(location.PostgresConnection);
                connection.Notification += (_, _) => _isTold = true;
                await connection.OpenAsync(stop);
                await using (var listen = new NpgsqlCommand($"LISTEN {Channel}", connection))
                {
                    await listen.ExecuteNonQueryAsync(stop);
                }

                while (!stop.IsCancellationRequested)
                {
                    await connection.WaitAsync(stop);
                }
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is NpgsqlException or IOException or InvalidOperationException or TimeoutException)
            {
                LogBroken(e);
                await Task.Delay(UntilTheNextTry, clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "The PostgreSQL notification channel is unavailable; changes by others appear half a second late")]
    private partial void LogBroken(Exception exception);
}
