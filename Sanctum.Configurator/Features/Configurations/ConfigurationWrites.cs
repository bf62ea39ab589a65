using Sanctum.Configurator.Platform.Secrets;
using Sanctum.Configurator.Registry.Configurations;
using Sanctum.Configurator.Registry.Data.Settings;

namespace Sanctum.Configurator.Features.Configurations;

/// <summary>The one way in which configurations are written: all of a plan at once, or nothing of it.</summary>
public sealed partial class ConfigurationWrites(
    IDbContextFactory<RegistryDbContext> registries,
    LiveConfigurations live,
    SecretBox secrets,
    CurrentUser caller,
    TimeProvider clock,
    ILogger<ConfigurationWrites> log
)
{
    private const string MayNot = "You don't have permission to change configurations.";

    /// <summary>Takes the values of one holder away, into the history; saved with whatever else the unit of work holds.</summary>
    internal static async Task RemoveOfAsync(RegistryDbContext registry, string scope, int holder, CancellationToken cancel) =>
        registry.RemoveRange(await registry.Configurations.Where(c => c.Scope == scope && c.ScopeId == holder).ToListAsync(cancel));

    /// <param name="reason">Kept in the history; null for none.</param>
    /// <param name="left">What is named as left alone in the plan.</param>
    /// <returns>
    /// What was done; of a dry run, what would be. Refused with the key before the reason where there are several changes.
    /// </returns>
    public async Task<Outcome<ConfigurationPlan>> ApplyAsync(
        IReadOnlyList<ConfigurationChange> changes,
        bool isDryRun,
        string? reason,
        CancellationToken cancel,
        IReadOnlyList<string>? left = null
    )
    {
        if (!await caller.MayAsync(Policies.WriteRegistry))
        {
            return new Outcome<ConfigurationPlan>.Invalid("", MayNot);
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        registry.Reason = reason;
        await registry.BeginWritingAsync(cancel);
        var names = await HolderNames.ReadAsync(registry, changes.Select(change => change.Place.Holder), cancel);
        var rows = await RowsAsync(registry, changes, cancel);
        if (Refusal(changes, rows, names) is { } refused)
        {
            return refused;
        }

        var stale = changes.Any(change => change.Version is { } read && (rows.GetValueOrDefault(change.Place)?.Version ?? 0) != read);
        List<ConfigurationChange> real = [.. changes.Where(change => stale || Changes(change, rows.GetValueOrDefault(change.Place)))];
        var plan = new ConfigurationPlan(
            [.. real.Select(change => Planned(change, rows.GetValueOrDefault(change.Place), names))],
            await ReachAsync(registry, real, rows, cancel),
            left ?? []
        );
        if (stale || isDryRun)
        {
            return stale ? new Outcome<ConfigurationPlan>.Conflict(plan) : new Outcome<ConfigurationPlan>.Ok(plan);
        }

        await WriteAsync(registry, real, rows, cancel);
        await registry.CommitWritingAsync(cancel);
        await live.RefreshAsync(CancellationToken.None);
        LogWritten(real.Count);
        return new Outcome<ConfigurationPlan>.Ok(plan);
    }

    /// <summary>The row that counts at each place; of duplicates, which another program may have written, the last.</summary>
    private static async Task<Dictionary<ConfigurationPlace, Configuration>> RowsAsync(
        RegistryDbContext registry,
        IReadOnlyList<ConfigurationChange> changes,
        CancellationToken cancel
    )
    {
        var places = changes.Select(change => change.Place).ToHashSet();
        var found = new Dictionary<ConfigurationPlace, Configuration>();
        foreach (var keys in places.Select(place => place.Key).Distinct().Chunk(500))
        {
            foreach (var row in await registry.Configurations.Where(c => keys.Contains(c.Key)).OrderBy(c => c.Id).ToListAsync(cancel))
            {
                if (ConfigurationValue.Find(row)?.Place is { } place && places.Contains(place))
                {
                    found[place] = row;
                }
            }
        }

        return found;
    }

    private static Outcome<ConfigurationPlan>.Invalid? Refusal(
        IReadOnlyList<ConfigurationChange> changes,
        Dictionary<ConfigurationPlace, Configuration> rows,
        HolderNames names
    )
    {
        foreach (var change in changes.Where(change => change.To is not null))
        {
            var (field, problem) = Problem(change.Place.Holder, change.To!, rows.GetValueOrDefault(change.Place), names);
            if (problem is not null)
            {
                return new(field, changes.Count == 1 ? problem : $"{change.Place.Key}: {problem}");
            }
        }

        return changes.GroupBy(change => change.Place).FirstOrDefault(same => same.Count() > 1) is { } twice
            ? new("Key", $"{twice.Key.Key} appears twice.")
            : null;
    }

    private static (string Field, string? Problem) Problem(ScopeHolder holder, WantedValue to, Configuration? row, HolderNames names)
    {
        var scope = EnumText<ConfigurationScope>.Of(holder.Scope);
        return (holder, to) switch
        {
            ({ Scope: not ConfigurationScope.System, Id: null }, _) => (nameof(ConfigurationForm.ScopeId), $"Choose the {scope}."),
            ({ Id: not null }, _) when names.Find(holder) is null => (nameof(ConfigurationForm.ScopeId), $"Unknown {scope} {holder.Id}."),
            (_, { IsSecret: true, Value: null or "" }) when row is { IsEncrypted: true, Value.Length: > 0 } => ("", null),
            (_, { IsSecret: true, Value: null or "" }) => (
                nameof(ConfigurationForm.Value),
                "Enter the secret's value. To remove the secret, reset it."
            ),
            (_, { IsSecret: false, Value: null }) when row is { IsEncrypted: true } => (
                nameof(ConfigurationForm.Value),
                "Enter the value again. A stored secret can't be made readable."
            ),
            (_, { IsSecret: true, Value: { } secret }) when Sendable.FaultOfSecret(secret) is { } fault => (
                nameof(ConfigurationForm.Value),
                fault
            ),
            _ => (nameof(ConfigurationForm.Value), ConfigurationRules.Problem(to.Type, to.Value ?? "")),
        };
    }

    private static bool Changes(ConfigurationChange change, Configuration? row) =>
        (change.To, row) switch
        {
            (null, null) => false,
            (null, _) or (_, null) => true,
            var (to, now) => to.Type != now.Type
                || to.IsSecret != now.IsEncrypted
                || to.Description != now.Description
                || (to.IsSecret ? to.Value is { Length: > 0 } : !ConfigurationRules.IsSame(to.Type, to.Value ?? "", now.Value ?? "")),
        };

    private static PlannedChange Planned(ConfigurationChange change, Configuration? row, HolderNames names)
    {
        var from = row is null ? null : ConfigurationReader.Shown(ConfigurationValue.Find(row));
        var to = change.To switch
        {
            null => null,
            { IsSecret: true, Value.Length: > 0 } when from is not null => "changed",
            { IsSecret: true } => "set",
            var wanted => wanted.Value ?? "",
        };
        return new(
            row is null ? "set"
                : change.To is null ? "reset"
                : "change",
            change.Place.Key,
            change.Place.Holder.Scope,
            change.Place.Holder.Id,
            names.Of(change.Place.Holder),
            from,
            to
        );
    }

    private async Task<BlastRadius> ReachAsync(
        RegistryDbContext registry,
        IReadOnlyList<ConfigurationChange> changes,
        Dictionary<ConfigurationPlace, Configuration> rows,
        CancellationToken cancel
    )
    {
        var now = await live.ReadAsync(cancel);
        var then = now.With(
            changes.ToDictionary(
                change => change.Place,
                change =>
                    change.To is not { } to
                        ? null
                        : new ConfigurationValue(
                            rows.GetValueOrDefault(change.Place)?.Id ?? 0,
                            change.Place.Key,
                            change.Place.Holder,
                            to.IsSecret ? null : to.Value ?? "",
                            to.Type,
                            to.IsSecret,
                            true,
                            to.Description,
                            (rows.GetValueOrDefault(change.Place)?.Version ?? 0) + (to is { IsSecret: true, Value: null or "" } ? 0 : 1)
                        )
            )
        );
        return await BlastRadiusReader.ReadAsync(registry, now, then, [.. changes.Select(change => change.Place)], cancel);
    }

    private async Task WriteAsync(
        RegistryDbContext registry,
        IReadOnlyList<ConfigurationChange> changes,
        Dictionary<ConfigurationPlace, Configuration> rows,
        CancellationToken cancel
    )
    {
        var sealing = new List<(Configuration Row, string Secret)>();
        foreach (var (place, to, _) in changes)
        {
            if (to is null)
            {
                // With its duplicates, if another program wrote any: the inherited value is to count.
                var (scope, id) = (rows[place].Scope, rows[place].ScopeId);
                registry.RemoveRange(
                    await registry.Configurations.Where(c => c.Key == place.Key && c.Scope == scope && c.ScopeId == id).ToListAsync(cancel)
                );
                continue;
            }

            var now = clock.GetUtcNow();
            var row =
                rows.GetValueOrDefault(place)
                ?? registry
                    .Add(
                        new Configuration
                        {
                            Key = place.Key,
                            Scope = EnumText<ConfigurationScope>.Of(place.Holder.Scope),
                            ScopeId = place.Holder.Id,
                            CreatedAt = now,
                            UpdatedAt = now,
                        }
                    )
                    .Entity;
            (row.Type, row.Description) = (to.Type, to.Description);
            if (!to.IsSecret)
            {
                row.Value = to.Value ?? "";
            }
            else if (to.Value is { Length: > 0 } secret)
            {
                // Sealed as soon as the row has its id, to which it is bound.
                row.Value = null;
                sealing.Add((row, secret));
            }

            row.IsEncrypted = to.IsSecret;
        }

        await registry.SaveChangesAsync(cancel);
        foreach (var (row, secret) in sealing)
        {
            row.Value = secrets.Seal(secret, SecretAdoption.PlaceOf(row));
        }

        await registry.SaveChangesAsync(cancel);
    }

    [LoggerMessage(LogLevel.Information, "{Changes} configurations were written")]
    private partial void LogWritten(int changes);
}
