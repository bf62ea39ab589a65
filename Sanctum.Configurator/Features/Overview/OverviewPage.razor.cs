using Microsoft.AspNetCore.Components;

namespace Sanctum.Configurator.Features.Overview;

/// <summary>What needs attention first, then a tile for each area; on a new installation the first steps. Live.</summary>
public sealed partial class OverviewPage : IDisposable
{
    /// <summary>Time passes, whether or not something changes.</summary>
    private static readonly TimeSpan Often = TimeSpan.FromMinutes(1);

    private IReadOnlyList<AreaWatch> _watches = [];
    private OverviewContent _content = new([]);
    private ITimer? _timer;
    private bool _isLeft;
    private int _isDrawing;

    [Inject]
    public required OverviewService Overview { get; init; }

    [Inject]
    public required Signal<RegistryChange> Changes { get; init; }

    [Inject]
    public required TimeProvider Clock { get; init; }

    /// <summary>Each area was read once, or has failed.</summary>
    private bool IsRead => _watches.Count > 0 && _watches.All(watch => watch.State is not null);

    public void Dispose()
    {
        _isLeft = true;
        _timer?.Dispose();
        foreach (var watch in _watches)
        {
            watch.Dispose();
        }
    }

    protected override async Task OnInitializedAsync()
    {
        var areas = await Overview.AreasAsync();
        if (_isLeft)
        {
            return;
        }

        _watches = [.. areas.Select(area => new AreaWatch(area, Overview, Changes, Clock, Draw))];
        _timer = Clock.CreateTimer(_ => AskAll(), null, Often, Often);
    }

    private static bool HasTile(AreaWatch watch) => watch.State?.ShowsTile ?? watch.Area.HasTile;

    private void AskAll()
    {
        foreach (var watch in _watches)
        {
            watch.Ask();
        }
    }

    private void Ask(IOverviewArea area) => _watches.First(watch => watch.Area == area).Ask();

    /// <summary>Of areas that are read at the same time, one drawing shows all.</summary>
    private void Draw()
    {
        if (Interlocked.Exchange(ref _isDrawing, 1) == 0)
        {
            _ = InvokeAsync(Show);
        }
    }

    private void Show()
    {
        Interlocked.Exchange(ref _isDrawing, 0);
        if (!_isLeft)
        {
            _content = new([.. _watches.Select(watch => watch.State).OfType<AreaState>()]);
            StateHasChanged();
        }
    }
}
