using System.Diagnostics;

namespace Sanctum.Configurator.Tests.Support;

/// <summary>The real sqlite3 command: the other program that reads and writes the registry's file.</summary>
public static class Sqlite3
{
    /// <summary>Runs the SQL and returns what it printed. Fails the test where the command reports an error.</summary>
    public static async Task<string> RunAsync(string file, string sql)
    {
        var (output, errors) = await TryAsync(file, sql);
        Assert.True(errors.Length == 0, errors);
        return output;
    }

    /// <summary>Runs the SQL and returns what it printed and its errors. Skips the test where there is no such command.</summary>
    public static async Task<(string Output, string Errors)> TryAsync(string file, string sql)
    {
        var start = new ProcessStartInfo("sqlite3", ["-cmd", ".timeout 10000", file])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("The sqlite3 command is not installed.");
            throw;
        }

        using (process)
        {
            await process.StandardInput.WriteAsync(sql);
            process.StandardInput.Close();
            var errors = process.StandardError.ReadToEndAsync();
            var output = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            return (output.TrimEnd('\n'), await errors);
        }
    }
}
