namespace Sanctum.Configurator.Tests.Features.Backups.Sources;

/// <summary>A folder of scripts that take the place of PostgreSQL's programs.</summary>
internal sealed class PostgresScripts : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("sanctum-programs-").FullName;

    public string PathOf(string name) => Path.Combine(Folder, name);

    public void Write(string program, string script)
    {
        File.WriteAllText(PathOf(program), $"#!/bin/sh\n{script}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(PathOf(program), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    /// <summary>Ends when a file of this name gets it by a rename.</summary>
    public async Task WaitForAsync(string name, CancellationToken cancel)
    {
        var there = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var watcher = new FileSystemWatcher(Folder, name);
        watcher.Renamed += (_, _) => there.TrySetResult();
        watcher.EnableRaisingEvents = true;
        if (!File.Exists(PathOf(name)))
        {
            await there.Task.WaitAsync(cancel);
        }
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
