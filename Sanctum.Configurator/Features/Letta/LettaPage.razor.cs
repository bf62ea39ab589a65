using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Letta.Monitor;
using Sanctum.Configurator.Features.Letta.Probe;

namespace Sanctum.Configurator.Features.Letta;

/// <summary>The Letta server's state and its past; follows every check while it is open.</summary>
public sealed partial class LettaPage
{
    private static readonly IReadOnlyList<Choice<string>> Verdicts =
    [
        new("", "All checks"),
        new(LettaCheckFilter.Failed, "All failed"),
        .. Enum.GetValues<LettaVerdict>().Select(verdict => new Choice<string>(verdict.Text(), VerdictLook.TitleOf(verdict))),
    ];

    private LettaStatus _now = LettaStatus.Unknown;
    private IReadOnlyDictionary<string, LettaSeries> _series = new Dictionary<string, LettaSeries>();
    private DataTable<LettaCheckRow>? _table;

    [SupplyParameterFromQuery(Name = "verdict")]
    public string? Verdict { get; set; }

    [Inject]
    public required LettaState State { get; init; }

    [Inject]
    public required LettaChecks Checks { get; init; }

    protected override void OnInitialized()
    {
        Hold(State.Subscribe(status => _ = InvokeAsync(FollowAsync)));
        _now = State.Current;
    }

    private async Task FollowAsync()
    {
        var known = _now.CheckId;
        _now = State.Current;
        StateHasChanged();
        if (_now.CheckId != known)
        {
            await ReloadAllAsync();
        }
    }

    private async Task ReloadAllAsync()
    {
        await ReloadAsync();
        await (_table?.ReloadAsync() ?? Task.CompletedTask);
    }

    protected override async Task ReadAsync(CancellationToken cancel)
    {
        var series = new Dictionary<string, LettaSeries>();
        foreach (var range in LettaRange.All)
        {
            series[range.Name] = await Checks.SeriesAsync(range, cancel);
        }

        _series = series;
    }

    private Task<PageOf<LettaCheckRow>> ListAsync(PageRequest page, CancellationToken cancel) =>
        Checks.ListAsync(new(Verdict), page, cancel);
}
