using System.Diagnostics;

namespace Sanctum.Configurator.Tests.Features.Tools.Curl;

/// <summary>The installed curl, started by bash as a person would.</summary>
internal static class RealCurl
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Skips the test where the two programs are not installed.</summary>
    public static async Task SkipWithoutAsync()
    {
        await SkipWithoutAsync("bash", "--version");
        await SkipWithoutAsync("curl", "--version");
    }

    /// <summary>
    /// Runs it in an empty environment and returns what it said on stderr. Curl reads no settings of its own and gives up after ten
    /// seconds.
    /// </summary>
    public static async Task<string> RunAsync(string command)
    {
        var start = new ProcessStartInfo("bash", ["--norc", "--noprofile", "-c", $"curl() {{ command curl -q -m 10 \"$@\"; }}\n{command}"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        var path = Environment.GetEnvironmentVariable("PATH");
        start.Environment.Clear();
        start.Environment["PATH"] = path;
        start.Environment["LC_ALL"] = "C.UTF-8";
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync(Cancel);
        await process.StandardOutput.ReadToEndAsync(Cancel);
        await process.WaitForExitAsync(Cancel);
        return await errors;
    }

    private static async Task SkipWithoutAsync(string program, string argument)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, argument) { RedirectStandardOutput = true })!;
            await process.StandardOutput.ReadToEndAsync(Cancel);
            await process.WaitForExitAsync(Cancel);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip($"The {program} command is not installed.");
        }
    }
}
