using Npgsql;
using Sanctum.Configurator.Features.Backups.Archive;
using Sanctum.Configurator.Registry.Data.Postgres;

namespace Sanctum.Configurator.Features.Backups.Runs;

/// <summary>Proves a PostgreSQL dump by restoring it into a throw-away database on the registry's server.</summary>
internal sealed class DumpRestoreTest(RegistryLocation location, PostgresPrograms programs)
{
    /// <param name="rows">Each table's count of rows, of which the dump has as many.</param>
    /// <exception cref="BackupFailedException">The server would not let it be restored.</exception>
    public async Task<PartVerdict> RunAsync(string part, string file, IReadOnlyDictionary<string, long> rows, CancellationToken cancel)
    {
        if (location.IsSqlite)
        {
            return new(part, true, "Verified, but not restored, because this console's registry is not in PostgreSQL.");
        }

        try
        {
            await using var database = await ThrowAwayDatabase.TryCreateAsync(location.PostgresConnection!, cancel);
            return database is null ? await ReadAsync(part, file, cancel) : await RestoreAsync(part, file, database, rows, cancel);
        }
        catch (PostgresProgramException e)
        {
            return e.IsInstalled
                ? new(part, false, $"pg_restore reports an error: {e.Message}")
                : new(part, true, $"Verified, but not restored: {e.Message} Install PostgreSQL's client programs.");
        }
        catch (NpgsqlException e) when (!cancel.IsCancellationRequested)
        {
            throw new BackupFailedException($"The dump could not be restored into a temporary database: {e.Message.TrimEnd('.')}.", e);
        }
    }

    private async Task<PartVerdict> ReadAsync(string part, string file, CancellationToken cancel)
    {
        await programs.RunAsync(PostgresPrograms.Restore, null, ["--file=-", file], cancel);
        return new(
            part,
            true,
            "Read completely by pg_restore, but not restored, because the console's role can't create databases. Allow it with ALTER ROLE … CREATEDB."
        );
    }

    private async Task<PartVerdict> RestoreAsync(
        string part,
        string file,
        ThrowAwayDatabase database,
        IReadOnlyDictionary<string, long> rows,
        CancellationToken cancel
    )
    {
        try
        {
            await programs.RunAsync(PostgresPrograms.Restore, database.ConnectionString, ["--no-owner", "--no-privileges", file], cancel);
        }
        catch (PostgresProgramException e) when (e.IsHarmless)
        {
            // All came back; the rows are counted below.
        }

        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync(cancel);
        foreach (var (table, said) in rows)
        {
            if (await CountAsync(connection, table, cancel) is var counted && counted != said)
            {
                return new(
                    part,
                    false,
                    $"After pg_restore, the table {table} {(counted is null ? "is missing" : $"has {counted:N0} rows")}, but the backup has {said:N0}."
                );
            }
        }

        return new(part, true, $"pg_restore restored {rows.Values.Sum():N0} rows in {rows.Count} tables.");
    }

    private static async Task<long?> CountAsync(NpgsqlConnection connection, string table, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(
            $"SELECT count(*) FROM \"{table.Replace("\"", "\"\"", StringComparison.Ordinal)}\"",
            connection
        );
        try
        {
            return (long?)await command.ExecuteScalarAsync(cancel);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            return null;
        }
    }
}
