using System.ComponentModel.DataAnnotations;
using Sanctum.Configurator.Platform.Requests;
using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Outbox;

/// <summary>What is decided about many pieces at once.</summary>
public sealed record OutboxActForm
{
    /// <summary>retry, resolve or cancel.</summary>
    [Required]
    public OutboxActKind? Kind { get; set; }

    /// <summary>The pieces; null where <see cref="Filter"/> chooses them.</summary>
    [MaxLength(1000)]
    public IReadOnlyList<int>? Ids { get; set; }

    public OutboxFilter? Filter { get; set; }
}

/// <summary>What became of them, or would.</summary>
/// <param name="Done">How many were changed of those that were chosen.</param>
/// <param name="Left">How many match beyond those that are done at once; the same call again goes on with them.</param>
/// <param name="Ids">The first thousand that were changed.</param>
/// <param name="Refused">The first hundred that were not.</param>
public sealed record OutboxActResult(OutboxActKind Kind, int Done, int Left, IReadOnlyList<int> Ids, IReadOnlyList<OutboxRefusal> Refused);

/// <summary>Why a piece stayed as it was.</summary>
public sealed record OutboxRefusal(int Id, string Reason);

/// <summary>Decides about many pieces at once: those that are named, or all that match.</summary>
public sealed class OutboxActs(IDbContextFactory<RegistryDbContext> registries, OutboxBell bell, CurrentUser caller, TimeProvider clock)
{
    /// <summary>Pieces in one commit, and in one call.</summary>
    private const int Batch = 500,
        Most = 10_000;

    private const int MostIds = 1000;
    private const int MostRefused = 100;

    /// <param name="dryRun">Everything is done, and taken back.</param>
    public async Task<Outcome<OutboxActResult>> RunAsync(OutboxActForm form, bool dryRun, CancellationToken cancel)
    {
        if (!await caller.MayAsync(Policies.OperateMessages))
        {
            return new Outcome<OutboxActResult>.Invalid("", OutboxService.MayNot);
        }

        if (Fault(form) is var (field, reason))
        {
            return new Outcome<OutboxActResult>.Invalid(field, reason);
        }

        var kind = form.Kind!.Value;
        List<int> ids;
        await using (var registry = await registries.CreateDbContextAsync(cancel))
        {
            var from = OutboxDecisions.From(kind);
            var chosen = form.Filter?.In(registry) ?? registry.Outbox.Where(o => form.Ids!.Contains(o.Id));
            ids = await chosen.Where(o => from.Contains(o.Status)).OrderBy(o => o.Id).Select(o => o.Id).ToListAsync(cancel);
        }

        if (ids.Count == 0)
        {
            return new Outcome<OutboxActResult>.Invalid("", $"Nothing to do. {OutboxDecisions.Refusal(kind)}");
        }

        var (done, refused) = (new List<int>(), new List<OutboxRefusal>());
        foreach (var some in ids.Take(Most).Chunk(Batch))
        {
            await ApplyAsync(kind, some, dryRun, done, refused, cancel);
        }

        if (!dryRun)
        {
            bell.Ring();
        }

        return new Outcome<OutboxActResult>.Ok(
            new(kind, done.Count, Math.Max(0, ids.Count - Most), [.. done.Take(MostIds)], [.. refused.Take(MostRefused)])
        );
    }

    private async Task ApplyAsync(
        OutboxActKind kind,
        int[] ids,
        bool dryRun,
        List<int> done,
        List<OutboxRefusal> refused,
        CancellationToken cancel
    )
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        await registry.BeginWritingAsync(cancel);

        // Nobody may begin to send them between the look and the change.
        await registry.Outbox.Where(o => ids.Contains(o.Id)).ExecuteUpdateAsync(set => set.SetProperty(o => o.Part, o => o.Part), cancel);
        var pieces = await registry.Outbox.Where(o => ids.Contains(o.Id)).OrderBy(o => o.Id).ToListAsync(cancel);
        var (from, before) = (OutboxDecisions.From(kind), pieces.ToDictionary(piece => piece.Id, piece => piece.Status));
        foreach (var piece in pieces.Where(piece => from.Contains(before[piece.Id])))
        {
            // One that went with an earlier one of the same answer is done already.
            var fault =
                piece.Status != before[piece.Id]
                    ? null
                    : await OutboxDecisions.ApplyAsync(registry, piece, kind, clock.GetUtcNow(), cancel);
            if (fault is null)
            {
                done.Add(piece.Id);
            }
            else
            {
                refused.Add(new(piece.Id, fault));
            }
        }

        if (dryRun)
        {
            await registry.Database.RollbackTransactionAsync(cancel);
            return;
        }

        await registry.SaveChangesAsync(cancel);
        await registry.RecordAsync(OutboxDecisions.Word(kind), Tables.Outbox, $"{ids[0]}", After(ids), cancel);
        await registry.CommitWritingAsync(cancel);
    }

    /// <summary>Of many, which: the history has one line for them.</summary>
    private static string? After(int[] ids) => ids.Length == 1 ? null : JsonSerializer.Serialize(new { ids }, ApiJson.Options);

    private static (string Field, string Reason)? Fault(OutboxActForm form) =>
        form.Kind is null ? (nameof(form.Kind), "Enter a kind. Allowed: retry, resolve, cancel.")
        : form.Ids is null == form.Filter is null ? (nameof(form.Ids), "Enter ids or a filter: one of the two.")
        : form.Ids is { Count: 0 } ? (nameof(form.Ids), "Enter at least one id.")
        : form.Filter is { } filter && !OutboxFilter.States.Contains(filter.State)
            ? (nameof(form.Filter), $"The state must be one of {string.Join(", ", OutboxFilter.States)}.")
        : null;
}
