using Microsoft.Data.Sqlite;
using Sanctum.Configurator.Registry.Data.Settings;

namespace Sanctum.Configurator.Registry.Data.Sqlite;

/// <summary>
/// Room that a database keeps inside its own files: free pages, and a write-ahead log that has grown once and is written over from then on.
/// With it, people can sign in, clear up and delete while the disk is full.
/// </summary>
internal static class RoomInside
{
    private const int Bytes = 1 << 20;
    private const int EnoughPages = 192;

    /// <summary>
    /// Times that <see cref="Bytes"/> go through the log: twice the 1000 pages at which SQLite brings it into the file and begins it anew,
    /// as a reader of that moment puts that off.
    /// </summary>
    private const int Times = 8;

    /// <summary>A disk with less is left alone.</summary>
    private const long Wanted = 24 << 20;

    /// <summary>Makes the room where it is missing and the disk has some.</summary>
    public static async Task MakeAsync(string file, CancellationToken cancel)
    {
        if (!File.Exists(file))
        {
            return;
        }

        await using var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder
            {
                DataSource = file,
                Pooling = false,
                DefaultTimeout = 5,
            }.ConnectionString
        );
        await connection.OpenAsync(cancel);
        await using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA freelist_count";
        var freePages = (long)(await command.ExecuteScalarAsync(cancel))!;
        // A console that ends well takes its log away, the free pages stay.
        var log = new FileInfo($"{file}-wal");
        if (
            (freePages >= EnoughPages && log.Exists && log.Length >= Times * Bytes)
            || new DriveInfo(Path.GetDirectoryName(file)!).AvailableFreeSpace < Wanted
        )
        {
            return;
        }

        // Not begun anew before it is as long as it shall be.
        command.CommandText = "PRAGMA wal_autocheckpoint=0";
        await command.ExecuteNonQueryAsync(cancel);
        for (var time = 0; time < Times; time++)
        {
            command.CommandText = $"CREATE TABLE IF NOT EXISTS \"__room\" (filler); INSERT INTO \"__room\" VALUES (zeroblob({Bytes}))";
            await command.ExecuteNonQueryAsync(cancel);
            command.CommandText = "DROP TABLE \"__room\"";
            await command.ExecuteNonQueryAsync(cancel);
        }

        // The file gets its full length now, while there is room for it.
        command.CommandText = "PRAGMA wal_checkpoint(RESTART)";
        await command.ExecuteNonQueryAsync(cancel);
    }
}

/// <summary>Watches the room on the disk of the data folder, keeps some inside the databases, and says when there is none.</summary>
internal sealed partial class RoomWorker(
    RegistryLocation location,
    KeyRingCheck keys,
    StoreProblems troubles,
    TimeProvider clock,
    ILogger<RoomWorker> log
) : BackgroundService
{
    /// <summary>With less, the disk is called full.</summary>
    internal const long Full = 256 << 10;

    private const int TimesBetween = 12;

    /// <summary>Half a minute after the start, which has enough to do, and then once a minute.</summary>
    private const int Later = 6;

    private static readonly TimeSpan Often = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Often, clock);
        for (var time = 0; ; time++)
        {
            try
            {
                Look();
                if (time % TimesBetween == Later)
                {
                    await MakeRoomAsync(stoppingToken);
                }
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(e);
            }

            if (!await timer.WaitForNextTickAsync(stoppingToken))
            {
                return;
            }
        }
    }

    private void Look()
    {
        var free = new DriveInfo(location.DataDirectory).AvailableFreeSpace;
        var sentence =
            free >= Full
                ? null
                : $"The disk of {location.DataDirectory} is full. Log lines are no longer stored, and soon nothing can be saved. Free some space: delete backups on the page Backups, or old lines on the page Stored logs.";
        if (troubles.Set(StoreProblems.Disk, sentence) && sentence is not null)
        {
            LogFull(location.DataDirectory);
        }
    }

    private async Task MakeRoomAsync(CancellationToken cancel)
    {
        await keys.RunAsync(cancel);
        if (location.IsSqlite)
        {
            await RoomInside.MakeAsync(location.RegistryFile, cancel);
            await RoomInside.MakeAsync(location.LogsFile, cancel);
        }
    }

    [LoggerMessage(LogLevel.Critical, "The disk of {Folder} is full")]
    private partial void LogFull(string folder);

    [LoggerMessage(LogLevel.Error, "The free disk space could not be checked; retrying")]
    private partial void LogFailed(Exception exception);
}
