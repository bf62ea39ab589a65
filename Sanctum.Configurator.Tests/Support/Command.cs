using System.ComponentModel;
using System.Diagnostics;

namespace Sanctum.Configurator.Tests.Support;

/// <summary>Runs other people's programs to their end.</summary>
internal static class Command
{
    /// <returns>Its exit code and all that it wrote; null where the program is not installed.</returns>
    public static async Task<(int ExitCode, string Output)?> TryRunAsync(string program, IEnumerable<string> arguments, string folder = "")
    {
        var cancel = TestContext.Current.CancellationToken;
        using var process = new Process { StartInfo = new(program, arguments) { WorkingDirectory = folder } };
        (process.StartInfo.RedirectStandardOutput, process.StartInfo.RedirectStandardError) = (true, true);
        try
        {
            process.Start();
        }
        catch (Win32Exception)
        {
            return null;
        }

        try
        {
            var errors = process.StandardError.ReadToEndAsync(cancel);
            var output = await process.StandardOutput.ReadToEndAsync(cancel);
            await process.WaitForExitAsync(cancel);
            return (process.ExitCode, output + await errors);
        }
        finally
        {
            process.Kill(entireProcessTree: true); // Where the test was given up; one that has ended is not there any more.
        }
    }

    /// <summary>Fails the test where the program is not there, or fails.</summary>
    public static async Task<string> RunAsync(string program, IEnumerable<string> arguments, string folder = "")
    {
        var ended = await TryRunAsync(program, arguments, folder);
        Assert.True(ended is { ExitCode: 0 }, $"{program}: {ended?.Output ?? "not installed"}");
        return ended!.Value.Output;
    }
}
