using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;

namespace Sanctum.Configurator.Features.Logs.Alerts;

/// <summary>The alerts of the logs, how they are, and what is done with them.</summary>
public sealed partial class AlertsPage
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(5);

    /// <summary>
    /// A check that finds what it found is not worth a new list, which a screen reader would tell of, more often than this.
    /// </summary>
    private static readonly TimeSpan BetweenTimes = TimeSpan.FromSeconds(30);

    private DataTable<AlertRow>? _table;
    private PageRequest? _shown;
    private IReadOnlyList<AlertRow> _rows = [];
    private string? _problem;
    private int? _testing;

    /// <summary>The search of an alert to be added.</summary>
    [SupplyParameterFromQuery(Name = "new")]
    public string? New { get; set; }

    [Inject]
    public required AlertService Alerts { get; init; }

    [Inject]
    public required CurrentUser Caller { get; init; }

    [Inject]
    public required TimeProvider Clock { get; init; }

    protected override void OnInitialized() =>
        Hold(Clock.CreateTimer(_ => _ = InvokeAsync(() => TryAsync(LookAsync)), null, BetweenLooks, BetweenLooks));

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender && New is { } query)
        {
            // Once: going back here must not ask again.
            Navigation.Show("new", null, replace: true);
            if (await Caller.MayAsync(Policies.ManageLogs))
            {
                await AddAsync(query);
            }
        }
    }

    private async Task<PageOf<AlertRow>> ListAsync(PageRequest page, CancellationToken cancel)
    {
        var some = await Alerts.ListAsync(page, cancel);
        (_shown, _rows) = (page, some.Items);
        return some;
    }

    /// <summary>How alerts are is no change of the registry, so nobody tells of it.</summary>
    private async Task LookAsync(CancellationToken cancel)
    {
        if (_shown is { } page && _table is { } table && IsNew((await Alerts.ListAsync(page, cancel)).Items))
        {
            await table.ReloadAsync();
        }
    }

    private bool IsNew(IReadOnlyList<AlertRow> now) =>
        now.Count != _rows.Count
        || now.Zip(_rows)
            .Any(pair =>
                pair.First with { LastCheckedAt = pair.Second.LastCheckedAt } != pair.Second
                || pair.First.LastCheckedAt - (pair.Second.LastCheckedAt ?? DateTimeOffset.MinValue) > BetweenTimes
            );

    private Task AddAsync(string? query) => ShowAsync(new() { Query = query });

    private Task EditAsync(AlertRow alert) => ShowAsync(alert.ToForm());

    private async Task ShowAsync(AlertForm form)
    {
        _problem = null;
        if (await Dialogs.AskAsync<AlertDialog, string>(new Dictionary<string, object?> { [nameof(AlertDialog.Form)] = form }) is { } said)
        {
            Notices.Say(said, Tone.Good);
        }

        await (_table?.ReloadAsync() ?? Task.CompletedTask);
    }

    private async Task TestAsync(AlertRow alert)
    {
        _testing = alert.Id;
        try
        {
            await SayAsync(
                await Alerts.TestAsync(alert.Id, CancellationToken.None),
                alert,
                "The test notification was sent to the bell and the matching channels."
            );
        }
        finally
        {
            _testing = null;
        }
    }

    private async Task SwitchAsync(AlertRow alert)
    {
        var form = alert.ToForm();
        form.IsEnabled = !alert.IsEnabled;
        await SayAsync(await Alerts.SaveAsync(form, CancellationToken.None), alert, $"{alert.Name} is {(form.IsEnabled ? "on" : "off")}.");
    }

    private async Task DeleteAsync(AlertRow alert)
    {
        if (
            await Confirm.AskAsync(
                $"Delete {alert.Name}?",
                alert.IsRaised ? "Its notification is resolved. The log lines are kept." : "The log lines are kept.",
                "Delete alert"
            )
        )
        {
            await SayAsync(await Alerts.DeleteAsync(alert.Id, alert.Version, CancellationToken.None), alert, $"{alert.Name} was deleted.");
        }
    }

    private async Task SayAsync(Outcome<AlertRow> outcome, AlertRow alert, string done)
    {
        _problem = outcome.ProblemWith(alert.Name);
        if (_problem is null)
        {
            Notices.Say(done, Tone.Good);
        }

        await (_table?.ReloadAsync() ?? Task.CompletedTask);
    }
}
