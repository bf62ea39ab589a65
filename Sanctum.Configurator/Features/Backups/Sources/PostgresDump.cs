using Sanctum.Configurator.Features.Backups.Archive;
using Sanctum.Configurator.Registry.Data.Postgres;
using Sanctum.Configurator.Registry.Logs;

namespace Sanctum.Configurator.Features.Backups.Sources;

/// <summary>Has pg_dump dump the database of a registry in PostgreSQL, as it was when its rows were copied.</summary>
internal sealed class PostgresDump(RegistryLocation location, PostgresPrograms programs)
{
    public const string Part = "registry.dump";

    /// <summary>
    /// A table that somebody has locked is not waited for: whoever locked it may be waiting for the transaction that copies the rows.
    /// </summary>
    private const string LockPatience = "20s";

    /// <summary>Only full backups hold it: an increment of it would be as large.</summary>
    public bool IsWanted(BackupForm form) => form.Type == Registry.Backups.BackupType.Full && !location.IsSqlite;

    /// <summary>Bytes that it has, about.</summary>
    public async Task<long> SizeAsync(CancellationToken cancel)
    {
        await using var source = Npgsql.NpgsqlDataSource.Create(location.PostgresConnection!);
        await using var command = source.CreateCommand("SELECT pg_database_size(current_database())");
        return (long)(await command.ExecuteScalarAsync(cancel))!;
    }

    /// <param name="moment">The exported snapshot of the transaction that copies the rows.</param>
    /// <param name="work">Where it is put.</param>
    public async Task GatherAsync(
        string moment,
        BackupForm form,
        WorkFolder work,
        Gathered gathered,
        IProgress<BackupStep> progress,
        CancellationToken cancel
    )
    {
        progress.Report(new("Dumping the database"));
        var file = work.File(Part);
        try
        {
            await PrivateFiles.WriteAsync(file, "", cancel);
            await programs.RunAsync(
                PostgresPrograms.Dump,
                location.PostgresConnection,
                [
                    // The backup packs it, which packs better than twice.
                    "--format=custom",
                    "--compress=0",
                    $"--snapshot={moment}",
                    $"--lock-wait-timeout={LockPatience}",
                    "--no-sync",
                    $"--file={file}",
                    .. form.Logs ? Array.Empty<string>() : [$"--exclude-table-data=\"{LogEntryMapping.Table}\""],
                ],
                cancel
            );
        }
        catch (PostgresProgramException e)
        {
            File.Delete(file);
            gathered.Missing.Add(
                $"This backup has no PostgreSQL dump: {e.Message} It contains all rows and can be restored from this page. "
                    + (
                        e.IsInstalled
                            ? "Check that pg_dump is not older than the server and that the console's user can read every table."
                            : "Install PostgreSQL's client programs on the console's machine."
                    )
            );
        }
    }
}
