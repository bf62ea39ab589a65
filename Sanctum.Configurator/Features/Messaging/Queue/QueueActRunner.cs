using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Queue;

/// <summary>
/// Does what operators chose to do, batch by batch, so that the queue goes on meanwhile; what a killed console left is gone on with by the
/// next. A retry in stages waits after each until what it let through has ended.
/// </summary>
public sealed class QueueActRunner(IDbContextFactory<RegistryDbContext> registries, TimeProvider clock)
{
    /// <summary>Entries in one commit.</summary>
    private const int Batch = 2000;

    private const int LastStage = 2;

    /// <summary>The statuses with which an act has something to do.</summary>
    internal static QueueStatus[] From(QueueActKind kind) =>
        kind switch
        {
            QueueActKind.Retry or QueueActKind.Edit => [.. QueueStates.Retryable],
            QueueActKind.Cancel => [.. QueueStates.Before(QueueStatus.Cancelled)],
            QueueActKind.Flush => [.. QueueStates.Before(QueueStatus.Flushed)],
            _ => [QueueStatus.Pending, .. QueueStates.Retryable],
        };

    /// <summary>Writes down what is chosen, as it is now.</summary>
    /// <returns>How many.</returns>
    internal static async Task<int> ChooseAsync(
        RegistryDbContext registry,
        QueueAct act,
        IQueryable<QueueEntry> chosen,
        CancellationToken cancel
    )
    {
        // Ids alone are read: a hundred thousand of them are less than a megabyte.
        var rows = await chosen
            .OrderBy(e => e.Id)
            .Select(e => new
            {
                e.Id,
                e.Status,
                e.AgentId,
                e.MessageId,
            })
            .ToListAsync(cancel);
        var given = new JsonRows(
            registry,
            ("act_id", "int"),
            ("queue_id", "int"),
            ("status", "text"),
            ("agent_id", "int"),
            ("message_id", "int"),
            ("stage", "int")
        );
        foreach (var some in rows.Select((row, at) => (row, at)).Chunk(Batch * 5))
        {
            await given.ExecuteAsync(
                $"INSERT INTO queue_act_rows ({given.Names}) SELECT {given.Names} FROM given",
                some.Select(r => new
                {
                    act_id = act.Id,
                    queue_id = r.row.Id,
                    status = EnumText<QueueStatus>.Of(r.row.Status),
                    agent_id = r.row.AgentId,
                    message_id = r.row.MessageId,
                    stage = act.StageNumber is null ? 0 : StageOf(r.at),
                }),
                cancel
            );
        }

        return rows.Count;
    }

    private static int StageOf(int at) =>
        at < QueueActs.FirstStage ? 0
        : at < QueueActs.FirstStage + QueueActs.SecondStage ? 1
        : LastStage;

    /// <summary>Goes on with all acts that are under way.</summary>
    /// <returns>Whether anything was done, and whether any is under way.</returns>
    public async Task<(bool Any, bool IsRunning)> RunAllAsync(CancellationToken cancel)
    {
        List<int> ids;
        await using (var registry = await registries.CreateDbContextAsync(cancel))
        {
            ids = await registry.QueueActs.Where(a => a.State == QueueActState.Running).Select(a => a.Id).ToListAsync(cancel);
        }

        var any = false;
        foreach (var id in ids)
        {
            any |= await RunAsync(id, cancel);
        }

        return (any, ids.Count > 0);
    }

    /// <summary>Does what is to be done of one act now.</summary>
    /// <returns>Whether there was any.</returns>
    public async Task<bool> RunAsync(int id, CancellationToken cancel)
    {
        var any = false;
        while (await StepAsync(id, cancel))
        {
            any = true;
        }

        return any;
    }

    private async Task<bool> StepAsync(int id, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        await using var transaction = await RowLocks.BeginAsync(registry, cancel);
        if (
            await RowLocks.FreeAsync(registry, Tables.QueueActs, [id], cancel) is not [_]
            || await registry.QueueActs.SingleOrDefaultAsync(a => a.Id == id && a.State == QueueActState.Running, cancel) is not { } act
        )
        {
            return false;
        }

        var stage = act.StageNumber ?? 0;
        var next = await registry
            .QueueActRows.Where(r => r.ActId == id && r.Stage == stage)
            .OrderBy(r => r.QueueId)
            .Skip(act.Finished - await registry.QueueActRows.CountAsync(r => r.ActId == id && r.Stage < stage, cancel))
            .Select(r => r.QueueId)
            .Take(Batch)
            .ToListAsync(cancel);
        var goesOn = next.Count > 0 ? await ApplyAsync(registry, act, next, cancel) : await EndStageAsync(registry, act, stage, cancel);
        await registry.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return goesOn;
    }

    private async Task<bool> ApplyAsync(RegistryDbContext registry, QueueAct act, List<int> ids, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var from = From(act.Kind);
        var rows = registry.Queue.Where(e => ids.Contains(e.Id) && from.Contains(e.Status));
        switch (act.Kind)
        {
            case QueueActKind.Retry or QueueActKind.Edit:
                DateTimeOffset? later = act.IsAtOnce || act.StageNumber > 0 ? null : now + QueueActs.Undoable;
                await rows.ExecuteUpdateAsync(
                    set =>
                        set.SetProperty(e => e.Status, QueueStatus.Pending)
                            .SetProperty(e => e.NotBefore, later)
                            .SetProperty(e => e.ClientId, (string?)null)
                            .SetProperty(e => e.TurnId, (int?)null)
                            .SetProperty(e => e.Crashes, 0)
                            .SetProperty(e => e.EndedAt, (DateTimeOffset?)null),
                    cancel
                );
                break;
            case QueueActKind.Cancel:
                await rows.Where(e => e.Status == QueueStatus.Processing)
                    .ExecuteUpdateAsync(set => set.SetProperty(e => e.IsCancelRequested, true), cancel);
                await EndAsync(rows.Where(e => e.Status != QueueStatus.Processing), QueueStatus.Cancelled, act, now, cancel);
                break;
            case QueueActKind.Flush:
                await EndAsync(rows, QueueStatus.Flushed, act, now, cancel);
                break;
            default:
                await rows.ExecuteUpdateAsync(set => set.SetProperty(e => e.AgentId, act.TargetAgentId), cancel);
                break;
        }

        act.Finished += ids.Count;
        return true;
    }

    /// <summary>What failed keeps the reason for which it did.</summary>
    private static Task EndAsync(
        IQueryable<QueueEntry> rows,
        QueueStatus status,
        QueueAct act,
        DateTimeOffset now,
        CancellationToken cancel
    )
    {
        var by = $"{QueueLabels.Of(status)} by {act.By}.";
        return rows.ExecuteUpdateAsync(
            set =>
                set.SetProperty(e => e.Status, status)
                    .SetProperty(e => e.EndedAt, now)
                    .SetProperty(e => e.NotBefore, (DateTimeOffset?)null)
                    .SetProperty(e => e.Failure, e => e.Status == QueueStatus.Pending ? by : e.Failure),
            cancel
        );
    }

    /// <summary>Nothing more is to be done of a stage: it waits for what it let through, or the next one begins, or all is done.</summary>
    private static async Task<bool> EndStageAsync(RegistryDbContext registry, QueueAct act, int stage, CancellationToken cancel)
    {
        if (act.StageNumber is null)
        {
            act.State = QueueActState.Done;
            return false;
        }

        var through = registry.Queue.Where(e => registry.QueueActRows.Any(r => r.ActId == act.Id && r.Stage <= stage && r.QueueId == e.Id));
        var again = await through.CountAsync(
            e => registry.QueueAttempts.Any(a => a.QueueId == e.Id && a.Cause == act.StageCause && a.StartedAt > act.At),
            cancel
        );
        if (again > 0)
        {
            var left = act.Total - act.Finished;
            (act.State, act.Message) = (
                QueueActState.Stopped,
                $"The same cause returned with {again} of {act.Finished}.{(left > 0 ? $" The other {left} were left as they were." : "")}"
            );
            return false;
        }

        if (await through.AnyAsync(e => e.Status == QueueStatus.Pending || e.Status == QueueStatus.Processing, cancel))
        {
            return false;
        }

        (act.State, act.StageNumber) =
            stage == LastStage || act.Finished >= act.Total ? (QueueActState.Done, stage) : (act.State, stage + 1);
        return act.State == QueueActState.Running;
    }
}
