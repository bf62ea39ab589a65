using System.Data.Common;
using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Sanctum.Configurator.Features.Logs.Storing;

/// <summary>
/// The one writer of this console: lines that come in while it writes wait and go into the next commit together, so that many small
/// writers share one wait for the disk. What it has answered is on the disk.
/// </summary>
public sealed partial class LogWriter(LogDatabase database, Signal<LinesArrived> lines, TimeProvider clock, ILogger<LogWriter> log)
    : IAsyncDisposable
{
    /// <summary>Lines in one commit, roughly; a batch is never divided.</summary>
    private const int MostLines = 20_000;

    /// <summary>Batches that wait before their senders do.</summary>
    private const int MostWaiting = 4096;

    private readonly Channel<Waiting> _waiting = Channel.CreateBounded<Waiting>(
        new BoundedChannelOptions(MostWaiting) { SingleReader = true }
    );
    private readonly SemaphoreSlim _turn = new(1, 1);
    private LogConnection? _connection;
    private LogInserts? _inserts;
    private int _isWriting;
    private int _age;

    /// <summary>Stores the lines, in this order, all or none.</summary>
    /// <param name="key">The sender's idempotency key: lines that come again under it are not stored again for a day.</param>
    /// <exception cref="LogsRefusedException">The disk is full or broken; nothing was stored.</exception>
    public Task<LogReceipt> WriteAsync(IReadOnlyList<LogLine> lines, string? key, CancellationToken cancel) =>
        WriteAsync(new Waiting(lines, key, null), cancel);

    /// <summary>Stores the lines of a followed file and how far it was read, both or neither.</summary>
    /// <exception cref="LogsRefusedException">The disk is full or broken; nothing was stored.</exception>
    /// <exception cref="PositionMovedException">It was read from another place meanwhile; nothing was stored.</exception>
    internal Task<LogReceipt> WriteAsync(IReadOnlyList<LogLine> lines, FileStep step) =>
        WriteAsync(new Waiting(lines, null, step), CancellationToken.None);

    private async Task<LogReceipt> WriteAsync(Waiting waiting, CancellationToken cancel)
    {
        await _waiting.Writer.WriteAsync(waiting, cancel);
        if (Interlocked.Exchange(ref _isWriting, 1) == 0)
        {
            _ = Task.Run(WriteAllAsync, CancellationToken.None);
        }

        return await waiting.Written.Task;
    }

    /// <summary>
    /// Runs an act that writes to the lines as well, between two commits, so that it keeps nobody waiting longer than it takes.
    /// </summary>
    internal async Task<T> BetweenAsync<T>(Func<Task<T>> act, CancellationToken cancel)
    {
        await _turn.WaitAsync(cancel);
        try
        {
            return await act();
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>
    /// After something was found broken; see <see cref="LogDatabase.StartAnewAsync"/>. Whoever comes second finds it done.
    /// </summary>
    /// <param name="age">How old the database was when it was found so.</param>
    internal async Task StartAnewAsync(int age, CancellationToken cancel)
    {
        await _turn.WaitAsync(cancel);
        try
        {
            if (database.Age == age)
            {
                await CloseAsync();
                await database.StartAnewAsync(cancel);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _turn.WaitAsync();
        await CloseAsync();
        _turn.Dispose();
    }

    private async Task WriteAllAsync()
    {
        do
        {
            while (_waiting.Reader.TryPeek(out _))
            {
                await WriteGroupAsync();
            }

            Interlocked.Exchange(ref _isWriting, 0); // A plain write might be seen only after the look for more.
        } while (_waiting.Reader.TryPeek(out _) && Interlocked.Exchange(ref _isWriting, 1) == 0);
    }

    private async Task WriteGroupAsync()
    {
        await _turn.WaitAsync();
        var group = new List<Waiting>();
        try
        {
            for (var lines = 0; lines < MostLines && _waiting.Reader.TryRead(out var next); lines += next.Lines.Count)
            {
                group.Add(next);
            }

            await WriteTogetherAsync(group);
        }
        catch (Exception e) when (group.Count > 1 && !IsOfDisk(e))
        {
            // One of them is at fault: each on its own, so that the others are stored.
            foreach (var one in group)
            {
                await WriteAloneAsync(one);
            }
        }
        catch (Exception e)
        {
            Fail(group, e);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task WriteAloneAsync(Waiting one)
    {
        try
        {
            await WriteTogetherAsync([one]);
        }
        catch (Exception e)
        {
            Fail([one], e);
        }
    }

    private async Task WriteTogetherAsync(IReadOnlyList<Waiting> group)
    {
        List<LogReceipt> receipts;
        try
        {
            receipts = await CommitAsync(group);
        }
        catch (SqliteException e) when (BrokenLogs.IsBroken(e))
        {
            await CloseAsync();
            await database.StartAnewAsync(CancellationToken.None);
            receipts = await CommitAsync(group);
        }

        foreach (var (waiting, receipt) in group.Zip(receipts))
        {
            waiting.Written.TrySetResult(receipt);
        }

        lines.Publish(new());
    }

    private async Task<List<LogReceipt>> CommitAsync(IReadOnlyList<Waiting> group)
    {
        var connection = await ConnectAsync(CancellationToken.None);
        try
        {
            await using var transaction = await BeginAsync(connection);
            await connection.LimitAsync(transaction, CancellationToken.None);
            _inserts ??= LogInserts.On(connection, clock);
            var receipts = new List<LogReceipt>(group.Count);
            foreach (var waiting in group)
            {
                receipts.Add(await _inserts.AddAsync(transaction, waiting.Lines, waiting.Key, waiting.Step));
            }

            await transaction.CommitAsync();
            return database.IsLost
                ? throw new SqliteException("The log database was deleted, replaced or truncated.", SQLitePCL.raw.SQLITE_CORRUPT)
                : receipts;
        }
        catch
        {
            await CloseAsync();
            throw;
        }
    }

    /// <summary>SQLite's own would begin to write with the first statement, and could find that another program was faster.</summary>
    private static async Task<DbTransaction> BeginAsync(LogConnection connection) =>
        connection.Inner is SqliteConnection sqlite
            ? sqlite.BeginTransaction(deferred: false)
            : await connection.Inner.BeginTransactionAsync();

    /// <summary>The connection of this writer; another one where the files are others by now.</summary>
    private async Task<LogConnection> ConnectAsync(CancellationToken cancel)
    {
        if (_age != database.Age)
        {
            await CloseAsync();
        }

        _age = database.Age;
        return _connection ??= await database.WriteLinesAsync(cancel);
    }

    private async Task CloseAsync()
    {
        _inserts?.Dispose();
        _inserts = null;
        if (_connection is not null)
        {
            await _connection.DisposeAsync();
            _connection = null;
        }
    }

    private void Fail(IReadOnlyList<Waiting> group, Exception e)
    {
        if (e is not PositionMovedException)
        {
            LogFailed(e, group.Sum(waiting => waiting.Lines.Count));
        }

        var refusal = IsOfDisk(e) ? new LogsRefusedException(database.Place, e) : e;
        foreach (var waiting in group)
        {
            waiting.Written.TrySetException(refusal);
        }
    }

    private static bool IsOfDisk(Exception e) =>
        e
            is SqliteException
                {
                    SqliteErrorCode: SQLitePCL.raw.SQLITE_FULL
                        or SQLitePCL.raw.SQLITE_IOERR
                        or SQLitePCL.raw.SQLITE_CANTOPEN
                        or SQLitePCL.raw.SQLITE_READONLY
                }
                or PostgresException { SqlState: PostgresErrorCodes.DiskFull or PostgresErrorCodes.IoError }
                or IOException;

    // To the terminal only: see ConsoleLog.
    [LoggerMessage(LogLevel.Error, "{Lines} log lines could not be stored")]
    private partial void LogFailed(Exception exception, int lines);

    private sealed record Waiting(IReadOnlyList<LogLine> Lines, string? Key, FileStep? Step)
    {
        public TaskCompletionSource<LogReceipt> Written { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
