using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Queue;

/// <summary>
/// What operators do with entries of the queue: one, some, or all that match. Each entry is kept as it was, so that the act can be undone
/// for 30 seconds; a retry in stages goes on only while its cause stays away.
/// </summary>
public sealed class QueueActs(
    IDbContextFactory<RegistryDbContext> registries,
    CurrentUser caller,
    QueueActRunner runner,
    Signal<QueueChanged> queue,
    TimeProvider clock
)
{
    /// <summary>For so long an act can be undone, and a retry waits.</summary>
    public static readonly TimeSpan Undoable = TimeSpan.FromSeconds(30);

    /// <summary>Entries of the first two stages of a canary; the third is the rest.</summary>
    internal const int FirstStage = 1,
        SecondStage = 10;

    internal const string MayNot = "You don't have permission to change the queue. It requires messages:operate.";

    /// <summary>Chooses the entries and begins; with many of them the rest is done by <see cref="QueueActRunner"/>.</summary>
    /// <returns>Invalid where nothing is chosen that the act can be done with.</returns>
    public async Task<Outcome<QueueActView>> BeginAsync(QueueActForm form, CancellationToken cancel)
    {
        if (!await caller.MayAsync(Policies.OperateMessages))
        {
            return new Outcome<QueueActView>.Invalid("", MayNot);
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        if (await QueueActChoice.FaultAsync(registry, form, cancel) is { } fault)
        {
            return new Outcome<QueueActView>.Invalid(fault.Field, fault.Reason);
        }

        await registry.BeginWritingAsync(cancel);
        var act = await AddAsync(registry, form, cancel);
        if (act.Total == 0)
        {
            return new Outcome<QueueActView>.Invalid("", QueueActChoice.NothingFor(form.Kind!.Value));
        }

        if (form.Kind == QueueActKind.Edit)
        {
            await EditAsync(registry, act, form.Text!, cancel);
        }

        await registry.RecordAsync(
            QueueLabels.Of(act.Kind).ToLowerInvariant(),
            Tables.QueueActs,
            $"{act.Id}",
            System.Text.Json.JsonSerializer.Serialize(new { act.Chosen, act.Total }, ApiJson.Options),
            cancel
        );
        await registry.CommitWritingAsync(cancel);
        await runner.RunAsync(act.Id, cancel);
        queue.Publish(new());
        return new Outcome<QueueActView>.Ok((await FindAsync(act.Id, cancel))!);
    }

    public async Task<QueueActView?> FindAsync(int id, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        if (await registry.QueueActs.AsNoTracking().SingleOrDefaultAsync(a => a.Id == id, cancel) is not { } act)
        {
            return null;
        }

        var meanwhile = act.StageCause is { } cause
            ? await registry.Queue.CountAsync(
                e =>
                    e.Cause == cause
                    && e.EndedAt > act.At
                    && (e.Status == QueueStatus.Failed || e.Status == QueueStatus.Poison)
                    && !registry.QueueActRows.Any(r => r.ActId == id && r.QueueId == e.Id),
                cancel
            )
            : 0;
        var until = act.At + Undoable;
        var isUndoable = act.State is QueueActState.Running or QueueActState.Done && until > clock.GetUtcNow();
        return new(
            act.Id,
            act.Kind,
            act.Chosen,
            act.By,
            act.At,
            act.Total,
            act.Finished,
            act.State,
            act.StageNumber + 1,
            meanwhile,
            act.Message,
            isUndoable ? until : null
        );
    }

    /// <summary>The newest, with those that are under way.</summary>
    public async Task<IReadOnlyList<QueueActView>> NewestAsync(int most, CancellationToken cancel)
    {
        List<int> ids;
        await using (var registry = await registries.CreateDbContextAsync(cancel))
        {
            ids = await registry.QueueActs.OrderByDescending(a => a.Id).Take(most).Select(a => a.Id).ToListAsync(cancel);
        }

        var views = new List<QueueActView>();
        foreach (var id in ids)
        {
            views.Add((await FindAsync(id, cancel))!);
        }

        return views;
    }

    /// <summary>Keeps what is not done yet from being done. What is done stays.</summary>
    public Task<Outcome<QueueActView>> StopAsync(int id, CancellationToken cancel) =>
        EndAsync(id, QueueActState.Stopped, (_, _) => Task.FromResult<string?>(null), cancel);

    /// <summary>Puts back what has not gone on since.</summary>
    public Task<Outcome<QueueActView>> UndoAsync(int id, CancellationToken cancel) =>
        EndAsync(
            id,
            QueueActState.Undone,
            async (registry, act) =>
            {
                if (act.At + Undoable <= clock.GetUtcNow())
                {
                    return "An action can be undone for 30 seconds only.";
                }

                act.Message = await QueueActUndo.RunAsync(registry, act, cancel) is var left and > 0
                    ? $"{Counts.Of(left, "message")} had gone on already and stayed as they are."
                    : null;
                (act.UndoneAt, act.UndoneBy) = (clock.GetUtcNow(), caller.Actor.Name);
                return null;
            },
            cancel
        );

    private async Task<Outcome<QueueActView>> EndAsync(
        int id,
        QueueActState state,
        Func<RegistryDbContext, QueueAct, Task<string?>> end,
        CancellationToken cancel
    )
    {
        if (!await caller.MayAsync(Policies.OperateMessages))
        {
            return new Outcome<QueueActView>.Invalid("", MayNot);
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        await registry.BeginWritingAsync(cancel);
        if (await registry.QueueActs.SingleOrDefaultAsync(a => a.Id == id, cancel) is not { } act)
        {
            return new Outcome<QueueActView>.NotFound();
        }

        if (act.State is QueueActState.Undone || (state == QueueActState.Stopped && act.State != QueueActState.Running))
        {
            return new Outcome<QueueActView>.Invalid("", "It has already ended.");
        }

        if (await end(registry, act) is { } refusal)
        {
            return new Outcome<QueueActView>.Invalid("", refusal);
        }

        act.State = state;
        await registry.SaveChangesAsync(cancel);
        await registry.RecordAsync(state == QueueActState.Undone ? "undo" : "stop", Tables.QueueActs, $"{id}", EndOf(act), cancel);
        await registry.CommitWritingAsync(cancel);
        queue.Publish(new());
        return new Outcome<QueueActView>.Ok((await FindAsync(id, cancel))!);
    }

    private static string EndOf(QueueAct act) => System.Text.Json.JsonSerializer.Serialize(new { act.State, act.Message }, ApiJson.Options);

    private async Task<QueueAct> AddAsync(RegistryDbContext registry, QueueActForm form, CancellationToken cancel)
    {
        var chosen = QueueActChoice.Of(registry, form);
        var act = new QueueAct
        {
            Kind = form.Kind!.Value,
            Chosen = QueueActChoice.InWords(form),
            By = caller.Actor.Name,
            At = clock.GetUtcNow(),
            StageCause = form.InStages ? form.Filter?.Cause ?? await CauseOfAsync(chosen, cancel) : null,
            StageNumber = form.InStages ? 0 : null,
            TargetAgentId = form.AgentId,
            IsAtOnce = form.AtOnce,
        };
        registry.Add(act);
        await registry.SaveChangesAsync(cancel);
        act.Total = await QueueActRunner.ChooseAsync(registry, act, chosen, cancel);
        await registry.SaveChangesAsync(cancel);
        return act;
    }

    /// <summary>What most of them failed of.</summary>
    private static Task<string?> CauseOfAsync(IQueryable<QueueEntry> chosen, CancellationToken cancel) =>
        chosen
            .Where(e => e.Cause != null)
            .GroupBy(e => e.Cause)
            .OrderByDescending(g => g.Count())
            .Select(g => g.Key)
            .FirstOrDefaultAsync(cancel);

    /// <summary>The message that was written stays; the entry is given another one.</summary>
    private static async Task EditAsync(RegistryDbContext registry, QueueAct act, string text, CancellationToken cancel)
    {
        var entry = await registry.Queue.SingleAsync(e => registry.QueueActRows.Any(r => r.ActId == act.Id && r.QueueId == e.Id), cancel);
        var original = await registry.Messages.AsNoTracking().SingleOrDefaultAsync(m => m.Id == entry.MessageId, cancel);
        var mended = new Message
        {
            LettaUserId = entry.LettaUserId,
            PlatformProfileId = original?.PlatformProfileId,
            Role = original?.Role ?? "user",
            Text = text,
            Timestamp = original?.Timestamp,
            AgentId = entry.AgentId,
            ChannelId = entry.ChannelId,
            Chat = original?.Chat,
            EditedFrom = original?.Id,
            SentBy = act.By,
            Attachments = original?.Attachments,
        };
        registry.Add(mended);
        await registry.SaveChangesAsync(cancel);
        entry.MessageId = mended.Id;
        await registry.SaveChangesAsync(cancel);
    }
}
