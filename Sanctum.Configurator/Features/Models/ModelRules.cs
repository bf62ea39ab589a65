using Microsoft.EntityFrameworkCore.ChangeTracking;
using Sanctum.Configurator.Features.Models.Client;
using Sanctum.Configurator.Platform.Secrets;
using Sanctum.Configurator.Registry.Models;

namespace Sanctum.Configurator.Features.Models;

/// <summary>What holds for models whoever writes them, for what changes rows without knowing what they mean.</summary>
public static class ModelRules
{
    private const string ActiveStays = "Which model is active can't be undone here. Activate the other one on the page Models.";

    /// <summary>Why what is about to be saved must not be, in a sentence; null where it may. One of everybody's is active, and can be called.</summary>
    public static string? WhyNot(RegistryDbContext registry) =>
        registry
            .ChangeTracker.Entries<LlmConfig>()
            .Any(entry =>
                entry switch
                {
                    { State: EntityState.Modified }
                        when entry.Property(c => c.IsActive).IsModified || entry.Property(c => c.IsPrimary).IsModified => true,
                    { State: EntityState.Modified, Entity: { IsActive: true } now } => !now.IsEnabled || now.Purpose != LlmPurpose.Chat,
                    { State: EntityState.Deleted, Entity: { IsActive: true, UserId: null } } => true,
                    _ => false,
                }
            )
            ? ActiveStays
            : null;

    /// <summary>It has a key of its own, which would go to another address than it was entered for.</summary>
    public static bool MovesKey(EntityEntry<LlmConfig> config) =>
        !string.IsNullOrEmpty(config.Entity.ApiKey)
        && !config.Property(c => c.ApiKey).IsModified
        && SecretDestination.IsAnother(
            AddressOf(
                config.OriginalValues.GetValue<string>(nameof(LlmConfig.Type)),
                config.OriginalValues.GetValue<string?>(nameof(LlmConfig.BaseUrl))
                    ?? config.OriginalValues.GetValue<string?>(nameof(LlmConfig.ApiBase))
            ),
            AddressOf(config.Entity.Type, config.Entity.BaseUrl ?? config.Entity.ApiBase)
        );

    internal static string? AddressOf(string type, string? typed) =>
        LlmPlace.AddressOf(LlmProvider.Of(type), typed).Address?.AbsoluteUri ?? typed;
}
