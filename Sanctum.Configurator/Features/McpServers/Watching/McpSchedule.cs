using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Sanctum.Configurator.Features.McpServers.Processes;

namespace Sanctum.Configurator.Features.McpServers.Watching;

/// <summary>
/// When each server is tested next. One that does not work is tried again soon, then less often, and never not at all. Kept in memory only: a
/// console that starts knows nothing, and tests them all.
/// </summary>
public sealed class McpSchedule(IOptions<McpServerOptions> options, TimeProvider clock)
{
    private static readonly DateTimeOffset Running = DateTimeOffset.MaxValue;
    private static readonly TimeSpan FirstRest = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<int, Plan> _plans = new();
    private TaskCompletionSource _change = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Null where nothing is planned, as for a server that this console does not watch, or that is being tested.</summary>
    public DateTimeOffset? NextOf(int serverId) => _plans.TryGetValue(serverId, out var plan) && plan.Next < Running ? plan.Next : null;

    /// <summary>How often in a row it has not worked.</summary>
    internal int FailuresOf(int serverId) => _plans.TryGetValue(serverId, out var plan) ? plan.Failures : 0;

    /// <summary>Its next test is due at once.</summary>
    public void TryNow(int serverId)
    {
        _plans.AddOrUpdate(
            serverId,
            _ => new(clock.GetUtcNow(), 0),
            (_, plan) => plan.Next == Running ? plan : plan with { Next = clock.GetUtcNow() }
        );
        Wake();
    }

    /// <summary>It is being tested, so that it is not due until that has ended.</summary>
    internal void Begin(int serverId) => _plans.AddOrUpdate(serverId, _ => new(Running, 0), (_, plan) => plan with { Next = Running });

    /// <summary>It was tested.</summary>
    internal void Tested(int serverId, bool isUp) =>
        _plans.AddOrUpdate(serverId, _ => PlanAfter(isUp ? 0 : 1), (_, plan) => PlanAfter(isUp ? 0 : plan.Failures + 1));

    /// <summary>Whether it is time; a server that nobody planned is due.</summary>
    internal bool IsDue(int serverId) => !_plans.TryGetValue(serverId, out var plan) || plan.Next <= clock.GetUtcNow();

    internal void KeepOnly(IReadOnlySet<int> serverIds)
    {
        foreach (var gone in _plans.Keys.Where(id => !serverIds.Contains(id)))
        {
            _plans.TryRemove(gone, out _);
        }
    }

    /// <summary>Until the next test of any is due, or somebody wants one at once.</summary>
    internal async Task RestAsync(TimeSpan longest, CancellationToken cancel)
    {
        var next = _plans.Values.Select(plan => plan.Next).DefaultIfEmpty(DateTimeOffset.MaxValue).Min();
        var rest = next == Running || next - clock.GetUtcNow() > longest ? longest : next - clock.GetUtcNow();
        if (rest > TimeSpan.Zero)
        {
            using var end = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            await Task.WhenAny(Task.Delay(rest, clock, end.Token), _change.Task);
            await end.CancelAsync();
        }

        _change = new(TaskCreationOptions.RunContinuationsAsynchronously);
        cancel.ThrowIfCancellationRequested();
    }

    internal void Wake() => _change.TrySetResult();

    private Plan PlanAfter(int failures)
    {
        var every = options.Value.Every;
        var rest = failures == 0 ? every : FirstRest * Math.Pow(2, Math.Min(failures - 1, 16));
        return new(clock.GetUtcNow() + (rest < every ? rest : every), failures);
    }

    private sealed record Plan(DateTimeOffset Next, int Failures);
}
