using Microsoft.EntityFrameworkCore.ChangeTracking;
using Sanctum.Configurator.Features.McpServers.Pins;
using Sanctum.Configurator.Platform.Secrets;
using Sanctum.Configurator.Registry.McpServers;
using Sanctum.Configurator.Registry.Tools;

namespace Sanctum.Configurator.Features.McpServers;

/// <summary>What follows when another server is called by a row than before, whoever writes it.</summary>
public static class McpMoves
{
    /// <summary>For what changes rows without knowing what they mean: nothing that was approved or signed in to holds for another server.</summary>
    /// <returns>Why it must not be saved, in a sentence; null where it may.</returns>
    public static async Task<string?> FollowAsync(RegistryDbContext registry, CancellationToken cancel)
    {
        var servers = registry.ChangeTracker.Entries<McpServer>().Where(entry => entry.State is EntityState.Added or EntityState.Modified);
        foreach (var entry in servers.ToList())
        {
            var server = entry.Entity;
            var names = await registry
                .McpServers.Where(s => s.UserId == server.UserId && s.Id != server.Id)
                .Select(s => s.Name)
                .ToListAsync(cancel);
            if (names.Contains(server.Name, StringComparer.OrdinalIgnoreCase))
            {
                return $"An MCP server named {server.Name} already exists. Rename that first.";
            }

            if (entry.State == EntityState.Modified && IsAnother(entry))
            {
                await FollowAsync(registry, server, cancel);
            }
        }

        return null;
    }

    /// <summary>Something that was entered for the place before would go to another one.</summary>
    public static bool MovesSecrets(EntityEntry<McpServer> server, RegistryDbContext registry)
    {
        bool IsKept(string name, string? value) => !string.IsNullOrEmpty(value) && !server.Property(name).IsModified;
        var now = server.Entity;
        var isKept =
            IsKept(nameof(McpServer.ApiKey), now.ApiKey)
            || IsKept(nameof(McpServer.Headers), now.Headers)
            || IsKept(nameof(McpServer.Environment), now.Environment);
        return IsAnother(server) && (isKept || registry.McpTokens.Any(token => token.ServerId == now.Id));
    }

    /// <summary>What was approved was another server's, whatever this one says of itself, and so were the sign-ins.</summary>
    internal static async Task FollowAsync(RegistryDbContext registry, McpServer server, CancellationToken cancel)
    {
        registry.RemoveRange(await registry.McpTokens.Where(t => t.ServerId == server.Id).ToListAsync(cancel));
        foreach (var pin in await registry.McpTools.Where(t => t.ServerId == server.Id && t.ApprovedHash != null).ToListAsync(cancel))
        {
            var before = pin.State;
            (pin.Approved, pin.ApprovedHash, pin.ApprovedBy, pin.ApprovedAt) = (null, null, null, null);
            pin.State = pin.State == McpToolState.Blocked ? McpToolState.Blocked : McpToolState.Held;
            if (server.UserId is null)
            {
                LettaHold.Follow(pin, before);
            }
        }
    }

    /// <summary>Instances of tools that name the server. Of two servers of one name the user's own is called, which is not looked into here.</summary>
    internal static async Task<List<ToolInstance>> CallersAsync(RegistryDbContext registry, McpServer server, CancellationToken cancel) =>
        server.UserId is not null
            ? []
            : (await registry.ToolInstances.Where(i => i.Config != null).ToListAsync(cancel)).FindAll(i =>
                McpExecutor.ServerIn(i.Config) == server.Name
            );

    /// <summary>Tools go on calling the same server by its other name.</summary>
    internal static async Task RenameCallersAsync(RegistryDbContext registry, McpServer server, string name, CancellationToken cancel)
    {
        foreach (var instance in await CallersAsync(registry, server, cancel))
        {
            var config = JsonText.FindObject(instance.Config)!;
            config[McpExecutor.ServerMember] = name;
            instance.Config = config.ToJsonString();
        }
    }

    private static bool IsAnother(EntityEntry<McpServer> server)
    {
        var (before, now) = ((McpServer)server.OriginalValues.ToObject(), server.Entity);
        var (wasProgram, isProgram) = (before.Transport == McpTransport.Stdio, now.Transport == McpTransport.Stdio);
        return wasProgram != isProgram
            || (
                isProgram
                    ? before.Command != now.Command || before.Arguments != now.Arguments
                    : SecretDestination.IsAnother(before.Url, now.Url)
            );
    }
}
