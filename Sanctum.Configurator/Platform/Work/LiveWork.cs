using System.Collections.Concurrent;

namespace Sanctum.Configurator.Platform.Work;

/// <summary>What is under way in this console: what it has said so far, and the way to end it.</summary>
public abstract class LiveWork
{
    private readonly ConcurrentDictionary<int, LiveRun> _runs = new();

    /// <summary>The word under which this start of this console takes what waits.</summary>
    internal string Owner { get; } = $"{Environment.MachineName[..Math.Min(Environment.MachineName.Length, 24)]}-{Guid.NewGuid():N}";

    /// <summary>How many.</summary>
    public int Count => _runs.Count;

    internal IReadOnlyCollection<int> Ids => [.. _runs.Keys];

    /// <summary>What a run has said so far; null where it is not under way here.</summary>
    public string? OutputOf(int runId) => _runs.TryGetValue(runId, out var run) ? run.Output : null;

    internal LiveRun Begin(int runId) => _runs[runId] = new();

    internal void End(int runId)
    {
        if (_runs.TryRemove(runId, out var run))
        {
            run.Dispose();
        }
    }

    /// <summary>Until those that are under way now have ended.</summary>
    internal Task WhenEndedAsync() => Task.WhenAll(_runs.Values.Select(run => run.Ended));

    /// <summary>Ends a run, where it is under way here.</summary>
    internal void Cancel(int runId, RunStop why)
    {
        if (_runs.TryGetValue(runId, out var run))
        {
            run.Stop(why);
        }
    }

    internal void CancelAll(RunStop why)
    {
        foreach (var run in _runs.Values)
        {
            run.Stop(why);
        }
    }
}

/// <summary>Why a run is ended before its time.</summary>
public enum RunStop
{
    None,
    Asked,
    TimedOut,
    ConsoleStopped,
    TakenOver,
}

/// <summary>One of them.</summary>
public sealed class LiveRun : IDisposable
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stop = new();
    private readonly StringBuilder _output = new();
    private readonly Lock _lock = new();

    public Task Ended => _ended.Task;

    public CancellationToken Stopped => _stop.Token;

    public RunStop Why { get; private set; }

    public string Output
    {
        get
        {
            lock (_lock)
            {
                return _output.ToString();
            }
        }
    }

    public void Say(string piece)
    {
        lock (_lock)
        {
            _output.Append(piece.AsSpan(0, Math.Min(piece.Length, RunResult.MostOutput - _output.Length)));
        }
    }

    /// <summary>The first reason counts.</summary>
    public void Stop(RunStop why)
    {
        lock (_lock)
        {
            if (Why != RunStop.None)
            {
                return;
            }

            Why = why;
        }

        try
        {
            _stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has ended meanwhile.
        }
    }

    public void Dispose()
    {
        _stop.Dispose();
        _ended.TrySetResult();
    }
}
