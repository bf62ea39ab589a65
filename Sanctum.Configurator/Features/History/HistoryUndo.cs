using System.Globalization;
using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata;
using Sanctum.Configurator.Features.Tools.Running;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Data;
using Sanctum.Configurator.Registry.History;
using Sanctum.Configurator.Registry.Model;

namespace Sanctum.Configurator.Features.History;

/// <summary>What taking a change back does, or did.</summary>
/// <param name="Act">"update", "delete" where a row that was added goes, or "insert" where a deleted one comes back.</param>
/// <param name="Changes">Columns as they are now and as they will be.</param>
public sealed record UndoPlan(long Change, string Act, string TableName, string RowId, IReadOnlyList<ColumnChange> Changes);

/// <summary>
/// Takes single changes back, as new changes. It works on the columns and knows no more of a table than the database does; so it refuses
/// whatever was changed again, is used by other rows, or was kept without its value.
/// </summary>
public sealed partial class HistoryUndo(
    IDbContextFactory<RegistryDbContext> registries,
    JobRights rights,
    CurrentUser caller,
    TimeProvider clock,
    ILogger<HistoryUndo> log
)
{
    private static readonly string[] Tables =
    [
        "agents",
        "tools",
        "tool_instances",
        "plugins",
        "plugin_links",
        "plugin_config",
        "scheduled_jobs",
        "templates",
    ];

    private static readonly Dictionary<string, string> ScopeOf = new()
    {
        ["agents"] = "agent",
        ["tools"] = "tool",
        ["tool_instances"] = "instance",
    };

    private static readonly MethodInfo Refer = typeof(HistoryUndo).GetMethod(
        nameof(RefersAsync),
        BindingFlags.NonPublic | BindingFlags.Static
    )!;

    /// <summary>Whether it is worth trying.</summary>
    public static bool MayTry(ChangeRow change) => Tables.Contains(change.TableName) && (change.Act is "insert" or "update" or "delete");

    /// <summary>The page that takes back changes of such rows by its own rules; null where there is none.</summary>
    public static string? PageOf(string table) =>
        table switch
        {
            "configurations" => Urls.ConfigurationHistory,
            "system_config" or "system_config_profiles" => Urls.SettingsHistory,
            _ => null,
        };

    /// <param name="isDryRun">Does it and takes it back at once, so that what the database refuses is told before.</param>
    public async Task<Outcome<UndoPlan>> UndoAsync(long change, bool isDryRun, CancellationToken cancel)
    {
        if (!await caller.MayAsync(Policies.WriteRegistry))
        {
            return new Outcome<UndoPlan>.Invalid("", "You don't have permission to undo changes.");
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        await registry.BeginWritingAsync(cancel);
        if (await registry.Changes.AsNoTracking().SingleOrDefaultAsync(r => r.Id == change, cancel) is not { } record)
        {
            return new Outcome<UndoPlan>.NotFound();
        }

        var (plan, why) = WhyNever(record) is { } never ? ((UndoPlan?)null, never) : await StageAsync(new(registry, record, cancel));
        why ??= await rights.WhyNotAsync(registry, cancel) ?? SecretMoves.Find(registry);
        if ((why ?? await SaveAsync(registry, change, cancel)) is { } reason)
        {
            return new Outcome<UndoPlan>.Invalid("", reason);
        }

        if (!isDryRun)
        {
            await registry.EndWritingAsync(cancel);
            await registry.FollowIdsAsync(cancel);
            await registry.Database.CommitTransactionAsync(cancel);
            LogUndone(change);
        }

        return new Outcome<UndoPlan>.Ok(plan!);
    }

    private static string? WhyNever(ChangeRecord record) =>
        record switch
        {
            { Act: not ("insert" or "update" or "delete") } => $"{record.Act} changed nothing, so there is nothing to undo.",
            { TableName: var table } when PageOf(table) is { } page => $"Undo this change on the page {page}.",
            { TableName: var table } when !Tables.Contains(table) => $"Changes of {table} can't be undone from the history.",
            _ => null,
        };

    private Task<(UndoPlan? Plan, string? Why)> StageAsync(Undoing undoing) =>
        undoing.Record.Act switch
        {
            "insert" => StageDeleteAsync(undoing),
            "delete" => StageInsertAsync(undoing),
            _ => StageUpdateAsync(undoing),
        };

    private static async Task<(UndoPlan? Plan, string? Why)> StageUpdateAsync(Undoing undoing)
    {
        if (await undoing.RowAsync() is not { } row)
        {
            return (null, $"{undoing.Name} no longer exists. Undo its deletion first.");
        }

        if (await WhyChangedAsync(undoing, row) is { } changed)
        {
            return (null, changed);
        }

        foreach (var (property, column) in undoing.Columns())
        {
            row.Property(property.Name).CurrentValue = StoredValues.ValueOf(property, column.From);
        }

        return (undoing.PlanOf("update", [.. undoing.Difference.Select(c => new ColumnChange(c.Column, c.To, c.From))]), null);
    }

    private static async Task<(UndoPlan? Plan, string? Why)> StageDeleteAsync(Undoing undoing)
    {
        if (await undoing.RowAsync() is not { } row)
        {
            return (null, $"{undoing.Name} no longer exists.");
        }

        if (await WhyChangedAsync(undoing, row) is { } changed)
        {
            return (null, changed);
        }

        foreach (var key in undoing.Table.GetReferencingForeignKeys())
        {
            var refers =
                (Task<bool>)
                    Refer
                        .MakeGenericMethod(key.DeclaringEntityType.ClrType)
                        .Invoke(null, [undoing.Registry, key.Properties[0], undoing.RowId, undoing.Cancel])!;
            if (await refers)
            {
                return (
                    null,
                    $"{undoing.Name} has rows in {key.DeclaringEntityType.GetTableName()}. Undo those changes first, or delete it on its own page."
                );
            }
        }

        if (
            ScopeOf.GetValueOrDefault(undoing.Record.TableName) is { } scope
            && await undoing
                .Registry.Configurations.Where(c => c.Scope == scope && c.ScopeId == undoing.RowId)
                .OrderBy(c => c.Key)
                .Select(c => c.Key)
                .FirstOrDefaultAsync(undoing.Cancel)
                is { } held
        )
        {
            return (null, $"{undoing.Name} has configurations, such as {held}. Delete it on its own page, or reset those first.");
        }

        undoing.Registry.Remove(row.Entity);
        return (undoing.PlanOf("delete", [.. undoing.Difference.Select(c => new ColumnChange(c.Column, c.To, null))]), null);
    }

    private async Task<(UndoPlan? Plan, string? Why)> StageInsertAsync(Undoing undoing)
    {
        if (await undoing.RowAsync() is not null)
        {
            return (null, $"{undoing.Name} already exists again.");
        }

        if (
            undoing.Columns().FirstOrDefault(pair => pair.Property.IsSecret() || pair.Property.SecretFlag() is not null) is
            { Property: { } secret }
        )
        {
            return (null, $"{secret.GetColumnName()} is a secret. Former values of secrets are not kept.");
        }

        var row = undoing.Registry.Entry(Activator.CreateInstance(undoing.Table.ClrType, nonPublic: true)!);
        row.Property(undoing.Key.Name).CurrentValue = undoing.RowId;
        foreach (var (property, column) in undoing.Columns())
        {
            row.Property(property.Name).CurrentValue = StoredValues.ValueOf(property, column.From);
            if (
                column.From is not null
                && property.GetContainingForeignKeys().FirstOrDefault() is { } key
                && await undoing.Registry.FindAsync(
                    key.PrincipalEntityType.ClrType,
                    [row.Property(property.Name).CurrentValue],
                    undoing.Cancel
                )
                    is null
            )
            {
                return (
                    null,
                    $"It belongs to {key.PrincipalEntityType.GetTableName()} {column.From}, which no longer exists. Undo that deletion first."
                );
            }
        }

        var now = clock.GetUtcNow();
        (row.Property("CreatedAt").CurrentValue, row.Property(nameof(IVersioned.UpdatedAt)).CurrentValue) = (now, now);

        // Beyond all that the row had: a form that was opened before the deletion must not pass for a new one.
        row.Property(nameof(IVersioned.Version)).CurrentValue = 1 + await undoing.Later(0).CountAsync(undoing.Cancel);
        row.State = EntityState.Added;
        return (undoing.PlanOf("insert", [.. undoing.Difference.Select(c => new ColumnChange(c.Column, null, c.From))]), null);
    }

    /// <summary>Who changed it again since, if somebody did.</summary>
    private static async Task<string?> WhyChangedAsync(Undoing undoing, EntityEntry row)
    {
        foreach (var (property, column) in undoing.Columns())
        {
            if (property.IsSecret() || property.SecretFlag() is not null)
            {
                return $"{column.Column} is a secret. Former values of secrets are not kept.";
            }

            if (StoredValues.AreSame(property, row.Property(property.Name).CurrentValue, StoredValues.ValueOf(property, column.To)))
            {
                continue;
            }

            var mark = $"\"{column.Column}\":";
            var by = await undoing
                .Later(undoing.Record.Id)
                .Where(r => r.After != null && r.After.Contains(mark))
                .OrderByDescending(r => r.Id)
                .FirstOrDefaultAsync(undoing.Cancel);
            return $"{column.Column} of {undoing.Name} was changed again later{(by is null ? "" : string.Create(CultureInfo.InvariantCulture, $", by {by.Actor} in change {by.Id}"))}. Undo that first.";
        }

        return null;
    }

    /// <summary>Null where it was saved; why the database refused it, otherwise.</summary>
    private async Task<string?> SaveAsync(RegistryDbContext registry, long change, CancellationToken cancel)
    {
        registry.Reason = string.Create(CultureInfo.InvariantCulture, $"undid change {change}");
        try
        {
            await registry.SaveChangesAsync(cancel);
            return null;
        }
        catch (DbUpdateException e) when (e is not DbUpdateConcurrencyException)
        {
            LogRefused(e, change);
            return "The database refuses the change: another row now has a value that must be unique, or a referenced row no longer exists.";
        }
    }

    private static Task<bool> RefersAsync<T>(RegistryDbContext registry, IProperty key, int id, CancellationToken cancel)
        where T : class =>
        key.ClrType == typeof(int)
            ? registry.Set<T>().AnyAsync(row => EF.Property<int>(row, key.Name) == id, cancel)
            : registry.Set<T>().AnyAsync(row => EF.Property<int?>(row, key.Name) == id, cancel);

    [LoggerMessage(LogLevel.Information, "Change {Change} was undone")]
    private partial void LogUndone(long change);

    [LoggerMessage(LogLevel.Warning, "The database refused to undo change {Change}")]
    private partial void LogRefused(Exception exception, long change);
}
