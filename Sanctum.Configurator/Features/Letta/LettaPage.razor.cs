using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Platform.Letta;

namespace Sanctum.Configurator.Features.Letta;

/// <summary>The Letta server's state and its past; follows every check while it is open.</summary>
public sealed partial class LettaPage
{
    private readonly CancellationTokenSource _left = new();
    private LettaStatus _now = LettaStatus.Unknown;
    private IReadOnlyDictionary<string, LettaSeries> _series = new Dictionary<string, LettaSeries>();
    private DataTable<LettaCheckRow>? _table;
    private IDisposable? _subscription;
    private bool _failed;

    [SupplyParameterFromQuery(Name = "verdict")]
    public string? Verdict { get; set; }

    [Inject]
    public required LettaState State { get; init; }

    [Inject]
    public required LettaChecks Checks { get; init; }

    [Inject]
    public required NavigationManager Navigation { get; init; }

    [Inject]
    public required ILogger<LettaPage> Log { get; init; }

    public void Dispose()
    {
        _subscription?.Dispose();
        _left.Cancel();
        _left.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        _subscription = State.Subscribe(status => _ = InvokeAsync(FollowAsync));
        _now = State.Current;
        await ReadSeriesAsync();
    }

    private async Task FollowAsync()
    {
        var known = _now.CheckId;
        _now = State.Current;
        StateHasChanged();
        if (_now.CheckId != known)
        {
            await ReloadAsync();
        }
    }

    private async Task ReloadAsync()
    {
        await ReadSeriesAsync();
        StateHasChanged();
        if (_table is not null)
        {
            await _table.ReloadAsync();
        }
    }

    private async Task ReadSeriesAsync()
    {
        try
        {
            var series = new Dictionary<string, LettaSeries>();
            foreach (var range in LettaRange.All)
            {
                series[range.Name] = await Checks.SeriesAsync(range, _left.Token);
            }

            (_series, _failed) = (series, false);
        }
        catch (Exception) when (_left.IsCancellationRequested)
        {
            // The page was left.
        }
        catch (Exception e)
        {
            _failed = true;
            LogFailed(Log, e);
        }
    }

    private Task<PageOf<LettaCheckRow>> ListAsync(PageRequest page, CancellationToken cancel) =>
        Checks.ListAsync(new(Verdict), page, cancel);

    private void Choose(string? verdict) =>
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("verdict", verdict is { Length: > 0 } ? verdict : null));

    [LoggerMessage(LogLevel.Error, "The measurements of the Letta server could not be read")]
    private static partial void LogFailed(ILogger log, Exception exception);
}
