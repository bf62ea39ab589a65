using Microsoft.EntityFrameworkCore.Metadata;
using Sanctum.Configurator.Features.Account;
using Sanctum.Configurator.Features.Tools.Running;

namespace Sanctum.Configurator.Features.Backups.Runs;

/// <summary>
/// What a restore may write. An archive says whatever its maker wanted, so restoring a row takes the permission of writing it by hand. Rows
/// that give rights, hold secrets or say where secrets go take every permission, and the password of whoever asks.
/// </summary>
public sealed class RestoreRights(CurrentUser caller, JobRights jobs, Reauthentication reauthentication)
{
    private const string NoPassword =
        "Restoring users, keys, settings and other tables with rights or secrets requires your password. Send it as password.";

    /// <summary>The policy that a row of this table asks for.</summary>
    public static string PolicyOf(IReadOnlyEntityType table) =>
        table.GetTableName() switch
        {
            _ when table.GetProperties().Any(p => p.IsSecret() || p.SecretFlag() is not null) => Policies.Everything,
            "agents"
            or "tools"
            or "tool_versions"
            or "plugins"
            or "plugin_versions"
            or "plugin_links"
            or "plugin_config"
            or "templates"
            or "scheduled_jobs" => Policies.WriteRegistry,
            "alerts" or "log_views" or "log_retention" => Policies.ManageLogs,
            _ => Policies.Everything,
        };

    /// <summary>Whether a form's password is right, where one is given. Asked before anything is written, as it counts.</summary>
    public async Task<string?> WhyNotPasswordAsync(string? password, CancellationToken cancel) =>
        string.IsNullOrEmpty(password) ? null : await reauthentication.RefuseAsync(password, cancel);

    /// <summary>Whether the caller may write all that is staged.</summary>
    /// <param name="isProven">He gave his password just now, and it was right.</param>
    /// <returns>Why not: field → a sentence; empty where he may.</returns>
    public async Task<IReadOnlyDictionary<string, string>> WhyNotAsync(RegistryDbContext staged, bool isProven, CancellationToken cancel)
    {
        staged.ChangeTracker.DetectChanges();
        var tables = staged
            .ChangeTracker.Entries()
            .Where(row => row.State is EntityState.Added or EntityState.Modified or EntityState.Deleted)
            .Select(row => row.Metadata)
            .Distinct()
            .ToList();
        var refused = new List<string>();
        foreach (var table in tables)
        {
            if (!await caller.MayAsync(PolicyOf(table)))
            {
                refused.Add(table.GetTableName()!);
            }
        }

        if (refused.Count > 0)
        {
            return new Dictionary<string, string>
            {
                [nameof(RestoreForm.Parts)] =
                    $"Nothing was changed. You don't have permission to restore {string.Join(", ", refused.Order(StringComparer.Ordinal))}. Choose other parts.",
            };
        }

        if (await jobs.WhyNotAsync(staged, cancel) is { } why)
        {
            return new Dictionary<string, string> { [nameof(RestoreForm.Parts)] = $"Nothing was changed. {why} Choose other parts." };
        }

        return !isProven && tables.Exists(table => PolicyOf(table) == Policies.Everything)
            ? new Dictionary<string, string> { [nameof(RestoreForm.Password)] = NoPassword }
            : new Dictionary<string, string>();
    }

    /// <summary>Whether the caller may restore such files.</summary>
    public async Task<string?> WhyNotFilesAsync(IEnumerable<string> parts, CancellationToken cancel) =>
        parts.Any(RestoredFiles.IsOfAgents) && !await caller.MayAsync(Policies.WriteRegistry)
            ? "Restoring agents to the Letta server requires the permission registry:write, which you don't have. Choose the other parts only."
            : null;

    /// <summary>A plan as the caller may see it: of what he may not restore, no more than how much it is.</summary>
    public async Task<RestorePlan> ShownAsync(RestorePlan plan, RegistryDbContext registry)
    {
        var tables = new List<TablePlan>();
        foreach (var table in plan.Tables)
        {
            var policy = PolicyOf(registry.Model.GetEntityTypes().First(entity => entity.GetTableName() == table.Table));
            tables.Add(
                await caller.MayAsync(policy)
                    ? table
                    : table with
                    {
                        Rows = [],
                        Refusal =
                            $"Restoring it requires {(policy == Policies.Everything ? "every permission" : policy)}, which you don't have.",
                    }
            );
        }

        return plan with
        {
            Tables = tables,
        };
    }
}
