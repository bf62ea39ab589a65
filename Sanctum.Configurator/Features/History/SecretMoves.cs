using Microsoft.EntityFrameworkCore.ChangeTracking;
using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Features.McpServers;
using Sanctum.Configurator.Features.Models;
using Sanctum.Configurator.Features.Tools;
using Sanctum.Configurator.Platform.Secrets;
using Sanctum.Configurator.Registry.Backups;
using Sanctum.Configurator.Registry.Configurations;
using Sanctum.Configurator.Registry.McpServers;
using Sanctum.Configurator.Registry.Models;
using Sanctum.Configurator.Registry.Settings;
using Sanctum.Configurator.Registry.Tools;

namespace Sanctum.Configurator.Features.History;

/// <summary>
/// Finds among changes that are about to be saved those that would send a stored secret elsewhere (<see cref="SecretDestination"/>). For
/// what
/// changes rows without knowing what they mean: undoing, and restoring from backups.
/// </summary>
public static class SecretMoves
{
    /// <summary>What would be moved, in a sentence; null where nothing is.</summary>
    public static string? Find(RegistryDbContext registry)
    {
        registry.ChangeTracker.DetectChanges();
        return
            registry
                .ChangeTracker.Entries()
                .Where(entry => entry.State == EntityState.Modified)
                .Select(entry =>
                    entry.Entity switch
                    {
                        ToolInstance instance => Moves(registry.Entry(instance), registry)
                            ? $"the tool instance {instance.Name} would send its secrets to another address"
                            : null,
                        BackupTarget target => Moves(registry.Entry(target))
                            ? $"the backup target {target.Name} would use the stored secret key on another server"
                            : null,
                        LlmConfig model => ModelRules.MovesKey(registry.Entry(model))
                            ? $"the model {model.Model} would send its key to another address"
                            : null,
                        McpServer server => McpMoves.MovesSecrets(registry.Entry(server), registry)
                            ? $"the MCP server {server.Name} would send its secrets to another place"
                            : null,
                        SettingValues values => Moves(entry, values)
                            ? "the stored token of the Letta server would be sent to another address"
                            : null,
                        Configuration secret => Moves(registry.Entry(secret))
                            ? $"the stored secret {secret.Key} would belong to something else"
                            : null,
                        _ => null,
                    }
                )
                .FirstOrDefault(move => move is not null)
                is { } found
            ? $"Nothing was changed, because {found}. Change the address on its own page and enter the secret again."
            : null;
    }

    private static bool Moves(EntityEntry<ToolInstance> instance, RegistryDbContext registry)
    {
        var (before, now) = (
            JsonText.FindObject(instance.OriginalValues.GetValue<string?>(nameof(ToolInstance.Config))),
            JsonText.FindObject(instance.Entity.Config)
        );
        if (!SecretDestination.IsAnotherTool(before, now))
        {
            return false;
        }

        var given = registry
            .ChangeTracker.Entries<Configuration>()
            .Where(c =>
                c.Entity.Scope == InstanceSecrets.Scope
                && c.Entity.ScopeId == instance.Entity.Id
                && (c.State == EntityState.Added || c.Property(row => row.Value).IsModified)
            )
            .Select(c => c.Entity.Key)
            .ToHashSet();
        return SecretPlaceholder.NamesIn(now).Any(name => !given.Contains(SecretPlaceholder.KeyOf(name)));
    }

    private static bool Moves(EntityEntry<BackupTarget> target) =>
        target.Entity.SecretKey is not null
        && !target.Property(t => t.SecretKey).IsModified
        && SecretDestination.IsAnother(target.OriginalValues.GetValue<string?>(nameof(BackupTarget.Endpoint)), target.Entity.Endpoint);

    private static bool Moves(EntityEntry entry, SettingValues values)
    {
        var before = (SettingValues)entry.OriginalValues.ToObject();
        return values.LettaServerToken is { Length: > 0 }
            && !entry.Property(nameof(SettingValues.LettaServerToken)).IsModified
            && PlaceOf(before) != PlaceOf(values);
    }

    private static bool Moves(EntityEntry<Configuration> secret) =>
        secret.Entity.IsEncrypted
        && !secret.Property(c => c.Value).IsModified
        && (
            secret.Property(c => c.Scope).IsModified || secret.Property(c => c.ScopeId).IsModified || secret.Property(c => c.Key).IsModified
        );

    private static string PlaceOf(SettingValues values) =>
        LettaAddress.PlaceOf(values.LettaServerAddress, values.LettaServerPort?.ToString(CultureInfo.InvariantCulture));
}
