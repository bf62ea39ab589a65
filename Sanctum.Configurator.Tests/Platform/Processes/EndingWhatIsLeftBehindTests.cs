using System.Diagnostics;
using Sanctum.Configurator.Platform.Processes;

namespace Sanctum.Configurator.Tests.Platform.Processes;

public sealed class EndingWhatIsLeftBehindTests : IDisposable
{
    /// <summary>No process has this id.</summary>
    private const int NoConsole = int.MaxValue;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private readonly List<Process> _processes = [];

    public EndingWhatIsLeftBehindTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux shows the environment of processes.");

    public void Dispose()
    {
        foreach (var process in _processes)
        {
            process.Kill();
            process.Dispose();
        }
    }

    [Fact]
    public async Task What_a_console_that_is_gone_left_running_is_ended_and_nothing_else()
    {
        var (orphan, own, other) = (Start($"{NoConsole}.1.word"), Start(OrphanProcesses.NewMark()), Start("of another program"));

        OrphanProcesses.EndOrphans();

        await orphan.WaitForExitAsync(Cancel);
        Assert.False(own.HasExited);
        Assert.False(other.HasExited);
    }

    [Fact]
    public async Task A_console_whose_id_another_process_has_now_is_gone()
    {
        var orphan = Start($"{Environment.ProcessId}.1.word");

        OrphanProcesses.EndOrphans();

        await orphan.WaitForExitAsync(Cancel);
    }

    [Fact]
    public async Task Of_a_call_ends_what_bears_its_mark()
    {
        var mark = OrphanProcesses.NewMark();
        var (called, other) = (Start(mark), Start(OrphanProcesses.NewMark()));

        OrphanProcesses.End(mark);

        await called.WaitForExitAsync(Cancel);
        Assert.False(other.HasExited);
    }

    private Process Start(string mark)
    {
        var start = new ProcessStartInfo("sleep", ["1000"]);
        start.Environment[OrphanProcesses.Variable] = mark;
        var process = Process.Start(start)!;
        _processes.Add(process);
        return process;
    }
}
