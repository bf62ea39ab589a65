using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Queue;

/// <summary>What an act would do, without doing it.</summary>
/// <param name="Matching">How many entries are named.</param>
/// <param name="Total">How many of them it would change.</param>
/// <param name="Statuses">In which statuses these are.</param>
/// <param name="Ids">The first thousand of them.</param>
internal sealed record QueueActPlan(
    QueueActKind Kind,
    string Chosen,
    int Matching,
    int Total,
    IReadOnlyDictionary<QueueStatus, int> Statuses,
    IReadOnlyList<int> Ids
);

/// <summary>Says what acts on the queue would do.</summary>
internal sealed class QueueActPlans(IDbContextFactory<RegistryDbContext> registries, CurrentUser caller)
{
    private const int MostIds = 1000;

    /// <returns>Invalid where the act itself would be.</returns>
    public async Task<Outcome<QueueActPlan>> PlanAsync(QueueActForm form, CancellationToken cancel)
    {
        if (!await caller.MayAsync(Policies.OperateMessages))
        {
            return new Outcome<QueueActPlan>.Invalid("", QueueActs.MayNot);
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        if (await QueueActChoice.FaultAsync(registry, form, cancel) is { } fault)
        {
            return new Outcome<QueueActPlan>.Invalid(fault.Field, fault.Reason);
        }

        var chosen = QueueActChoice.Of(registry, form);
        var statuses = await chosen
            .GroupBy(e => e.Status)
            .Select(same => new { Status = same.Key, Count = same.Count() })
            .ToDictionaryAsync(same => same.Status, same => same.Count, cancel);
        var total = statuses.Values.Sum();
        return total == 0
            ? new Outcome<QueueActPlan>.Invalid("", QueueActChoice.NothingFor(form.Kind!.Value))
            : new Outcome<QueueActPlan>.Ok(
                new(
                    form.Kind!.Value,
                    QueueActChoice.InWords(form),
                    await QueueActChoice.Named(registry, form).CountAsync(cancel),
                    total,
                    statuses,
                    await chosen.OrderBy(e => e.Id).Select(e => e.Id).Take(MostIds).ToListAsync(cancel)
                )
            );
    }
}
