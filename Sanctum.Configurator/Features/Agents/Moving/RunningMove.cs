namespace Sanctum.Configurator.Features.Agents.Moving;

/// <summary>Lets one move run at a time: two of the same agents would make each twice.</summary>
public sealed class RunningMove
{
    private int _isRunning;

    /// <summary>Null where another one is running.</summary>
    internal IDisposable? TryBegin() => Interlocked.Exchange(ref _isRunning, 1) == 0 ? new Ending(this) : null;

    private sealed class Ending(RunningMove move) : IDisposable
    {
        public void Dispose() => Interlocked.Exchange(ref move._isRunning, 0);
    }
}
