using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Features.Letta.Saved;
using Sanctum.Configurator.Features.McpServers.Pins;
using Sanctum.Configurator.Registry.McpServers;

namespace Sanctum.Configurator.Features.McpServers.AtLetta;

/// <summary>
/// Takes held tools from the agents of a V1 Letta server, and gives them back when they may be used again. Which agents is written down before
/// anything is taken from one, so that none is forgotten, whatever happens meanwhile. What did not work is tried again with the next test.
/// </summary>
public sealed partial class McpHolds(IDbContextFactory<RegistryDbContext> registries, SavedLetta letta, ILogger<McpHolds> log)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Does what is due at Letta for a server of everybody's. Somebody's own servers change nothing there.</summary>
    /// <returns>What was done, in a sentence; null where nothing was.</returns>
    public async Task<string?> SettleAsync(int serverId, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var server = await registry.McpServers.AsNoTracking().SingleOrDefaultAsync(s => s.Id == serverId && s.UserId == null, cancel);
        var due = server is null ? [] : await DueAsync(registry, serverId, cancel);
        if (due.Count == 0)
        {
            return null;
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Patience);
        var work = new LettaHoldWork(server!, due);
        try
        {
            if (await letta.KindAsync(limit.Token) == LettaKind.V1)
            {
                using var link = await letta.V1Async(limit.Token);
                await work.PlanAsync(link, limit.Token);
                await KeepAsync(registry, work, null, cancel);
                await work.RunAsync(link, limit.Token);
            }
            else
            {
                work.LeaveOut();
            }

            await KeepAsync(registry, work, null, CancellationToken.None);
        }
        catch (Exception e) when (WhyOf(e, cancel) is { } why)
        {
            LogFailed(serverId, why);
            await KeepAsync(registry, work, $"The Letta server did not do it: {why}", CancellationToken.None);
        }

        return work.Summary;
    }

    private static string? WhyOf(Exception e, CancellationToken cancel) =>
        e is OperationCanceledException && !cancel.IsCancellationRequested
            ? $"it did not answer within {Patience.TotalSeconds:0} seconds."
            : LettaFailures.WhyOf(e, cancel);

    private static async Task<IReadOnlyList<McpTool>> DueAsync(RegistryDbContext registry, int serverId, CancellationToken cancel)
    {
        var pins = await registry.McpTools.AsNoTracking().Where(t => t.ServerId == serverId && t.HeldAtLetta != null).ToListAsync(cancel);
        return [.. pins.Where(pin => LettaHold.Of(pin)?.Due is not null)];
    }

    /// <summary>Onto the rows as they are by now: somebody may have decided meanwhile, and then that is still to be done.</summary>
    private static async Task KeepAsync(RegistryDbContext registry, LettaHoldWork work, string? problem, CancellationToken cancel)
    {
        registry.ChangeTracker.Clear();
        await registry.BeginWritingAsync(cancel);
        var ids = work.Tools.Select(tool => tool.PinId).ToList();
        foreach (var pin in await registry.McpTools.Where(t => ids.Contains(t.Id)).ToListAsync(cancel))
        {
            work.Tools.First(tool => tool.PinId == pin.Id).KeepIn(pin, problem);
        }

        registry.Reason = work.Summary ?? "held tools are taken from the agents of the Letta server";
        await registry.SaveChangesAsync(cancel);
        await registry.CommitWritingAsync(cancel);
    }

    [LoggerMessage(LogLevel.Warning, "What is held of the MCP server {Id} could not be settled at the Letta server: {Why}")]
    private partial void LogFailed(int id, string why);
}
