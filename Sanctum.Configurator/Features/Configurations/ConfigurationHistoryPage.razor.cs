using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Registry.Configurations;

namespace Sanctum.Configurator.Features.Configurations;

/// <summary>The changes of all configurations, of one holder's, or of one key, and the ways back.</summary>
public sealed partial class ConfigurationHistoryPage
{
    private DataTable<ConfigurationChangeRow> _table = null!;
    private ScopeHolder? _holder;
    private string? _name;

    [SupplyParameterFromQuery(Name = "key")]
    public string? Key { get; set; }

    private string Lead =>
        _holder is null
            ? "Who changed which value, with undo and roll back."
            : $"Of {EnumText<ConfigurationScope>.Of(_holder.Value.Scope)} {_name}.";

    private string BackUrl =>
        _holder is { Id: { } id } holder
            ? $"{Urls.Configurations}?{EnumText<ConfigurationScope>.Of(holder.Scope)}={id}"
            : Urls.Configurations;

    protected override object? LoadKey => NamedHolder;

    protected override void OnInitialized() => Watch(() => _table.ReloadAsync(), Tables.Configurations);

    protected override async Task ReadAsync(CancellationToken cancel)
    {
        _holder = NamedHolder;
        _name = _holder is { } holder ? await Reader.NameAsync(holder, cancel) ?? $"{holder.Id} (deleted)" : null;
    }

    private static IReadOnlyList<Change> Shown(ConfigurationChangeRow row) =>
        [
            .. row
                .Changes.Where(change => row.Act == "update" || change.Column is "value")
                .Select(change => new Change(change.Column, change.From, change.To)),
        ];

    private Task<PageOf<ConfigurationChangeRow>> ListAsync(PageRequest page, CancellationToken cancel) =>
        History.PageAsync(_holder, Key, page, cancel);

    private Task UndoAsync(ConfigurationChangeRow row) =>
        PlanAsync(
            $"Undo the change of {row.Key}?",
            "This is recorded as a new change, which you can undo.",
            "Undo",
            (isDryRun, cancel) => History.UndoAsync(row.Id, isDryRun, cancel)
        );

    private Task RollBackAsync(ConfigurationChangeRow row) =>
        PlanAsync(
            $"Roll {(_holder is null ? "everything" : _name)} back?",
            "To the state after this change. This is recorded as a new change, which you can undo.",
            "Roll back",
            (isDryRun, cancel) =>
                History.RollBackAsync(new(row.ChangedAt, _holder?.Scope, _holder?.Id, _holder is null ? null : Key), isDryRun, cancel)
        );

    private async Task PlanAsync(
        string title,
        string text,
        string verb,
        Func<bool, CancellationToken, Task<Outcome<ConfigurationPlan>>> act
    )
    {
        var done = await Dialogs.AskAsync<PlanDialog, string>(PlanDialog.For(title, text, verb, act));
        if (done is not null)
        {
            Notices.Say(done);
        }

        await _table.ReloadAsync();
    }
}
