using System.ComponentModel;
using System.Diagnostics;

namespace Sanctum.Configurator.Platform.Processes;

/// <summary>Runs programs that are not trusted to end, nor to be brief, nor to leave nothing behind.</summary>
internal sealed class ProgramRunner(TimeProvider clock)
{
    private const int MostErrors = 2000;

    /// <summary>Runs a program to its end, and ends whatever it has started by then.</summary>
    /// <param name="hear">Told what it says as it says it; its errors are not.</param>
    public async Task<ProgramEnd> RunAsync(ProgramCall call, CancellationToken cancel, Action<string>? hear = null)
    {
        cancel.ThrowIfCancellationRequested();
        var mark = OrphanProcesses.NewMark();
        using var process = new Process { StartInfo = Describe(call, mark) };
        try
        {
            process.Start();
        }
        catch (Exception e) when (e is Win32Exception or IOException or InvalidOperationException)
        {
            return new(ProgramEnding.NotStarted, null, [], "");
        }

        try
        {
            return await ReadAsync(process, call, hear, cancel);
        }
        finally
        {
            End(process);
            OrphanProcesses.End(mark);
        }
    }

    private static ProcessStartInfo Describe(ProgramCall call, string mark)
    {
        var start = new ProcessStartInfo(call.Program, call.Arguments)
        {
            WorkingDirectory = call.Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment.Clear();
        foreach (var (name, value) in call.Environment)
        {
            start.Environment[name] = value;
        }

        start.Environment[OrphanProcesses.Variable] = mark;
        return start;
    }

    private async Task<ProgramEnd> ReadAsync(Process process, ProgramCall call, Action<string>? hear, CancellationToken cancel)
    {
        using var patience = new CancellationTokenSource(call.Patience, clock);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel, patience.Token);
        process.StandardInput.Close();
        var errors = ReadStartAsync(process.StandardError, stop.Token);
        try
        {
            // A program that has ended may leave others that hold the pipe open: the patience ends for them too.
            if (await ReadAllAsync(process.StandardOutput.BaseStream, call.MostOutput, hear, stop.Token) is not { } output)
            {
                return new(ProgramEnding.TooMuch, null, [], "");
            }

            await process.WaitForExitAsync(stop.Token);
            return new(ProgramEnding.Ended, process.ExitCode, output, await errors);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new(ProgramEnding.TooSlow, null, [], "");
        }
    }

    /// <summary>Null where it is more than is allowed.</summary>
    private static async Task<byte[]?> ReadAllAsync(Stream output, int most, Action<string>? hear, CancellationToken stop)
    {
        using var all = new MemoryStream();
        var buffer = new byte[16 * 1024];
        var (words, text) = (Encoding.UTF8.GetDecoder(), new char[buffer.Length + 2]);
        for (int read; (read = await output.ReadAsync(buffer, stop)) > 0; )
        {
            if (all.Length + read > most)
            {
                return null;
            }

            all.Write(buffer, 0, read);
            if (words.GetChars(buffer, 0, read, text, 0) is > 0 and var length)
            {
                hear?.Invoke(new(text, 0, length));
            }
        }

        return all.ToArray();
    }

    /// <summary>Reads to the end, and keeps the start: what comes first caused the rest.</summary>
    private static async Task<string> ReadStartAsync(StreamReader errors, CancellationToken stop)
    {
        var start = new StringBuilder();
        var buffer = new char[MostErrors];
        try
        {
            for (int read; (read = await errors.ReadAsync(buffer, stop)) > 0; )
            {
                start.Append(buffer, 0, Math.Min(read, MostErrors - start.Length));
            }
        }
        catch (OperationCanceledException)
        {
            // What was said until then will do.
        }

        return start.ToString().Trim();
    }

    private static void End(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It has ended by itself.
        }
    }
}
