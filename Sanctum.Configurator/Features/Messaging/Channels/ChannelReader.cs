using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Channels;

/// <summary>Which channels are listed; null for whichever.</summary>
public sealed record ChannelFilter(string? Platform = null, int? AgentId = null);

/// <summary>Reads the channels, and how they are.</summary>
public sealed class ChannelReader(IDbContextFactory<RegistryDbContext> registries, Connectors connectors, CurrentUser caller)
{
    private static readonly Sorts<Channel> Sorts = new Sorts<Channel>("channels", c => c.Id)
        .By("name", c => c.Name)
        .By("platform", c => c.Platform)
        .By("last_contact", c => c.LastContact);

    public async Task<PageOf<ChannelRow>> PageAsync(ChannelFilter filter, PageRequest page, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var channels = registry
            .Channels.AsNoTracking()
            .Where(c => filter.Platform == null || c.Platform == filter.Platform)
            .Where(c => filter.AgentId == null || c.AgentId == filter.AgentId);
        if (page.Search?.Trim().ToUpperInvariant() is { Length: > 0 } words)
        {
#pragma warning disable CA1304, CA1311, CA1862 // Translated to SQL's upper(), which takes no culture.
            channels = channels.Where(c => c.Name.ToUpper().Contains(words) || c.Platform.ToUpper().Contains(words));
#pragma warning restore CA1304, CA1311, CA1862
        }

        var found = await Sorts.ReadAsync(channels, page, cancel);
        return found.As(await RowsAsync(registry, found.Items, cancel));
    }

    public async Task<ChannelRow?> FindAsync(int id, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return (
            await RowsAsync(registry, await registry.Channels.AsNoTracking().Where(c => c.Id == id).ToListAsync(cancel), cancel)
        ).SingleOrDefault();
    }

    /// <summary>Agents by name, for a field in which one is chosen.</summary>
    public async Task<IReadOnlyList<(int Id, string Name)>> AgentsAsync(string? search, int most, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var agents = registry.Agents.AsNoTracking();
        if (search?.Trim().ToUpperInvariant() is { Length: > 0 } words)
        {
#pragma warning disable CA1304, CA1311, CA1862 // Translated to SQL's upper(), which takes no culture.
            agents = agents.Where(a => a.Name.ToUpper().Contains(words));
#pragma warning restore CA1304, CA1311, CA1862
        }

        var found = await agents.OrderBy(a => a.Name).ThenBy(a => a.Id).Take(most).Select(a => new { a.Id, a.Name }).ToListAsync(cancel);
        return [.. found.Select(a => (a.Id, a.Name))];
    }

    internal async Task<ChannelRow> RowOfAsync(RegistryDbContext registry, Channel channel, CancellationToken cancel) =>
        (await RowsAsync(registry, [channel], cancel))[0];

    private async Task<IReadOnlyList<ChannelRow>> RowsAsync(
        RegistryDbContext registry,
        IReadOnlyList<Channel> channels,
        CancellationToken cancel
    )
    {
        var ids = channels.Select(c => c.Id).ToList();
        var agentIds = channels.Select(c => c.AgentId).Distinct().ToList();
        var agents = await registry
            .Agents.Where(a => agentIds.Contains(a.Id))
            .Select(a => new { a.Id, a.Name })
            .ToDictionaryAsync(a => a.Id, a => a.Name, cancel);
        var counts = (
            await registry
                .Outbox.Where(o =>
                    ids.Contains(o.ChannelId)
                    && (
                        o.Status == OutboxStatus.Queued
                        || o.Status == OutboxStatus.Sending
                        || o.Status == OutboxStatus.Failed
                        || o.Status == OutboxStatus.Unknown
                    )
                )
                .GroupBy(o => new { o.ChannelId, o.Status })
                .Select(same => new
                {
                    same.Key.ChannelId,
                    same.Key.Status,
                    Count = same.Count(),
                })
                .ToListAsync(cancel)
        ).ToLookup(c => c.ChannelId);
        var mayChange = await caller.MayAsync(Policies.ManageMessages);
        return
        [
            .. channels.Select(channel =>
                RowOf(channel, agents.GetValueOrDefault(channel.AgentId) ?? $"Agent {channel.AgentId}", mayChange) with
                {
                    Waiting = counts[channel.Id].Where(c => c.Status is OutboxStatus.Queued or OutboxStatus.Sending).Sum(c => c.Count),
                    Undelivered = counts[channel.Id].Where(c => c.Status is OutboxStatus.Failed or OutboxStatus.Unknown).Sum(c => c.Count),
                }
            ),
        ];
    }

    private ChannelRow RowOf(Channel channel, string agent, bool mayChange)
    {
        var (why, next) = ChannelProblem.Read(channel.Problem);
        var problem = connectors.FaultOf(channel) ?? why;
        var settings = ChannelSettings.Read(channel.Settings);
        return new()
        {
            Id = channel.Id,
            Name = channel.Name,
            Platform = channel.Platform,
            Connector = channel.Connector,
            AgentId = channel.AgentId,
            AgentName = agent,
            IsEnabled = channel.IsEnabled,
            Mode = channel.Mode,
            BurstSeconds = channel.BurstSeconds,
            DuringRun = channel.DuringRun,
            MostAttempts = channel.MostAttempts,
            KeepDays = channel.KeepDays,
            Target = connectors.Find(channel.Connector)?.TargetOf(settings) ?? "",
            Settings = mayChange ? settings.Values : null,
            HasSecret = !string.IsNullOrEmpty(channel.Secret),
            State =
                !channel.IsEnabled ? ChannelState.Paused
                : problem is not null ? ChannelState.Problem
                : ChannelState.Live,
            Problem = problem,
            NextAttempt = channel.IsEnabled ? next : null,
            LastContact = channel.LastContact,
            Version = channel.Version,
        };
    }
}
