using System.Text.Json.Serialization;
using Sanctum.Configurator.Features.McpServers.AtLetta;
using Sanctum.Configurator.Features.McpServers.Pins;
using Sanctum.Configurator.Features.McpServers.Saved;
using Sanctum.Configurator.Features.McpServers.Watching;
using Sanctum.Configurator.Platform.Requests;
using Sanctum.Configurator.Registry.McpServers;

namespace Sanctum.Configurator.Features.McpServers;

/// <summary>What a person decided about definitions that were shown to him.</summary>
public sealed class McpDecision
{
    /// <summary>Those that may be used as they were shown.</summary>
    [TextLimit(Lengths.Name, MostEntries = 10_000)]
    public IReadOnlyList<McpShown> Approve { get; set; } = [];

    /// <summary>Those that may not be used, whatever they become.</summary>
    [TextLimit(Lengths.Name, MostEntries = 10_000)]
    public IReadOnlyList<McpShown> Block { get; set; } = [];
}

/// <summary>A definition as it was shown.</summary>
/// <param name="Hash">Of what was shown; null where the server no longer offered it.</param>
public sealed record McpShown(int Id, [property: TextLimit(Lengths.Name)] string? Hash);

/// <summary>Approves definitions and blocks them: only as they were shown, and never what came in between.</summary>
public sealed partial class McpApprovals(
    IDbContextFactory<RegistryDbContext> registries,
    McpServerReader reader,
    McpSavedTest tests,
    McpHolds holds,
    CurrentUser caller,
    TimeProvider clock,
    ILogger<McpApprovals> log
)
{
    private const string MayNot = "You don't have permission to approve tools of MCP servers.";

    /// <summary>Decides on some definitions of a server, all or none.</summary>
    public async Task<Outcome<IReadOnlyList<McpPinRow>>> DecideAsync(int serverId, McpDecision decision, CancellationToken cancel)
    {
        if (!await caller.MayAsync(Policies.WriteRegistry))
        {
            return new Outcome<IReadOnlyList<McpPinRow>>.Invalid("", MayNot);
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        await registry.BeginWritingAsync(cancel);
        if (!await McpServerReader.SeenBy(registry, caller.Id).AnyAsync(s => s.Id == serverId, cancel))
        {
            return new Outcome<IReadOnlyList<McpPinRow>>.NotFound();
        }

        var pins = await registry.McpTools.Where(t => t.ServerId == serverId).ToDictionaryAsync(t => t.Id, cancel);
        if (WhyNot(pins, decision) is { } problem)
        {
            return new Outcome<IReadOnlyList<McpPinRow>>.Invalid("", problem);
        }

        await DecideAsync(registry, serverId, pins, decision, cancel);
        var waiting = await registry.McpTools.CountAsync(
            t => t.ServerId == serverId && (t.State == McpToolState.Held || t.State == McpToolState.Removed),
            cancel
        );
        await registry.CommitWritingAsync(cancel);
        if (waiting == 0 && registry.DryRun is null)
        {
            await tests.SettleAsync(serverId, cancel);
        }

        if (registry.DryRun is null)
        {
            await holds.SettleAsync(serverId, cancel);
        }

        LogDecided(serverId, decision.Approve.Count, decision.Block.Count);
        return await reader.PinsAsync(serverId, cancel) is { } now
            ? new Outcome<IReadOnlyList<McpPinRow>>.Ok(now)
            : new Outcome<IReadOnlyList<McpPinRow>>.NotFound();
    }

    private async Task DecideAsync(
        RegistryDbContext registry,
        int serverId,
        Dictionary<int, McpTool> pins,
        McpDecision decision,
        CancellationToken cancel
    )
    {
        var before = pins.Values.ToDictionary(pin => pin, pin => pin.State);
        foreach (var shown in decision.Approve)
        {
            Approve(registry, pins[shown.Id]);
        }

        foreach (var shown in decision.Block)
        {
            pins[shown.Id].State = McpToolState.Blocked;
        }

        // Nobody's own server changes anything at Letta, which is everybody's.
        if (await registry.McpServers.AnyAsync(s => s.Id == serverId && s.UserId == null, cancel))
        {
            foreach (var (pin, state) in before)
            {
                LettaHold.Follow(pin, state);
            }
        }

        await registry.SaveChangesAsync(cancel);
    }

    private static string? WhyNot(IReadOnlyDictionary<int, McpTool> pins, McpDecision decision)
    {
        var all = decision.Approve.Concat(decision.Block).ToList();
        return all.Count == 0 ? "Name at least one definition to approve or to block."
            : all.Select(shown => shown.Id).Distinct().Count() < all.Count ? "A definition can't be both approved and blocked."
            : all.Find(shown => !pins.ContainsKey(shown.Id)) is { } gone
                ? $"There is no definition {gone.Id} of this server any more. Look again."
            : all.Find(shown => pins[shown.Id].SeenHash != shown.Hash) is { } changed
                ? $"{McpPinStore.TitleOf(pins[changed.Id].Kind, pins[changed.Id].Name)} changed while you looked at it. Look again."
            : null;
    }

    /// <summary>That a tool is gone is agreed to by forgetting it.</summary>
    private void Approve(RegistryDbContext registry, McpTool pin)
    {
        if (pin.SeenHash is null)
        {
            registry.Remove(pin);
            return;
        }

        (pin.State, pin.Approved, pin.ApprovedHash) = (McpToolState.Approved, pin.Seen, pin.SeenHash);
        (pin.ApprovedBy, pin.ApprovedAt) = (caller.Actor.Name, clock.GetUtcNow());
    }

    [LoggerMessage(LogLevel.Information, "Of the MCP server {Id} {Approved} definitions were approved and {Blocked} blocked")]
    private partial void LogDecided(int id, int approved, int blocked);
}
