using System.Reflection;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata;
using Sanctum.Configurator.Features.McpServers;
using Sanctum.Configurator.Features.Models;
using Sanctum.Configurator.Features.Tools.Running;
using Sanctum.Configurator.Registry.Data.History;
using Sanctum.Configurator.Registry.History;

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
        "llm_config",
        "llm_limits",
        "llm_prices",
        "llm_retirements",
        "mcp_servers",
        "user_preferences",
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
        if (await Reversal.FindAsync(registry, change, cancel) is not { } reversal)
        {
            return new Outcome<UndoPlan>.NotFound();
        }

        var (plan, why) = WhyNever(reversal) is { } never ? ((UndoPlan?)null, never) : await StageAsync(reversal, cancel);
        why ??= await rights.WhyNotAsync(registry, cancel) ?? SecretMoves.Find(registry);
        why ??=
            await MayUndoAsync(reversal.Record.TableName) ?? ModelRules.WhyNot(registry) ?? await McpMoves.FollowAsync(registry, cancel);
        if ((why ?? await SaveAsync(reversal, cancel)) is { } reason)
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

    /// <summary>Limits are set by who manages users.</summary>
    private async Task<string?> MayUndoAsync(string table) =>
        table == "llm_limits" && !await caller.MayAsync(Policies.ManageUsers) ? "You don't have permission to change limits." : null;

    private static string? WhyNever(Reversal reversal) =>
        reversal switch
        {
            { IsOfRow: false, Record.Act: var act } => $"{act} changed nothing, so there is nothing to undo.",
            { Record.TableName: var table } when PageOf(table) is { } page => $"Undo this change on the page {page}.",
            { Record.TableName: var table } when !Tables.Contains(table) => $"Changes of {table} can't be undone from the history.",
            _ => null,
        };

    private Task<(UndoPlan? Plan, string? Why)> StageAsync(Reversal reversal, CancellationToken cancel) =>
        reversal.Record.Act switch
        {
            "insert" => StageDeleteAsync(reversal, cancel),
            "delete" => StageInsertAsync(reversal, cancel),
            _ => StageUpdateAsync(reversal, cancel),
        };

    private static async Task<(UndoPlan? Plan, string? Why)> StageUpdateAsync(Reversal reversal, CancellationToken cancel)
    {
        if (await reversal.RowAsync(cancel) is not { } row)
        {
            return (null, $"{reversal.Name} no longer exists. Undo its deletion first.");
        }

        if (await WhyChangedAsync(reversal, row, cancel) is { } changed)
        {
            return (null, changed);
        }

        foreach (var (property, column) in reversal.Columns)
        {
            row.Property(property.Name).CurrentValue = StoredValues.ValueOf(property, column.From);
        }

        return (PlanOf(reversal, "update", [.. reversal.Difference.Select(c => new ColumnChange(c.Column, c.To, c.From))]), null);
    }

    private static async Task<(UndoPlan? Plan, string? Why)> StageDeleteAsync(Reversal reversal, CancellationToken cancel)
    {
        if (await reversal.RowAsync(cancel) is not { } row)
        {
            return (null, $"{reversal.Name} no longer exists.");
        }

        if (await WhyChangedAsync(reversal, row, cancel) is { } changed)
        {
            return (null, changed);
        }

        foreach (var key in reversal.Table.GetReferencingForeignKeys())
        {
            var refers =
                (Task<bool>)
                    Refer
                        .MakeGenericMethod(key.DeclaringEntityType.ClrType)
                        .Invoke(null, [reversal.Registry, key.Properties[0], reversal.RowId, cancel])!;
            if (await refers)
            {
                return (
                    null,
                    $"{reversal.Name} has rows in {key.DeclaringEntityType.GetTableName()}. Undo those changes first, or delete it on its own page."
                );
            }
        }

        if (
            ScopeOf.GetValueOrDefault(reversal.Record.TableName) is { } scope
            && reversal.RowId is int owner
            && await reversal
                .Registry.Configurations.Where(c => c.Scope == scope && c.ScopeId == owner)
                .OrderBy(c => c.Key)
                .Select(c => c.Key)
                .FirstOrDefaultAsync(cancel)
                is { } held
        )
        {
            return (null, $"{reversal.Name} has configurations, such as {held}. Delete it on its own page, or reset those first.");
        }

        reversal.Registry.Remove(row.Entity);
        return (PlanOf(reversal, "delete", [.. reversal.Difference.Select(c => new ColumnChange(c.Column, c.To, null))]), null);
    }

    private async Task<(UndoPlan? Plan, string? Why)> StageInsertAsync(Reversal reversal, CancellationToken cancel)
    {
        if (await reversal.RowAsync(cancel) is not null)
        {
            return (null, $"{reversal.Name} already exists again.");
        }

        if (reversal.Secret is { } secret)
        {
            return (null, WhySecret(secret));
        }

        var row = reversal.Registry.Entry(Activator.CreateInstance(reversal.Table.ClrType, nonPublic: true)!);
        row.Property(reversal.Key.Name).CurrentValue = reversal.RowId;
        foreach (var (property, column) in reversal.Columns)
        {
            row.Property(property.Name).CurrentValue = StoredValues.ValueOf(property, column.From);
            if (
                column.From is not null
                && property.GetContainingForeignKeys().FirstOrDefault() is { } key
                && await reversal.Registry.FindAsync(key.PrincipalEntityType.ClrType, [row.Property(property.Name).CurrentValue], cancel)
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
        row.Property(nameof(IVersioned.Version)).CurrentValue = 1 + await reversal.CountAsync(cancel);
        row.State = EntityState.Added;
        return (PlanOf(reversal, "insert", [.. reversal.Difference.Select(c => new ColumnChange(c.Column, null, c.From))]), null);
    }

    private static UndoPlan PlanOf(Reversal reversal, string act, IReadOnlyList<ColumnChange> changes) =>
        new(reversal.Record.Id, act, reversal.Record.TableName, reversal.Record.RowId, changes);

    private static string WhySecret(IProperty secret) => $"{secret.GetColumnName()} is a secret. {Reversal.SecretsAreNotKept}";

    /// <summary>Who changed it again since, if somebody did.</summary>
    private static async Task<string?> WhyChangedAsync(Reversal reversal, EntityEntry row, CancellationToken cancel)
    {
        if (reversal.Secret is { } secret)
        {
            return WhySecret(secret);
        }

        foreach (var (property, column) in reversal.Columns)
        {
            if (StoredValues.AreSame(property, row.Property(property.Name).CurrentValue, StoredValues.ValueOf(property, column.To)))
            {
                continue;
            }

            var mark = $"\"{column.Column}\":";
            var by = await reversal
                .Later.Where(r => r.After != null && r.After.Contains(mark))
                .OrderByDescending(r => r.Id)
                .FirstOrDefaultAsync(cancel);
            return $"{column.Column} of {reversal.Name} was changed again later{(by is null ? "" : string.Create(CultureInfo.InvariantCulture, $", by {by.Actor} in change {by.Id}"))}. Undo that first.";
        }

        return null;
    }

    /// <summary>Null where it was saved; why the database refused it, otherwise.</summary>
    private async Task<string?> SaveAsync(Reversal reversal, CancellationToken cancel)
    {
        reversal.Registry.Reason = reversal.Reason;
        try
        {
            await reversal.Registry.SaveChangesAsync(cancel);
            return null;
        }
        catch (DbUpdateException e) when (e is not DbUpdateConcurrencyException)
        {
            LogRefused(e, reversal.Record.Id);
            return "The database refuses the change: another row now has a value that must be unique, or a referenced row no longer exists.";
        }
    }

    private static Task<bool> RefersAsync<T>(RegistryDbContext registry, IProperty key, object id, CancellationToken cancel)
        where T : class =>
        id switch
        {
            Guid uuid when key.ClrType == typeof(Guid) => registry
                .Set<T>()
                .AnyAsync(row => EF.Property<Guid>(row, key.Name) == uuid, cancel),
            Guid uuid => registry.Set<T>().AnyAsync(row => EF.Property<Guid?>(row, key.Name) == uuid, cancel),
            int number when key.ClrType == typeof(int) => registry
                .Set<T>()
                .AnyAsync(row => EF.Property<int>(row, key.Name) == number, cancel),
            int number => registry.Set<T>().AnyAsync(row => EF.Property<int?>(row, key.Name) == number, cancel),
            _ => throw new System.Diagnostics.UnreachableException(),
        };

    [LoggerMessage(LogLevel.Information, "Change {Change} was undone")]
    private partial void LogUndone(long change);

    [LoggerMessage(LogLevel.Warning, "The database refused to undo change {Change}")]
    private partial void LogRefused(Exception exception, long change);
}
