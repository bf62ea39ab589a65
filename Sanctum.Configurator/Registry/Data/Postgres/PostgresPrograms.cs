using System.ComponentModel;
using System.Diagnostics;
using Microsoft.Extensions.Options;
using Npgsql;
using Sanctum.Configurator.Platform.Processes;

namespace Sanctum.Configurator.Registry.Data.Postgres;

/// <summary>Calls PostgreSQL's own programs, over a connection like the console's.</summary>
internal sealed class PostgresPrograms(IOptions<PostgresOptions> options)
{
    public const string Dump = "pg_dump";
    public const string Restore = "pg_restore";

    private const int MostErrors = 2000;

    /// <summary>Runs a program to its end. Cancelling kills it and all that it started.</summary>
    /// <param name="program">One of the names above.</param>
    /// <param name="connectionString">What it connects to; null for nothing.</param>
    /// <exception cref="PostgresProgramException">There is no such program, or it failed.</exception>
    public async Task RunAsync(string program, string? connectionString, IEnumerable<string> arguments, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        using var process = Start(program, Describe(PathOf(program), connectionString, arguments));
        await using (cancel.Register(() => process.Kill(entireProcessTree: true)))
        {
            var errors = ReadStartAsync(process.StandardError);
            await process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
            await process.WaitForExitAsync(CancellationToken.None);
            cancel.ThrowIfCancellationRequested();
            if (process.ExitCode != 0)
            {
                throw new PostgresProgramException(program, process.ExitCode, WithoutPassword(await errors, connectionString));
            }
        }
    }

    /// <summary>The call, with what the connection string says. What it does not say, the environment may.</summary>
    internal static ProcessStartInfo Describe(string program, string? connectionString, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardError = true, RedirectStandardOutput = true };
        SecretVariables.TakeFrom(start.Environment);
        if (connectionString is not null)
        {
            Connect(start, new(connectionString));
        }

        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        // What it says is read by this console too.
        start.Environment["LC_ALL"] = "C";
        return start;
    }

    private static void Connect(ProcessStartInfo start, NpgsqlConnectionStringBuilder connection)
    {
        foreach (
            var argument in new[]
            {
                "--host",
                connection.Host!,
                "--port",
                $"{connection.Port}",
                "--no-password",
                "--dbname",
                connection.Database ?? connection.Username!,
            }
        )
        {
            start.ArgumentList.Add(argument);
        }

        var said = connection.Keys.ToHashSet();
        foreach (
            var (keyword, variable, value) in new[]
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
            }
        )
        {
            if (said.Contains(keyword))
            {
                start.Environment[variable] = value;
            }
        }
    }

    private static string WordOf(SslMode mode) =>
        mode switch
        {
            SslMode.VerifyCA => "verify-ca",
            SslMode.VerifyFull => "verify-full",
            _ => $"{mode}".ToLowerInvariant(),
        };

    private static Process Start(string program, ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start) ?? throw new PostgresProgramException(program, null, "");
        }
        catch (Win32Exception e)
        {
            throw new PostgresProgramException(program, null, "", e);
        }
    }

    /// <summary>Reads to the end, and keeps the start: what comes first caused the rest.</summary>
    private static async Task<string> ReadStartAsync(StreamReader errors)
    {
        var start = new StringBuilder();
        var buffer = new char[MostErrors];
        for (int read; (read = await errors.ReadAsync(buffer)) > 0; )
        {
            start.Append(buffer, 0, Math.Min(read, MostErrors - start.Length));
        }

        return start.ToString().Trim();
    }

    private static string WithoutPassword(string errors, string? connectionString) =>
        new NpgsqlConnectionStringBuilder(connectionString).Password is { Length: > 0 } password
            ? errors.Replace(password, "…", StringComparison.Ordinal)
            : errors;

    private string PathOf(string program) =>
        options.Value.PostgresPrograms is { Length: > 0 } folder
            ? Path.Combine(folder, OperatingSystem.IsWindows() ? $"{program}.exe" : program)
            : program;
}

/// <summary>Options of section "Registry" that concern PostgreSQL.</summary>
public sealed class PostgresOptions
{
    public const string Section = "Registry";

    /// <summary>The folder with pg_dump and pg_restore, where they are not those on the path.</summary>
    public string PostgresPrograms { get; set; } = "";
}

/// <summary>One of PostgreSQL's programs is not there, or failed. The message is for the operator and ends with a full stop.</summary>
/// <param name="exitCode">Null where it could not be started.</param>
/// <param name="errors">The start of what it said.</param>
internal sealed class PostgresProgramException(string program, int? exitCode, string errors, Exception? inner = null)
    : Exception(
        exitCode is null
            ? $"{program} is not installed."
            : $"{program} failed: {(errors.Length > 0 ? errors.TrimEnd('.') : $"exit code {exitCode}")}.",
        inner
    )
{
    /// <summary>Newer versions of pg_restore set this at their beginning, which older servers do not know, and go on.</summary>
    private const string UnknownSetting = "transaction_timeout";

    public bool IsInstalled => exitCode is not null;

    /// <summary>It came to its end, and all it complains of is a setting that the server does not know.</summary>
    public bool IsHarmless =>
        errors.Split('\n').Where(line => line.Contains("error:", StringComparison.Ordinal)).ToList() is { Count: > 0 } lines
        && lines.TrueForAll(line => line.Contains(UnknownSetting, StringComparison.Ordinal))
        && errors.Contains("errors ignored on restore: 1", StringComparison.Ordinal);
}
