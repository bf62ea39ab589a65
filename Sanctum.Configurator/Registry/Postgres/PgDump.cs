using System.ComponentModel;
using System.Diagnostics;
using Npgsql;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Registry.Postgres;

/// <summary>Dumps the database with PostgreSQL's own program, over a connection like the console's.</summary>
internal static class PgDump
{
    /// <exception cref="StartRefusedException">There is no such program, or it failed.</exception>
    public static async Task RunAsync(string connectionString, string file, CancellationToken cancel)
    {
        using var dump = Start(Describe(connectionString, file));
        var errors = await dump.StandardError.ReadToEndAsync(cancel);
        await dump.WaitForExitAsync(cancel);
        if (dump.ExitCode != 0)
        {
            throw new StartRefusedException($"The backup before the migration failed, so nothing was migrated: {errors.Trim()}");
        }
    }

    /// <summary>The call, with what the connection string says. What it does not say, the environment may.</summary>
    internal static ProcessStartInfo Describe(string connectionString, string file)
    {
        var connection = new NpgsqlConnectionStringBuilder(connectionString);
        var start = new ProcessStartInfo("pg_dump") { RedirectStandardError = true };
        foreach (var argument in new[] { "--file", file, "--host", connection.Host!, "--port", $"{connection.Port}", "--no-password", connection.Database! })
        {
            start.ArgumentList.Add(argument);
        }

        var said = connection.Keys.ToHashSet();
        foreach (var (keyword, variable, value) in new[]
        {
            ("Username", "PGUSER", connection.Username),
            ("Password", "PGPASSWORD", connection.Password),
            ("Passfile", "PGPASSFILE", connection.Passfile),
            ("SSL Mode", "PGSSLMODE", WordOf(connection.SslMode)),
            ("Root Certificate", "PGSSLROOTCERT", connection.RootCertificate),
            ("SSL Certificate", "PGSSLCERT", connection.SslCertificate),
            ("SSL Key", "PGSSLKEY", connection.SslKey),
            ("Channel Binding", "PGCHANNELBINDING", $"{connection.ChannelBinding}".ToLowerInvariant()),
            ("Timeout", "PGCONNECT_TIMEOUT", $"{connection.Timeout}"),
            ("Application Name", "PGAPPNAME", connection.ApplicationName),
            ("Options", "PGOPTIONS", connection.Options),
        })
        {
            if (said.Contains(keyword))
            {
                start.Environment[variable] = value;
            }
        }

        return start;
    }

    private static string WordOf(SslMode mode) => mode switch
    {
        SslMode.VerifyCA => "verify-ca",
        SslMode.VerifyFull => "verify-full",
        _ => $"{mode}".ToLowerInvariant(),
    };

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start) ?? throw new StartRefusedException("pg_dump did not start. Nothing was migrated.");
        }
        catch (Win32Exception e)
        {
            throw new StartRefusedException(
                "A backup is made before the schema changes, and pg_dump, which makes it, is not installed. Nothing was migrated. Install PostgreSQL's client programs.", e);
        }
    }
}
