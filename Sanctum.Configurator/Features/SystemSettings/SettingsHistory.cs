using Sanctum.Configurator.Registry.Data.History;
using Sanctum.Configurator.Registry.History;
using Sanctum.Configurator.Registry.Settings;

namespace Sanctum.Configurator.Features.SystemSettings;

/// <summary>One recorded change of the settings.</summary>
public sealed record SettingsChangeRow(
    long Id,
    DateTimeOffset ChangedAt,
    string Actor,
    string Place,
    string Act,
    string? Reason,
    IReadOnlyList<ColumnChange> Changes
);

/// <summary>The past of an environment's settings, and the ways back into it. A way back is always a new change.</summary>
public sealed class SettingsHistory(IDbContextFactory<RegistryDbContext> registries, SettingsService settings)
{
    /// <summary>The changes of an environment's settings, newest first; of one column where it is named.</summary>
    public async Task<PageOf<SettingsChangeRow>> ListAsync(
        DeploymentEnvironment? environment,
        string? column,
        PageRequest page,
        CancellationToken cancel
    )
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var rows = await RecordsAsync(registry, environment, cancel);
        if (column is not null)
        {
            // Columns stand in the record's JSON as "name":, on both sides or on one.
            var mark = $"\"{column}\":";
            rows = rows.Where(r => (r.Before != null && r.Before.Contains(mark)) || (r.After != null && r.After.Contains(mark)));
        }

        var total = await rows.CountAsync(cancel);
        var records = await rows.OrderByDescending(r => r.Id).Skip(page.Skip).Take(page.Take).ToListAsync(cancel);
        return new([.. records.Select(r => RowOf(r, column))], total);
    }

    /// <summary>What differs between the settings after one change and after another; null for now.</summary>
    public async Task<IReadOnlyList<ColumnChange>> CompareAsync(
        DeploymentEnvironment? environment,
        long? from,
        long? to,
        CancellationToken cancel
    )
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var (left, right) = (await StateAsync(registry, environment, from, cancel), await StateAsync(registry, environment, to, cancel));
        return
        [
            .. left
                .Keys.Union(right.Keys)
                .Order(StringComparer.Ordinal)
                .Select(c => new ColumnChange(c, left.GetValueOrDefault(c), right.GetValueOrDefault(c)))
                .Where(c => c.From != c.To && Setting.Find(c.Column) is { IsSecret: false }),
        ];
    }

    /// <summary>
    /// Sets the settings, or the named columns, back to what they were after a change. Secrets stay: their past is not kept.
    /// </summary>
    public async Task<Outcome<SettingsView>> RestoreAsync(
        DeploymentEnvironment? environment,
        long change,
        IReadOnlyList<string>? columns,
        CancellationToken cancel
    )
    {
        var differences = await CompareAsync(environment, null, change, cancel);
        return await WriteBackAsync(
            environment,
            differences.Where(d => columns?.Contains(d.Column) != false),
            $"restored from change {change}",
            cancel
        );
    }

    /// <summary>Takes one change back: its columns get the values they had before it.</summary>
    public async Task<Outcome<SettingsView>> UndoAsync(DeploymentEnvironment? environment, long change, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var found = await SettingsService.FindAsync(registry, environment, cancel);
        return
            await Reversal.FindAsync(registry, change, cancel) is { Record: { Act: "update" } record } reversal
            && (record.TableName, record.RowId) == (found.Table, $"{found.RowId}")
            ? await WriteBackAsync(
                environment,
                reversal.Difference.Select(column => new ColumnChange(column.Column, column.To, column.From)),
                reversal.Reason,
                cancel
            )
            : new Outcome<SettingsView>.NotFound();
    }

    /// <summary>The newest change of an environment's settings, to be undone right after saving.</summary>
    public async Task<long?> LastAsync(DeploymentEnvironment? environment, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return await (await RecordsAsync(registry, environment, cancel)).MaxAsync(r => (long?)r.Id, cancel);
    }

    private async Task<Outcome<SettingsView>> WriteBackAsync(
        DeploymentEnvironment? environment,
        IEnumerable<ColumnChange> values,
        string reason,
        CancellationToken cancel
    )
    {
        var now = await settings.ReadAsync(environment, cancel);
        var changes = values
            .Where(v => Setting.Find(v.Column) is { IsSecret: false } && !now[v.Column].IsPinned)
            .Select(v => new SettingChange(v.Column, v.To))
            .ToList();
        return changes.Count == 0
            ? new Outcome<SettingsView>.Invalid(
                "",
                "Nothing to restore: the values are unchanged, or they are secrets, whose former values are not kept."
            )
            : await settings.SaveAsync(new(changes, environment, Reason: reason), cancel);
    }

    private static async Task<IQueryable<ChangeRecord>> RecordsAsync(
        RegistryDbContext registry,
        DeploymentEnvironment? environment,
        CancellationToken cancel
    )
    {
        var found = await SettingsService.FindAsync(registry, environment, cancel);
        var (table, row) = (found.Table, $"{found.RowId}");
        return registry.Changes.AsNoTracking().Where(r => r.TableName == table && r.RowId == row);
    }

    /// <summary>The columns after a change: those of now, walked back over everything that came later.</summary>
    private static async Task<Dictionary<string, string?>> StateAsync(
        RegistryDbContext registry,
        DeploymentEnvironment? environment,
        long? change,
        CancellationToken cancel
    )
    {
        var found = await SettingsService.FindAsync(registry, environment, cancel);
        var state = Setting.All.Where(s => !s.IsSecret).ToDictionary(s => s.Column, s => s.Read(found.Values));
        if (change is { } point)
        {
            var later = await (await RecordsAsync(registry, environment, cancel))
                .Where(r => r.Id > point && r.Act == "update")
                .OrderByDescending(r => r.Id)
                .ToListAsync(cancel);
            foreach (
                var difference in later.SelectMany(r => RowDifference.Between(r.Before, r.After)).Where(d => state.ContainsKey(d.Column))
            )
            {
                state[difference.Column] = difference.From;
            }
        }

        return state;
    }

    private static SettingsChangeRow RowOf(ChangeRecord record, string? column) =>
        new(
            record.Id,
            record.ChangedAt,
            record.Actor,
            record.Place,
            record.Act,
            record.Reason,
            [.. RowDifference.Between(record.Before, record.After).Where(c => column is null || c.Column == column)]
        );
}
