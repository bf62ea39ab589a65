using Sanctum.Configurator.Platform.Requests;
using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Outbox;

/// <summary>A piece of an answer as it is listed.</summary>
public sealed record OutboxRow
{
    public required int Id { get; init; }
    public required int ChannelId { get; init; }
    public required string ChannelName { get; init; }
    public required string Chat { get; init; }
    public required int? PersonId { get; init; }
    public required int? MessageId { get; init; }
    public required int? QueueId { get; init; }
    public required int Part { get; init; }
    public required string Text { get; init; }
    public required OutboxStatus Status { get; init; }
    public required int AttemptCount { get; init; }
    public required DateTimeOffset QueuedAt { get; init; }
    public required DateTimeOffset? NotBefore { get; init; }
    public required DateTimeOffset? SentAt { get; init; }
    public required string? ExternalId { get; init; }

    /// <summary>Why it did not arrive, and what to do; null where nothing is wrong.</summary>
    public required string? Failure { get; init; }
}

/// <summary>Which pieces are listed; null for whichever.</summary>
/// <param name="State">"open" for what waits or has to be looked at, "all", or a status.</param>
public sealed record OutboxFilter(
    [property: TextLimit(LengthLimits.Platform)] string State = OutboxFilter.Open,
    int? ChannelId = null,
    int? PersonId = null
)
{
    public const string Open = "open";
    public const string All = "all";

    public static IEnumerable<string> States => [Open, All, .. EnumText<OutboxStatus>.All];

    internal IQueryable<OutboxEntry> In(RegistryDbContext registry)
    {
        var pieces = registry
            .Outbox.AsNoTracking()
            .Where(o => ChannelId == null || o.ChannelId == ChannelId)
            .Where(o => PersonId == null || o.LettaUserId == PersonId);
        return EnumText<OutboxStatus>.Find(State) is { } status ? pieces.Where(o => o.Status == status)
            : State == Open ? pieces.Where(o => o.Status != OutboxStatus.Sent && o.Status != OutboxStatus.Cancelled)
            : pieces;
    }
}

/// <summary>Reads the outbox.</summary>
public sealed class OutboxReader(IDbContextFactory<RegistryDbContext> registries)
{
    private static readonly Sorts<OutboxEntry> Sorts = new Sorts<OutboxEntry>("outbox", o => o.Id)
        .By("queued", o => o.QueuedAt)
        .By("sent", o => o.SentAt)
        .By("status", o => o.Status);

    public async Task<PageOf<OutboxRow>> PageAsync(OutboxFilter filter, PageRequest page, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var pieces = filter.In(registry);
        var found = await Sorts.ReadAsync(pieces, page, cancel);
        return found.As(await RowsAsync(registry, found.Items, cancel));
    }

    public async Task<OutboxRow?> FindAsync(int id, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return (
            await RowsAsync(registry, await registry.Outbox.AsNoTracking().Where(o => o.Id == id).ToListAsync(cancel), cancel)
        ).SingleOrDefault();
    }

    private static async Task<IReadOnlyList<OutboxRow>> RowsAsync(
        RegistryDbContext registry,
        IReadOnlyList<OutboxEntry> pieces,
        CancellationToken cancel
    )
    {
        var ids = pieces.Select(o => o.ChannelId).Distinct().ToList();
        var channels = await registry
            .Channels.Where(c => ids.Contains(c.Id))
            .Select(c => new { c.Id, c.Name })
            .ToDictionaryAsync(c => c.Id, c => c.Name, cancel);
        return
        [
            .. pieces.Select(o => new OutboxRow
            {
                Id = o.Id,
                ChannelId = o.ChannelId,
                ChannelName = channels.GetValueOrDefault(o.ChannelId) ?? $"Channel {o.ChannelId}",
                Chat = o.Chat,
                PersonId = o.LettaUserId,
                MessageId = o.MessageId,
                QueueId = o.QueueId,
                Part = o.Part,
                Text = o.Text,
                Status = o.Status,
                AttemptCount = o.AttemptCount,
                QueuedAt = o.QueuedAt,
                NotBefore = o.NotBefore,
                SentAt = o.SentAt,
                ExternalId = o.ExternalId,
                Failure = o.Failure,
            }),
        ];
    }
}
