using System.ComponentModel;
using System.Diagnostics;
using Microsoft.Extensions.Options;
using Sanctum.Configurator.Platform.Processes;
using Sanctum.Configurator.Platform.Secrets;

namespace Sanctum.Configurator.Features.McpServers.Processes;

/// <summary>
/// The programs that run as MCP servers: started by the operator's list only, counted, capped, and all ended with the console. One whose
/// console was killed is ended by the next console (<see cref="OrphanWorker"/>), if it has not noticed that its input has ended.
/// </summary>
public sealed class McpProcesses(McpCommands commands, IOptions<McpServerOptions> options) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly List<McpProcess> _running = [];
    private int _places;

    /// <summary>How many run now.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _places;
            }
        }
    }

    public int Most => options.Value.MostProcesses;

    /// <summary>Starts a program without any of the console's environment but a path and a home.</summary>
    /// <param name="secrets">Taken out of what it says beside the messages.</param>
    /// <exception cref="McpProcessException">It may not or can't be started.</exception>
    internal McpProcess Start(StdioCommand command, HiddenSecrets secrets)
    {
        var (path, failure) = commands.Find(command);
        if (failure is not null)
        {
            throw new McpProcessException(failure);
        }

        TakePlace();
        var mark = OrphanProcesses.NewMark();
        var process = new Process { StartInfo = Describe(path!, command, mark) };
        try
        {
            process.Start();
            var started = new McpProcess(process, mark, secrets, Leave);
            lock (_lock)
            {
                _running.Add(started);
            }

            return started;
        }
        catch (Exception e) when (e is Win32Exception or IOException or InvalidOperationException)
        {
            process.Dispose();
            Leave(null);
            throw new McpProcessException(
                new(
                    McpProcessFault.NotStarted,
                    $"{path} can't be started. Check that it is executable and that the interpreter in its first line exists."
                ),
                e
            );
        }
    }

    public async ValueTask DisposeAsync()
    {
        McpProcess[] all;
        lock (_lock)
        {
            all = [.. _running];
        }

        await Task.WhenAll(all.Select(one => one.DisposeAsync().AsTask()));
    }

    private static ProcessStartInfo Describe(string path, StdioCommand command, string mark)
    {
        var start = new ProcessStartInfo(path, command.Sent)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = Path.GetTempPath(),
        };
        start.Environment.Clear();
        start.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin";
        start.Environment["HOME"] = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        start.Environment["LANG"] = "C.UTF-8";
        foreach (var (name, value) in command.Environment)
        {
            start.Environment[name] = value;
        }

        start.Environment[OrphanProcesses.Variable] = mark;
        return start;
    }

    private void TakePlace()
    {
        lock (_lock)
        {
            if (_places >= Most)
            {
                throw new McpProcessException(
                    new(
                        McpProcessFault.TooMany,
                        $"{Most} MCP servers run as programs already, which is the limit. Disable one, or raise {McpServerOptions.Section}:{nameof(McpServerOptions.MostProcesses)}."
                    )
                );
            }

            _places++;
        }
    }

    private void Leave(McpProcess? process)
    {
        lock (_lock)
        {
            _places--;
            if (process is not null)
            {
                _running.Remove(process);
            }
        }
    }
}
