using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;
using Sanctum.Configurator.Registry.Data.Sqlite;

namespace Sanctum.Configurator.Features.Logs.Storing;

/// <summary>
/// Connections to the logs and to what is derived from them. On SQLite that is a second file, <c>logs.index.db</c>, so that the words are
/// written while lines come in, and so that all of it can be made again; on PostgreSQL both are tables of one database.
/// </summary>
public sealed partial class LogDatabase(
    RegistryLocation location,
    IServiceScopeFactory scopes,
    TimeProvider clock,
    ILogger<LogDatabase> log
) : IAsyncDisposable
{
    /// <summary>How the tables of the index are made; another number makes it anew (on SQLite).</summary>
    private const int IndexVersion = 3;

    private readonly ConcurrentBag<DbConnection> _readers = [];
    private readonly SemaphoreSlim _preparing = new(1, 1);
    private NpgsqlDataSource? _postgres;
    private readonly PlaceOfDatabase _place = new(location.LogsFile);
    private long _size;
    private volatile bool _isPrepared;
    private volatile int _age;

    /// <summary>Held by who writes to the index: SQLite refuses a second one at once.</summary>
    internal SemaphoreSlim IndexTurn { get; } = new(1, 1);

    public bool IsSqlite => location.IsSqlite;

    public string File => location.LogsFile;

    /// <summary>Where its disk is, for people.</summary>
    public string Place => IsSqlite ? location.DataDirectory : "the PostgreSQL server";

    public string IndexFile => Path.Combine(location.DataDirectory, "logs.index.db");

    /// <summary>A connection for reading; give it back by disposing it.</summary>
    internal async Task<LogConnection> ReadAsync(CancellationToken cancel)
    {
        await PrepareAsync(cancel);
        if (!_readers.TryTake(out var connection))
        {
            connection = await OpenWithIndexAsync(cancel);
            await RunAsync(connection, IsSqlite ? "PRAGMA query_only = ON; PRAGMA cache_size = -4000" : null, cancel);
        }

        var age = _age;
        return new(connection, IsSqlite ? back => GiveBack(back, age) : null);
    }

    /// <summary>A connection of one's own, for writing lines. It knows no index, which SQLite would lock together with the lines.</summary>
    internal async Task<LogConnection> WriteLinesAsync(CancellationToken cancel)
    {
        await PrepareAsync(cancel);
        var connection = await OpenAsync(cancel);
        await RunAsync(connection, IsSqlite ? "PRAGMA synchronous = FULL" : null, cancel);
        return new(connection, null);
    }

    /// <summary>
    /// A connection of one's own, for writing to the index, and to the lines where <see cref="IndexTurn"/> and the writer's are held.
    /// </summary>
    internal async Task<LogConnection> WriteAsync(CancellationToken cancel)
    {
        await PrepareAsync(cancel);
        var connection = await OpenWithIndexAsync(cancel);
        await RunAsync(connection, IsSqlite ? "PRAGMA main.synchronous = FULL; PRAGMA ix.synchronous = NORMAL" : null, cancel);
        return new(connection, null);
    }

    /// <summary>A connection without the index, whose turn nobody waits for.</summary>
    internal async Task<LogConnection> BesideAsync(CancellationToken cancel)
    {
        await PrepareAsync(cancel);
        return new(await OpenAsync(cancel), null);
    }

    /// <summary>Whether the file is no longer the one that is open: somebody deleted or replaced it.</summary>
    internal bool IsLost => IsSqlite && _isPrepared && _place.IsLost;

    /// <summary>Whether the file is no longer the one that is open, or was cut.</summary>
    internal async Task<bool> IsLostAsync(CancellationToken cancel) =>
        IsLost || (IsSqlite && _isPrepared && IsShorter() && !await IsWholeAsync(cancel));

    /// <summary>Raised by one each time the files are others than before.</summary>
    internal int Age => _age;

    /// <summary>
    /// After something was found broken: makes the index anew where the lines themselves are whole, and otherwise keeps <c>logs.db</c>
    /// under
    /// another name and begins a new one. Nobody may be writing.
    /// </summary>
    internal async Task StartAnewAsync(CancellationToken cancel)
    {
        await _preparing.WaitAsync(cancel);
        try
        {
            Release();
            _size = 0;
            DeleteIndex();
            PrivateFiles.Keep(File);
            if (await IsWholeAsync(cancel))
            {
                LogIndexBroken(IndexFile);
                return;
            }

            var aside = BrokenLogs.SetAside(location, clock);
            PrivateFiles.Keep(File);
            await using var scope = scopes.CreateAsyncScope();
            await using var logs = scope.ServiceProvider.GetRequiredService<LogsDbContext>();
            await SqliteFiles.UseWriteAheadLogAsync(logs, cancel);
            await logs.Database.MigrateAsync(cancel);
            LogSetAside(File, aside);
        }
        finally
        {
            _preparing.Release();
        }
    }

    private async Task<bool> IsWholeAsync(CancellationToken cancel)
    {
        try
        {
            await using var connection = new SqliteConnection(
                new SqliteConnectionStringBuilder(SqliteFiles.ConnectionTo(File)) { Pooling = false }.ConnectionString
            );
            await connection.OpenAsync(cancel);
            await using var check = connection.CreateCommand();
            check.CommandText = "PRAGMA quick_check(1)";
            if ((string?)await check.ExecuteScalarAsync(cancel) != "ok")
            {
                return false;
            }

            check.CommandText = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'logs'";
            return (long)(await check.ExecuteScalarAsync(cancel))! == 1;
        }
        catch (SqliteException e) when (BrokenLogs.IsBroken(e))
        {
            return false;
        }
    }

    private bool IsShorter()
    {
        var size = new FileInfo(File) is { Exists: true } file ? file.Length : 0;
        var was = _size;
        _size = size;
        return size < was;
    }

    /// <summary>Lets go of all connections, so that the files can be moved.</summary>
    private void Release()
    {
        _isPrepared = false;
        _age++;
        while (_readers.TryTake(out var reader))
        {
            reader.Dispose();
        }

        if (IsSqlite)
        {
            SqliteFiles.CloseKept(File); // One of the migrations' would go on with the file that was deleted.
        }
    }

    public async ValueTask DisposeAsync()
    {
        Release();
        _preparing.Dispose();
        IndexTurn.Dispose();
        if (_postgres is not null)
        {
            await _postgres.DisposeAsync();
        }
    }

    private async Task<DbConnection> OpenAsync(CancellationToken cancel)
    {
        if (!IsSqlite)
        {
            return await Postgres().OpenConnectionAsync(cancel);
        }

        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder(SqliteFiles.ConnectionTo(File)) { Pooling = false }.ConnectionString
        );
        try
        {
            await connection.OpenAsync(cancel);
            await RunAsync(connection, SqliteFiles.ShortNaps, cancel);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private async Task<DbConnection> OpenWithIndexAsync(CancellationToken cancel)
    {
        var connection = await OpenAsync(cancel);
        if (!IsSqlite)
        {
            return connection;
        }

        try
        {
            await using var attach = connection.CreateCommand();
            attach.CommandText = "ATTACH $file AS ix";
            attach.Parameters.Add(new SqliteParameter("$file", IndexFile));
            await attach.ExecuteNonQueryAsync(cancel);
            return connection;
        }
        catch (SqliteException e)
        {
            await connection.DisposeAsync();

            // A file whose head is broken may seem to be of another encoding.
            throw e.SqliteErrorCode == SQLitePCL.raw.SQLITE_ERROR ? new SqliteException(e.Message, SQLitePCL.raw.SQLITE_CORRUPT) : e;
        }
    }

    private NpgsqlDataSource Postgres() => _postgres ??= NpgsqlDataSource.Create(location.PostgresConnection!);

    private async Task PrepareAsync(CancellationToken cancel)
    {
        if (_isPrepared)
        {
            return;
        }

        await _preparing.WaitAsync(cancel);
        try
        {
            if (!_isPrepared)
            {
                await MakeIndexAsync(cancel);
                _place.Take();
                _isPrepared = true;
            }
        }
        finally
        {
            _preparing.Release();
        }
    }

    /// <summary>From here on lines of other programs fit; those of before do once the indexer has come to them.</summary>
    private async Task MakeFitAsync(DbConnection connection, CancellationToken cancel)
    {
        if (!IsSqlite)
        {
            return;
        }

        await using var command = connection.CreateCommand();
        command.CommandText = LogFit.AreOnSqlite;
        if ((long)(await command.ExecuteScalarAsync(cancel))! < 2)
        {
            await RunAsync(connection, $"BEGIN IMMEDIATE; {LogFit.OfSqlite} {LogFit.NewestOfSqlite}; COMMIT", cancel);
        }
    }

    /// <summary>Makes lines fit that were there before the database saw to it by itself.</summary>
    internal async Task FitAsync(IReadOnlyList<long> ids, CancellationToken cancel)
    {
        await using var connection = await OpenAsync(cancel);
        await RunAsync(connection, LogFit.OfIds(ids), cancel);
    }

    private async Task MakeIndexAsync(CancellationToken cancel)
    {
        if (IsSqlite)
        {
            PrivateFiles.Keep(IndexFile);
        }

        try
        {
            await using var connection = await OpenWithIndexAsync(cancel);
            await MakeFitAsync(connection, cancel);
            await RunAsync(
                connection,
                IsSqlite
                    ? $"PRAGMA ix.journal_mode = WAL; {LogIndexTables.OfSqlite(IndexVersion)}"
                    : LogIndexTables.OfPostgres(IndexVersion),
                cancel
            );
            if (await FitsAsync(connection, cancel))
            {
                return;
            }
        }
        catch (SqliteException e) when (BrokenLogs.IsBroken(e) && System.IO.File.Exists(IndexFile))
        {
            // Where it is the lines that are broken, making it again says so.
        }

        DeleteIndex();
        PrivateFiles.Keep(IndexFile);
        await using var again = await OpenWithIndexAsync(cancel);
        await RunAsync(again, $"PRAGMA ix.journal_mode = WAL; {LogIndexTables.OfSqlite(IndexVersion)}", cancel);
    }

    /// <summary>Whether it is of this version, and of these lines: a restored file has fewer than were ever indexed.</summary>
    private async Task<bool> FitsAsync(DbConnection connection, CancellationToken cancel)
    {
        if (!IsSqlite)
        {
            return true;
        }

        await using var command = connection.CreateCommand();
        command.CommandText =
            $"SELECT version = {IndexVersion} AND indexed <= coalesce((SELECT seq FROM main.sqlite_sequence WHERE name = 'logs'), 0) FROM ix.log_index";
        return (long)(await command.ExecuteScalarAsync(cancel))! == 1;
    }

    /// <summary>One to a file that was set aside meanwhile is of no use.</summary>
    private void GiveBack(DbConnection connection, int age)
    {
        if (age == _age)
        {
            _readers.Add(connection);
        }
        else
        {
            connection.Dispose();
        }
    }

    private void DeleteIndex()
    {
        foreach (var file in new[] { IndexFile, $"{IndexFile}-wal", $"{IndexFile}-shm" })
        {
            System.IO.File.Delete(file);
        }
    }

    private static async Task RunAsync(DbConnection connection, string? sql, CancellationToken cancel)
    {
        if (sql is null)
        {
            return;
        }

        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(cancel);
    }

    [LoggerMessage(LogLevel.Warning, "The log index in {File} was damaged and is being rebuilt; searches take longer until it is complete")]
    private partial void LogIndexBroken(string file);

    [LoggerMessage(
        LogLevel.Critical,
        "The log database {File} was damaged. It was kept as {Aside} and replaced by a new one; other data is not affected"
    )]
    private partial void LogSetAside(string file, string aside);
}
