using Sanctum.Configurator.Platform.Requests;
using Sanctum.Configurator.Registry.Configurations;
using Sanctum.Configurator.Registry.Data.History;
using Sanctum.Configurator.Registry.History;

namespace Sanctum.Configurator.Features.Configurations;

/// <summary>What is to be set back: everything, one holder's configurations, or one key at one holder.</summary>
/// <param name="At">As it was after every change of this moment and before.</param>
/// <param name="Scope">Null for everything.</param>
/// <param name="Key">Null for all keys of the holder, or of everybody.</param>
public sealed record RollbackForm(
    DateTimeOffset At,
    ConfigurationScope? Scope = null,
    int? ScopeId = null,
    [property: TextLimit(Lengths.Name)] string? Key = null
);

/// <summary>One recorded change of a configuration.</summary>
/// <param name="Key">As it was called after the change; of a deleted one, before it.</param>
/// <param name="CanUndo">Nothing of it is a secret, whose past is not kept.</param>
public sealed record ConfigurationChangeRow(
    long Id,
    DateTimeOffset ChangedAt,
    string Actor,
    string Place,
    string Act,
    string? Reason,
    string Key,
    string Holder,
    bool CanUndo,
    IReadOnlyList<ColumnChange> Changes
);

/// <summary>The past of the configurations and the ways back to it. Every way back is a new change.</summary>
public sealed class ConfigurationHistory(IDbContextFactory<RegistryDbContext> registries, ConfigurationWrites writes)
{
    private const string Table = "configurations";
    private const string List = "changes of configurations";

    /// <summary>Newest first.</summary>
    /// <param name="key">Null for all keys.</param>
    public async Task<PageOf<ConfigurationChangeRow>> PageAsync(
        ScopeHolder? holder,
        string? key,
        PageRequest page,
        CancellationToken cancel
    )
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var rows = await RowIdsAsync(registry, holder, key, cancel);
        var changes = registry.Changes.AsNoTracking().Where(r => r.TableName == Table);
        if (rows is not null)
        {
            // As one parameter: there may be more rows than a statement can have parameters.
            changes = changes.Where(r => EF.Parameter(rows).Contains(r.RowId));
        }

        var total = await changes.CountAsync(cancel);
        if (page.Cursor is { Length: > 0 } cursor)
        {
            var last = Cursor.Read(cursor, List).Id;
            changes = changes.Where(r => r.Id < last);
        }

        // One more than is shown tells whether there is a next page.
        var some = await changes.OrderByDescending(r => r.Id).Skip(page.Skip).Take(page.Take + 1).ToListAsync(cancel);
        List<ChangeRecord> records = [.. some.Take(page.Take)];
        var next = records.Count > 0 && records.Count < some.Count ? Cursor.Write(List, 0, records[^1].Id) : null;
        var identities = await IdentitiesAsync(registry, [.. records.Select(record => record.RowId).Distinct()], cancel);
        var names = await HolderNames.ReadAsync(registry, identities.Values.Select(row => row.Place.Holder), cancel);
        return new([.. records.Select(record => RowOf(record, identities.GetValueOrDefault(record.RowId), names))], total, next);
    }

    /// <summary>Sets back to how it was at a moment.</summary>
    public async Task<Outcome<ConfigurationPlan>> RollBackAsync(RollbackForm form, bool isDryRun, CancellationToken cancel)
    {
        if (form is { Key: not null, Scope: null } or { Scope: not null and not ConfigurationScope.System, ScopeId: null })
        {
            return new Outcome<ConfigurationPlan>.Invalid(nameof(form.Scope), "Give a scope and, except for the system, an id.");
        }

        ConfigurationSnapshot past,
            now;
        await using (var registry = await registries.CreateDbContextAsync(cancel))
        {
            past = await PastConfigurations.ReadAsync(registry, form.At, cancel);
            now = await PastConfigurations.ReadAsync(registry, before: long.MaxValue, cancel);
        }

        bool IsMeant(ConfigurationPlace place) =>
            (
                form.Scope is not { } scope
                || place.Holder == new ScopeHolder(scope, scope == ConfigurationScope.System ? null : form.ScopeId)
            ) && (form.Key is null || place.Key == form.Key);
        var places = past
            .All.Concat(now.All)
            .Select(value => value.Place)
            .Where(IsMeant)
            .Distinct()
            .OrderBy(place => place.Key, StringComparer.Ordinal)
            .ToList();
        var (changes, left) = Between(past, now, places);
        return await writes.ApplyAsync(
            changes,
            isDryRun,
            string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"rolled back to {form.At.ToUniversalTime():yyyy-MM-dd HH:mm:ss.fff} UTC"
            ),
            cancel,
            left
        );
    }

    /// <summary>Takes one change back, if nothing has changed the same since.</summary>
    public async Task<Outcome<ConfigurationPlan>> UndoAsync(long change, bool isDryRun, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        if (await Reversal.FindAsync(registry, change, cancel) is not { IsOfRow: true, Record: { TableName: Table } record } reversal)
        {
            return new Outcome<ConfigurationPlan>.NotFound();
        }

        if (await reversal.Later.AnyAsync(cancel))
        {
            return new Outcome<ConfigurationPlan>.Invalid(
                "",
                "The value was changed again later. Undo the newer changes first, or roll the key back to the time before."
            );
        }

        var (place, isSecret) = (await IdentitiesAsync(registry, [record.RowId], cancel)).GetValueOrDefault(record.RowId);
        if (isSecret || WasSecret(record))
        {
            return new Outcome<ConfigurationPlan>.Invalid("", $"This is a secret. {Reversal.SecretsAreNotKept}");
        }

        var before = await BeforeAsync(registry, record, cancel);
        if (record.Act == "delete" && (await PastConfigurations.ReadAsync(registry, before: long.MaxValue, cancel)).Find(place) is not null)
        {
            return new Outcome<ConfigurationPlan>.Invalid("", $"{place.Key} was set again later. Roll the key back to the time before.");
        }

        return before is { } was && was.Place != place
            ? new Outcome<ConfigurationPlan>.Invalid("", "The change moved the value to another key or holder. Set both by hand.")
            : await writes.ApplyAsync([new(place, before is null ? null : WantedOf(before))], isDryRun, reversal.Reason, cancel);
    }

    private static (List<ConfigurationChange> Changes, List<string> Left) Between(
        ConfigurationSnapshot past,
        ConfigurationSnapshot now,
        IReadOnlyList<ConfigurationPlace> places
    )
    {
        var (changes, left) = (new List<ConfigurationChange>(), new List<string>());
        foreach (var place in places)
        {
            var (was, isNow) = (past.Find(place), now.Find(place));
            if (was is { IsSecret: true } || isNow is { IsSecret: true })
            {
                if (was is null || isNow is null || !was.IsSame(isNow))
                {
                    left.Add($"{place.Key} is not changed, because former values of secrets are not kept.");
                }
            }
            else if (was is null || isNow is null || !was.IsSame(isNow) || was.Description != isNow.Description)
            {
                changes.Add(new(place, was is null ? null : WantedOf(was)));
            }
        }

        return (changes, left);
    }

    private static WantedValue WantedOf(ConfigurationValue value) => new(value.Value ?? "", value.Type, false, value.Description);

    /// <summary>The row as it was just before its newest change; null where it was not there.</summary>
    private static async Task<ConfigurationValue?> BeforeAsync(RegistryDbContext registry, ChangeRecord record, CancellationToken cancel) =>
        record.Act == "insert"
            ? null
            : (await PastConfigurations.ReadAsync(registry, before: record.Id, cancel)).All.FirstOrDefault(value =>
                $"{value.RowId}" == record.RowId
            );

    private static bool WasSecret(ChangeRecord record) =>
        RowDifference
            .Between(null, record.Before)
            .Concat(RowDifference.Between(null, record.After))
            .Any(column => column is { Column: "is_encrypted", To: "true" or "1" });

    /// <summary>The ids of the rows that are, or were, at a place; null for all.</summary>
    private static async Task<List<string>?> RowIdsAsync(
        RegistryDbContext registry,
        ScopeHolder? holder,
        string? key,
        CancellationToken cancel
    )
    {
        if (holder is null && key is null)
        {
            return null;
        }

        var ids = await registry.Changes.Where(r => r.TableName == Table).Select(r => r.RowId).Distinct().ToListAsync(cancel);
        return
        [
            .. (await IdentitiesAsync(registry, ids, cancel))
                .Where(row => (holder is null || row.Value.Place.Holder == holder) && (key is null || row.Value.Place.Key == key))
                .Select(row => row.Key),
        ];
    }

    /// <summary>Where each row is, or was last, and whether it is a secret.</summary>
    private static async Task<Dictionary<string, (ConfigurationPlace Place, bool IsSecret)>> IdentitiesAsync(
        RegistryDbContext registry,
        IReadOnlyList<string> rows,
        CancellationToken cancel
    )
    {
        var found = (await registry.Configurations.AsNoTracking().ToListAsync(cancel))
            .Select(ConfigurationValue.Find)
            .OfType<ConfigurationValue>()
            .ToDictionary(value => $"{value.RowId}", value => (value.Place, value.IsSecret));
        var gone = rows.Where(row => !found.ContainsKey(row)).ToList();
        foreach (
            var record in await registry
                .Changes.AsNoTracking()
                .Where(r => r.TableName == Table && r.Act == "delete" && gone.Contains(r.RowId))
                .OrderBy(r => r.Id)
                .ToListAsync(cancel)
        )
        {
            var columns = RowDifference.Between(null, record.Before).ToDictionary(column => column.Column, column => column.To);
            if (
                ScopeHolder.Find(
                    columns.GetValueOrDefault("scope") ?? "system",
                    int.TryParse(columns.GetValueOrDefault("scope_id"), out var id) ? id : null
                ) is
                { } holder
            )
            {
                found[record.RowId] = (new(columns.GetValueOrDefault("key") ?? "", holder), WasSecret(record));
            }
        }

        return found;
    }

    private static ConfigurationChangeRow RowOf(ChangeRecord record, (ConfigurationPlace Place, bool IsSecret) row, HolderNames names) =>
        new(
            record.Id,
            record.ChangedAt,
            record.Actor,
            record.Place,
            record.Act,
            record.Reason,
            row.Place.Key ?? "",
            names.Of(row.Place.Holder),
            record.Act is "insert" or "update" or "delete" && !row.IsSecret && !WasSecret(record),
            RowDifference.Between(record.Before, record.After)
        );
}
