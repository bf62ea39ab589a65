using Microsoft.Extensions.Options;
using Sanctum.Configurator.Features.Conversations.Prompting;
using Sanctum.Configurator.Registry.Conversations;

namespace Sanctum.Configurator.Features.Conversations.Answering;

/// <summary>
/// Which console makes which answer. In a conversation one is made at a time, in the order in which they were asked for; an agent gives one
/// at a time in all conversations together.
/// </summary>
internal sealed class RunLeases(
    IDbContextFactory<RegistryDbContext> registries,
    LiveAnswers live,
    IOptions<ConversationOptions> options,
    TimeProvider clock
)
{
    private readonly TimeSpan _lease = TimeSpan.FromSeconds(options.Value.LeaseSeconds);

    public async Task<IReadOnlyList<ClaimedRun>> TakeAsync(int most, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        if (most <= 0 || await Heads(registry).Take(most).ToListAsync(cancel) is not { Count: > 0 } heads)
        {
            return [];
        }

        var now = clock.GetUtcNow();
        await using var transaction = await RowLocks.BeginAsync(registry, cancel);
        var free = await RowLocks.FreeAsync(registry, Tables.ConversationRuns, heads, cancel);
        var begun = await Heads(registry).Where(id => free.Contains(id)).ToListAsync(cancel);
        await registry
            .ConversationRuns.Where(r => begun.Contains(r.Id) && r.Status == ConversationRunStatus.Waiting)
            .ExecuteUpdateAsync(
                set =>
                    set.SetProperty(r => r.Status, ConversationRunStatus.Running)
                        .SetProperty(r => r.Owner, live.Owner)
                        .SetProperty(r => r.StartedAt, now)
                        .SetProperty(r => r.LeaseUntil, now + _lease),
                cancel
            );
        var runs = await registry
            .ConversationRuns.AsNoTracking()
            .Where(r => begun.Contains(r.Id) && r.Owner == live.Owner && r.Status == ConversationRunStatus.Running)
            .OrderBy(r => r.Id)
            .ToListAsync(cancel);
        var messages = runs.Select(r => r.MessageId).ToList();
        await registry
            .ConversationMessages.Where(m => messages.Contains(m.Id))
            .ExecuteUpdateAsync(
                set => set.SetProperty(m => m.State, ConversationMessageState.Streaming).SetProperty(m => m.Problem, (string?)null),
                cancel
            );
        await transaction.CommitAsync(cancel);

        // A console that stood still in between may have lost them already.
        return clock.GetUtcNow() < now + (_lease / 2) ? runs.ConvertAll(run => new ClaimedRun(run)) : [];
    }

    public async Task<(IReadOnlySet<int> Own, IReadOnlyList<int> ToCancel)> RenewAsync(
        IReadOnlyCollection<int> ids,
        CancellationToken cancel
    )
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var now = clock.GetUtcNow();
        var mine = registry.ConversationRuns.Where(r =>
            ids.Contains(r.Id) && r.Status == ConversationRunStatus.Running && r.Owner == live.Owner && r.LeaseUntil >= now
        );
        await mine.ExecuteUpdateAsync(set => set.SetProperty(r => r.LeaseUntil, now + _lease), cancel);
        var rows = await mine.Select(r => new { r.Id, r.IsCancelRequested }).ToListAsync(cancel);
        return (rows.Select(r => r.Id).ToHashSet(), [.. rows.Where(r => r.IsCancelRequested).Select(r => r.Id)]);
    }

    /// <summary>Of each conversation and each agent the first that waits, where none runs.</summary>
    private static IQueryable<int> Heads(RegistryDbContext registry) =>
        registry
            .ConversationRuns.Where(r => r.Status == ConversationRunStatus.Waiting)
            .Where(r =>
                !registry.ConversationRuns.Any(o =>
                    o.Id != r.Id
                    && (o.ConversationId == r.ConversationId || (r.AgentId != null && o.AgentId == r.AgentId))
                    && (o.Status == ConversationRunStatus.Running || (o.Status == ConversationRunStatus.Waiting && o.Id < r.Id))
                )
            )
            .OrderBy(r => r.Id)
            .Select(r => r.Id);
}
