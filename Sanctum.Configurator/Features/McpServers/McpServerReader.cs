using Sanctum.Configurator.Features.McpServers.Pins;
using Sanctum.Configurator.Features.McpServers.Saved;
using Sanctum.Configurator.Features.McpServers.Watching;
using Sanctum.Configurator.Platform.Secrets;
using Sanctum.Configurator.Registry.McpServers;

namespace Sanctum.Configurator.Features.McpServers;

/// <summary>Reads the MCP servers that the caller may see: everybody's, and his own.</summary>
public sealed class McpServerReader(
    IDbContextFactory<RegistryDbContext> registries,
    SecretBox secrets,
    McpSchedule schedule,
    McpStepUps stepUps,
    CurrentUser caller
)
{
    private static readonly Sorts<McpServer> Sorts = new Sorts<McpServer>("mcp_servers", s => s.Id)
        .By("name", s => s.Name)
        .By("updated", s => s.UpdatedAt);

    /// <summary>Some of the servers, by name. The search finds names, descriptions and addresses.</summary>
    public async Task<PageOf<McpServerRow>> PageAsync(PageRequest page, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var servers = SeenBy(registry, caller.Id).AsNoTracking();
        if (page.Search?.Trim().ToUpperInvariant() is { Length: > 0 } words)
        {
            // Upper case on both sides: the two databases disagree on what LIKE ignores.
#pragma warning disable CA1304, CA1311, CA1862 // Translated to SQL's upper(), which takes no culture.
            servers = servers.Where(s =>
                s.Name.ToUpper().Contains(words)
                || (s.Description ?? "").ToUpper().Contains(words)
                || s.Url.ToUpper().Contains(words)
                || (s.Command ?? "").ToUpper().Contains(words)
            );
#pragma warning restore CA1304, CA1311, CA1862
        }

        var found = await Sorts.ReadAsync(servers, page, cancel);
        return found.As<McpServerRow>(await RowsAsync(registry, found.Items, cancel));
    }

    public async Task<McpServerRow?> FindAsync(int id, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return await SeenBy(registry, caller.Id).AsNoTracking().SingleOrDefaultAsync(s => s.Id == id, cancel) is { } server
            ? (await RowsAsync(registry, [server], cancel))[0]
            : null;
    }

    /// <summary>The tests of a server, the newest first; null where there is none.</summary>
    public async Task<PageOf<McpCheckRow>?> ChecksAsync(int id, PageRequest page, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        if (!await SeenBy(registry, caller.Id).AnyAsync(s => s.Id == id, cancel))
        {
            return null;
        }

        var checks = registry.McpChecks.AsNoTracking().Where(c => c.ServerId == id);
        var some = await checks.OrderByDescending(c => c.Id).Skip(page.Skip).Take(page.Take).ToListAsync(cancel);
        return new([.. some.Select(RowOf)], await checks.CountAsync(cancel));
    }

    /// <summary>What it offers and what was approved of it, what waits first; null where there is no such server.</summary>
    public async Task<IReadOnlyList<McpPinRow>?> PinsAsync(int id, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        if (!await SeenBy(registry, caller.Id).AnyAsync(s => s.Id == id, cancel))
        {
            return null;
        }

        var pins = await registry.McpTools.AsNoTracking().Where(t => t.ServerId == id).ToListAsync(cancel);
        return
        [
            .. pins.OrderBy(pin => pin.Kind == McpToolKind.Instructions ? 0 : 1)
                .ThenBy(pin => pin.Name, StringComparer.OrdinalIgnoreCase)
                .ThenBy(pin => pin.Id)
                .Select(RowOf),
        ];
    }

    /// <summary>The tools that it offers; null where there is no such server.</summary>
    public async Task<IReadOnlyList<McpToolRow>?> ToolsAsync(int id, CancellationToken cancel) =>
        (await PinsAsync(id, cancel))
            ?.Where(pin => pin is { Kind: ToolDefinition.Tool, Seen: not null })
            .Select(pin => new McpToolRow(
                pin.Name,
                pin.Title,
                pin.Description,
                pin.State,
                pin.Seen!["inputSchema"],
                pin.Seen["outputSchema"],
                pin.Seen["annotations"],
                pin.ToolId
            ))
            .ToList();

    internal static IQueryable<McpServer> SeenBy(RegistryDbContext registry, int? userId) =>
        registry.McpServers.Where(s => s.UserId == null || s.UserId == userId);

    internal async Task<IReadOnlyList<McpServerRow>> RowsAsync(
        RegistryDbContext registry,
        IReadOnlyList<McpServer> servers,
        CancellationToken cancel
    )
    {
        var ids = servers.Select(s => s.Id).ToList();
        var newest = registry.McpChecks.Where(c => ids.Contains(c.ServerId)).GroupBy(c => c.ServerId).Select(group => group.Max(c => c.Id));
        var checks = await registry.McpChecks.AsNoTracking().Where(c => newest.Contains(c.Id)).ToDictionaryAsync(c => c.ServerId, cancel);
        var pins = (
            await registry
                .McpTools.Where(t => ids.Contains(t.ServerId))
                .GroupBy(t => new { t.ServerId, t.State })
                .Select(group => new
                {
                    group.Key.ServerId,
                    group.Key.State,
                    Count = group.Count(),
                })
                .ToListAsync(cancel)
        ).ToLookup(group => group.ServerId);
        var tokens = (
            await registry
                .McpTokens.AsNoTracking()
                .Where(t => ids.Contains(t.ServerId) && (t.UserId == null || t.UserId == caller.Id))
                .ToListAsync(cancel)
        ).ToLookup(token => token.ServerId);
        return
        [
            .. servers.Select(server =>
                RowOf(
                    server,
                    checks.GetValueOrDefault(server.Id),
                    pins[server.Id].Where(group => group.State == McpToolState.Approved).Sum(group => group.Count),
                    pins[server.Id].Where(group => group.State is McpToolState.Held or McpToolState.Removed).Sum(group => group.Count),
                    tokens[server.Id].OrderBy(token => token.UserId is null ? 1 : 0).FirstOrDefault()
                )
            ),
        ];
    }

    private McpServerRow RowOf(McpServer server, McpCheck? check, int approved, int held, McpToken? token)
    {
        var (values, problem) = Open(server);
        return new(
            server.Id,
            server.Name,
            server.Description,
            server.UserId is not null,
            server.IsEnabled,
            server.Transport,
            server.Transport == McpTransport.Stdio ? null : server.Url,
            server.SignIn,
            values.ApiKey is not null,
            token is null ? null : new(token.UserId is null, token.Issuer, token.Scopes, token.ExpiresAt),
            server.SignIn == McpSignIn.OAuth ? stepUps.Of(server.Id).Scopes : null,
            [.. values.Headers.Keys.Order(StringComparer.Ordinal)],
            server.Transport == McpTransport.Stdio ? server.Command : null,
            server.Transport == McpTransport.Stdio ? McpTargets.ArgumentsOf(server) : [],
            [.. values.Environment.Keys.Order(StringComparer.Ordinal)],
            check is null ? null : RowOf(check),
            approved,
            held,
            server.IsEnabled ? schedule.NextOf(server.Id) : null,
            problem ?? McpTargets.Of(server, values).Problem,
            server.UpdatedAt,
            server.Version
        );
    }

    private (McpSecrets Values, string? Problem) Open(McpServer server)
    {
        try
        {
            return (McpSecrets.Of(server, secrets), null);
        }
        catch (SecretUnreadableException)
        {
            return (McpSecrets.None, McpTargets.Unreadable);
        }
    }

    private static McpCheckRow RowOf(McpCheck check) =>
        new(
            check.CheckedAt,
            check.CheckedBy,
            check.Verdict,
            check.IsUp,
            check.LatencyMs,
            check.Era,
            check.ProtocolVersion,
            check.Transport,
            check.ServerName,
            check.ServerVersion,
            check.Tools,
            check.Message,
            check.Hint,
            McpCheckStore.StepsOf(check)
        );

    private static McpPinRow RowOf(McpTool pin)
    {
        var shown = ToolDefinition.JsonText(pin.Seen ?? pin.Approved);
        return new(
            pin.Id,
            pin.Kind == McpToolKind.Tool ? ToolDefinition.Tool : ToolDefinition.Instructions,
            pin.Name,
            pin.State,
            TextOf(shown["title"]),
            TextOf(shown[pin.Kind == McpToolKind.Tool ? "description" : "instructions"]),
            pin.SeenHash,
            pin.Seen is null ? null : shown,
            pin.Approved is null ? null : ToolDefinition.JsonText(pin.Approved),
            pin.ApprovedBy,
            pin.ApprovedAt,
            pin.SeenAt,
            pin.SeenHash == pin.ApprovedHash ? [] : DefinitionDifference.Between(pin.Approved, pin.Seen),
            pin.Seen is null ? [] : Suspicions.Find(pin.Seen),
            pin.ToolId,
            LettaHold.Of(pin)
        );
    }

    private static string? TextOf(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
