using Sanctum.Configurator.Features.McpServers.Pins;
using Sanctum.Configurator.Registry.McpServers;

namespace Sanctum.Configurator.Features.McpServers.Saved;

/// <summary>What came of looking at a server's definitions.</summary>
/// <param name="Held">How many wait for a person now.</param>
/// <param name="News">What is not as it was approved, in sentences; empty where nothing is new.</param>
public sealed record PinReading(int Held, IReadOnlyList<string> News);

/// <summary>
/// Keeps what a server was seen to offer beside what a person approved. What is new, or is not as it was approved, is held; what comes back
/// as it was approved is not held any more; what somebody blocked stays so.
/// </summary>
public sealed class McpPinStore(IDbContextFactory<RegistryDbContext> registries, TimeProvider clock)
{
    /// <param name="seen">All that the server offers now.</param>
    public async Task<PinReading> SeeAsync(int serverId, IReadOnlyList<ToolDefinition> seen, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        if (await IsKnownAsync(registry, serverId, seen, cancel) is { } known)
        {
            return known;
        }

        await registry.BeginWritingAsync(cancel);
        if (await registry.McpServers.AsNoTracking().SingleOrDefaultAsync(s => s.Id == serverId, cancel) is not { } server)
        {
            return new(0, []);
        }

        var pins = await registry.McpTools.Where(t => t.ServerId == serverId).ToListAsync(cancel);
        registry.Reason = "the server was looked at";
        var before = pins.ToDictionary(pin => pin, pin => pin.State);
        var news = Merge(registry, serverId, pins, seen);
        if (server.UserId is null)
        {
            FollowAtLetta(registry, before);
        }

        await registry.SaveChangesAsync(cancel);
        await registry.CommitWritingAsync(cancel);
        return new(await HeldAsync(registry, serverId, cancel), news);
    }

    /// <summary>Nothing is written, nor anybody kept from writing, where all is as it was seen last.</summary>
    private static async Task<PinReading?> IsKnownAsync(
        RegistryDbContext registry,
        int serverId,
        IReadOnlyList<ToolDefinition> seen,
        CancellationToken cancel
    )
    {
        var last = await registry
            .McpTools.Where(t => t.ServerId == serverId && t.SeenHash != null)
            .Select(t => new
            {
                t.Kind,
                t.Name,
                t.SeenHash,
            })
            .ToListAsync(cancel);
        return
            last.Count == seen.Count
            && last.Select(t => (t.Kind == McpToolKind.Tool, t.Name, t.SeenHash))
                .ToHashSet()
                .SetEquals(seen.Select(d => (d.Kind == ToolDefinition.Tool, d.Name, (string?)d.Hash)))
            ? new(await HeldAsync(registry, serverId, cancel), [])
            : null;
    }

    private static Task<int> HeldAsync(RegistryDbContext registry, int serverId, CancellationToken cancel) =>
        registry.McpTools.CountAsync(
            t => t.ServerId == serverId && (t.State == McpToolState.Held || t.State == McpToolState.Removed),
            cancel
        );

    private List<string> Merge(RegistryDbContext registry, int serverId, List<McpTool> pins, IReadOnlyList<ToolDefinition> seen)
    {
        var news = new List<string>();
        var byName = seen.ToDictionary(one => (KindOf(one), one.Name));
        var added = seen.Where(one => !pins.Exists(pin => pin.Kind == KindOf(one) && pin.Name == one.Name)).ToList();
        foreach (var pin in pins)
        {
            if (byName.TryGetValue((pin.Kind, pin.Name), out var now))
            {
                See(pin, now, news);
            }
            else
            {
                Miss(registry, pin, added, news);
            }
        }

        foreach (var one in added)
        {
            registry.Add(NewPin(serverId, one));
            if (pins.Count > 0)
            {
                news.Add($"{TitleOf(KindOf(one), one.Name)} is new.");
            }
        }

        return news;
    }

    /// <summary>What is new at a server that nobody has approved anything of is no change: whoever registers a server takes nothing from agents.</summary>
    private static void FollowAtLetta(RegistryDbContext registry, Dictionary<McpTool, McpToolState> before)
    {
        var isApproved = before.Keys.Any(pin => pin.ApprovedHash is not null);
        foreach (
            var pin in registry
                .ChangeTracker.Entries<McpTool>()
                .Where(entry => entry.State != EntityState.Deleted)
                .Select(entry => entry.Entity)
        )
        {
            if (isApproved)
            {
                LettaHold.Follow(pin, before.TryGetValue(pin, out var state) ? state : null);
            }
        }
    }

    private void See(McpTool pin, ToolDefinition now, List<string> news)
    {
        if (pin.SeenHash != now.Hash)
        {
            (pin.Seen, pin.SeenHash, pin.SeenAt) = (now.Json, now.Hash, clock.GetUtcNow());
        }

        var before = pin.State;
        pin.State =
            pin.State == McpToolState.Blocked ? McpToolState.Blocked
            : pin.ApprovedHash == now.Hash ? McpToolState.Approved
            : McpToolState.Held;
        if (before is McpToolState.Approved && pin.State == McpToolState.Held)
        {
            news.Add($"{TitleOf(pin.Kind, pin.Name)} is no longer as it was approved.");
        }
        else if (before is McpToolState.Removed && pin.State != McpToolState.Removed)
        {
            news.Add($"{TitleOf(pin.Kind, pin.Name)} is offered again.");
        }
    }

    private static void Miss(RegistryDbContext registry, McpTool pin, List<ToolDefinition> added, List<string> news)
    {
        if (pin.ApprovedHash is null && pin.State != McpToolState.Blocked)
        {
            registry.Remove(pin);
            return;
        }

        if (pin.SeenHash is null)
        {
            return;
        }

        (pin.Seen, pin.SeenHash) = (null, null);
        pin.State = pin.State == McpToolState.Blocked ? McpToolState.Blocked : McpToolState.Removed;
        var body = pin.Approved is { } approved ? BodyOf(approved) : null;
        var renamed = added.Find(one => one.Kind == ToolDefinition.Tool && pin.Kind == McpToolKind.Tool && one.Body() == body);
        news.Add(
            renamed is null
                ? $"{TitleOf(pin.Kind, pin.Name)} is no longer offered."
                : $"{TitleOf(pin.Kind, pin.Name)} is now called {renamed.Name}."
        );
    }

    private McpTool NewPin(int serverId, ToolDefinition one)
    {
        var now = clock.GetUtcNow();
        return new()
        {
            ServerId = serverId,
            Kind = KindOf(one),
            Name = one.Name,
            State = McpToolState.Held,
            Seen = one.Json,
            SeenHash = one.Hash,
            SeenAt = now,
            CreatedAt = now,
            UpdatedAt = now,
        };
    }

    internal static string TitleOf(McpToolKind kind, string name) =>
        kind == McpToolKind.Tool ? $"The tool {VisibleText.Of(name)}" : "The instructions";

    private static McpToolKind KindOf(ToolDefinition one) => one.Kind == ToolDefinition.Tool ? McpToolKind.Tool : McpToolKind.Instructions;

    private static string? BodyOf(string json) => ToolDefinition.ReadTool(json) is { } tool ? ToolDefinition.Of(tool).Body() : null;
}
