using System.ComponentModel;
using System.Diagnostics;
using Sanctum.Configurator.Platform.Processes;
using Sanctum.Configurator.Platform.Secrets;

namespace Sanctum.Configurator.Features.McpServers.Processes;

/// <summary>A running MCP server. Disposing it ends it, and whatever it has started.</summary>
internal sealed class McpProcess : IAsyncDisposable
{
    private const int MostErrors = 2000;

    /// <summary>For ending by itself when its input has ended, as the protocol asks; then it is killed.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(1);

    private readonly Process _process;
    private readonly string _mark;
    private readonly HiddenSecrets _secrets;
    private readonly Action<McpProcess> _onEnded;
    private readonly StringBuilder _errors = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _isDisposed;

    public McpProcess(Process process, string mark, HiddenSecrets secrets, Action<McpProcess> onEnded)
    {
        (_process, _mark, _secrets, _onEnded) = (process, mark, secrets, onEnded);
        Output = new(process.StandardOutput.BaseStream);
        process.ErrorDataReceived += (_, line) => Hear(line.Data);
        process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public Stream Input => _process.StandardInput.BaseStream;

    public MessageLines Output { get; }

    /// <summary>Where it ended by itself, before anybody wanted it to; null where it goes on, or was ended.</summary>
    public int? OwnExitCode { get; private set; }

    /// <summary>The end of what it wrote to its standard error.</summary>
    public string Errors
    {
        get
        {
            lock (_errors)
            {
                return _secrets.Hide(_errors.ToString().Trim());
            }
        }
    }

    /// <summary>The beginning of the first line of its standard output that is no message; null where there was none.</summary>
    public string? OtherOutput => Output.Other is { } other ? _secrets.Hide(other) : null;

    /// <summary>It takes nothing any more, so that it has ended, or is about to.</summary>
    public bool IsBroken { get; set; }

    public bool HasEnded => _isDisposed == 1 || Output.IsAtEnd;

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 1)
        {
            await _ended.Task;
            return;
        }

        try
        {
            await EndAsync();
        }
        finally
        {
            _onEnded(this);
            _ended.TrySetResult();
        }
    }

    /// <returns>Its exit code; null where it goes on.</returns>
    private async Task<int?> WaitAsync(TimeSpan time)
    {
        using var patience = new CancellationTokenSource(time);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
            return _process.ExitCode;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private async Task EndAsync()
    {
        if (IsBroken || Output.IsAtEnd || _process.HasExited)
        {
            OwnExitCode = await WaitAsync(Farewell);
        }

        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It reads no more, or is gone.
        }

        if (await WaitAsync(Farewell) is null)
        {
            Kill();
            await WaitAsync(Farewell);
        }

        await Task.Run(() => OrphanProcesses.End(_mark));
        _process.Dispose();
    }

    private void Kill()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It has ended by itself.
        }
    }

    private void Hear(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_errors)
        {
            _errors.AppendLine(line.Length > MostErrors ? line[..MostErrors] : line);
            if (_errors.Length > MostErrors)
            {
                _errors.Remove(0, _errors.Length - MostErrors);
            }
        }
    }
}
