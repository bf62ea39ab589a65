using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Features.Letta.Probe;

namespace Sanctum.Configurator.Features.Letta.Monitor;

/// <summary>How the saved Letta server stands, as far as its newest check tells.</summary>
public sealed record LettaStatus
{
    /// <summary>Nothing is known yet.</summary>
    public static readonly LettaStatus Unknown = new();

    /// <summary>The settings want the server watched; false is the state "off".</summary>
    public bool IsWatched { get; init; } = true;

    /// <summary>Null until the saved server has been tested.</summary>
    public LettaVerdict? Verdict { get; init; }

    /// <summary>It was tested, and nobody can work with it now.</summary>
    public bool IsDown => IsWatched && Verdict is { } verdict && !verdict.IsConnected();

    /// <summary>Connected, and yet there is something to see to.</summary>
    public bool HasWarning { get; init; }

    /// <summary>Why the saved settings can't be tested at all; else null.</summary>
    public string? Fault { get; init; }

    public string? Message { get; init; }

    public string? Hint { get; init; }

    public double? LatencyMs { get; init; }

    /// <summary>Which of Letta's servers it is: as chosen, or as this process found it. Null until somebody has looked.</summary>
    public LettaKind? Kind { get; init; }

    public string? ServerVersion { get; init; }

    public int? Agents { get; init; }

    public Uri? Address { get; init; }

    /// <summary>When the server began to stand as it does.</summary>
    public DateTimeOffset? Since { get; init; }

    public DateTimeOffset? CheckedAt { get; init; }

    public DateTimeOffset? LastConnected { get; init; }

    /// <summary>The monitor leaves the server alone for a moment, because it keeps failing.</summary>
    public bool IsPaused { get; init; }

    /// <summary>Tells one check from the next.</summary>
    public long? CheckId { get; init; }

    /// <summary>"off", "not_testable", "untested" or the verdict's word.</summary>
    public string Word =>
        !IsWatched ? "off"
        : Fault is not null ? "not_testable"
        : Verdict?.Text() ?? "untested";
}

/// <summary>The Letta server's state in this process, and who wants to hear of its changes.</summary>
public sealed class LettaState
{
    private readonly Lock _lock = new();
    private readonly List<Action<LettaStatus>> _listeners = [];

    public LettaStatus Current { get; private set; } = LettaStatus.Unknown;

    /// <summary>
    /// Calls the listener after each change, on any thread, until the subscription is disposed. It must return quickly and not throw.
    /// </summary>
    public IDisposable Subscribe(Action<LettaStatus> listener)
    {
        lock (_lock)
        {
            _listeners.Add(listener);
        }

        return new Subscription(this, listener);
    }

    /// <summary>Listeners are called only where something differs.</summary>
    public void Set(LettaStatus status)
    {
        Action<LettaStatus>[] listeners;
        lock (_lock)
        {
            if (status == Current)
            {
                return;
            }

            Current = status;
            listeners = [.. _listeners];
        }

        foreach (var listener in listeners)
        {
            listener(status);
        }
    }

    private sealed class Subscription(LettaState state, Action<LettaStatus> listener) : IDisposable
    {
        public void Dispose()
        {
            lock (state._lock)
            {
                state._listeners.Remove(listener);
            }
        }
    }
}
