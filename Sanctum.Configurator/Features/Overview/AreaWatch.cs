namespace Sanctum.Configurator.Features.Overview;

/// <summary>Keeps one area of an open page as it is now: reads it when it changes, once a second at most.</summary>
internal sealed class AreaWatch : IDisposable
{
    public static readonly TimeSpan AtMost = TimeSpan.FromSeconds(1);

    private readonly Throttle _reading;
    private readonly IDisposable? _own;
    private readonly IDisposable _changes;

    /// <param name="shown">Called on any thread when the area was read.</param>
    public AreaWatch(IOverviewArea area, OverviewService overview, Signal<RegistryChange> changes, TimeProvider clock, Action shown)
    {
        Area = area;
        _reading = new(
            AtMost,
            clock,
            async cancel =>
            {
                State = await overview.ReadAsync(area, cancel);
                shown();
            }
        );
        _own = area.Subscribe(Ask);
        _changes = changes.Subscribe(change =>
        {
            if (area.Follows?.Any(change.Tables.Contains) != false)
            {
                Ask();
            }
        });
        Ask();
    }

    public IOverviewArea Area { get; }

    /// <summary>Null until it was read for the first time.</summary>
    public AreaState? State { get; private set; }

    public void Dispose()
    {
        _own?.Dispose();
        _changes.Dispose();
        _reading.Dispose();
    }

    /// <summary>Reads again, as soon as it may.</summary>
    public void Ask() => _reading.Ask();
}
