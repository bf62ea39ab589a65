using System.Diagnostics;

namespace Sanctum.Configurator.Tests.Support;

/// <summary>Programs and libraries that nobody here wrote, installed once by npm below the repository's artifacts.</summary>
internal static class Npm
{
    private static readonly TimeSpan InstallTime = TimeSpan.FromMinutes(3);

    /// <summary>The folder in which the package is installed; null where npm is not there, or could not install it.</summary>
    /// <param name="name">Of a folder for it alone.</param>
    /// <param name="file">Is there when the package is.</param>
    public static Task<string?> InstallAsync(string name, string package, string file) => InstallAsync(name, [package], file);

    /// <param name="packages">With whatever npm is told besides.</param>
    public static async Task<string?> InstallAsync(string name, string[] packages, string file)
    {
        if (FindAbove("Sanctum.sln") is not { } solution)
        {
            return null;
        }

        var folder = Path.Combine(Path.GetDirectoryName(solution)!, "artifacts", name);
        if (File.Exists(Path.Combine(folder, file)))
        {
            return folder;
        }

        Directory.CreateDirectory(folder);
        using var npm = NewProcess("npm", ["install", "--prefix", folder, "--no-audit", "--no-fund", "--no-save", .. packages]);
        try
        {
            npm.Start();
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }

        npm.BeginOutputReadLine();
        npm.BeginErrorReadLine();
        await npm.WaitForExitAsync().WaitAsync(InstallTime);
        return File.Exists(Path.Combine(folder, file)) ? folder : null;
    }

    public static Process NewProcess(string program, string[] arguments) =>
        new()
        {
            StartInfo = new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true },
        };

    /// <summary>A work tree of the repository lies deeper than the repository itself, so the nearest one upward counts.</summary>
    public static string? FindAbove(string path)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (Path.Combine(folder.FullName, path) is var file && File.Exists(file))
            {
                return file;
            }
        }

        return null;
    }
}
