using System.Diagnostics;

namespace Sanctum.Configurator.Tests.Support;

/// <summary>A small disk of the memory's, on a folder.</summary>
public sealed class SmallDisk : IAsyncDisposable
{
    /// <summary>The name of the file that fills it.</summary>
    public const string Filler = "filler";

    private SmallDisk(string folder) => Folder = folder;

    public string Folder { get; }

    /// <summary>Skips the test, with the reason, where nobody may mount.</summary>
    public static async Task<SmallDisk> CreateAsync(string folder)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "A small disk of the memory's can be had on Linux alone.");
        Directory.CreateDirectory(folder);
        Assert.SkipWhen(
            await RunAsync("mount", "-t", "tmpfs", "-o", "size=64m,mode=700", "tmpfs", folder) is not null,
            "A small disk could not be mounted, which needs the rights of root."
        );
        return new(folder);
    }

    /// <summary>Takes what is free, to the last byte.</summary>
    public void Fill()
    {
        using var filler = new FileStream(Path.Combine(Folder, Filler), FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        var zeros = new byte[4096];
        try
        {
            while (true)
            {
                filler.Write(zeros);
            }
        }
        catch (IOException)
        {
            // It is full.
        }
    }

    /// <summary>Gives back what <see cref="Fill"/> took.</summary>
    public void Free() => File.Delete(Path.Combine(Folder, Filler));

    public async Task RemountAsync(string how) => Assert.Null(await RunAsync("mount", "-o", $"remount,{how}", Folder));

    public async ValueTask DisposeAsync() => Assert.Null(await RunAsync("umount", "--lazy", Folder));

    /// <returns>What it complained of; null where all went well.</returns>
    private static async Task<string?> RunAsync(string command, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true })!;
            var errors = await process.StandardError.ReadToEndAsync(CancellationToken.None);
            await process.WaitForExitAsync(CancellationToken.None);
            return process.ExitCode == 0 ? null : errors;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return e.Message;
        }
    }
}
