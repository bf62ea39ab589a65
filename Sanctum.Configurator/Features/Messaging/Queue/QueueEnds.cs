using Sanctum.Configurator.Features.Messaging.Outbox;
using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Queue;

/// <summary>
/// Writes how turns ended: only for whom they still belong to, with the attempt, the answer and its way out, in one commit.
/// </summary>
internal sealed class QueueEnds(
    IDbContextFactory<RegistryDbContext> registries,
    SharedWrites writes,
    AnswerPieces pieces,
    TimeProvider clock
)
{
    /// <summary>Consoles that may end with a message before it is left alone.</summary>
    private const int MostCrashes = 2;

    /// <summary>Its person wrote more meanwhile, and it was ended to have both answered together.</summary>
    private const string Steered =
        "(word = 'cancelled' AND EXISTS (SELECT 1 FROM queue AS next WHERE next.turn_id = entry AND next.status || '' = 'pending'))";

    /// <returns>Those that were written; the others had been taken over by another console.</returns>
    public Task<IReadOnlyList<(ClaimedTurn Claimed, TurnEnd End)>> WriteAsync(
        IReadOnlyList<(ClaimedTurn Claimed, TurnEnd End)> ends,
        CancellationToken cancel
    ) =>
        writes.WriteAsync(
            async registry =>
            {
                List<int> ids = [.. ends.SelectMany(e => e.Claimed.Entries).Select(e => e.Id)];
                await RowLocks.WaitAsync(registry, Tables.Queue, ids, CancellationToken.None);
                return await WriteAsync(registry, ends, CancellationToken.None);
            },
            cancel
        );

    /// <summary>
    /// Gives back what nobody answers for any more: to be tried again, once; what ended its console twice is left alone.
    /// </summary>
    public async Task<int> TakeOverAsync(CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var now = clock.GetUtcNow();
        if (!await Unanswered(registry, now).AnyAsync(cancel))
        {
            return 0;
        }

        await using var transaction = await RowLocks.BeginAsync(registry, cancel);
        var ids = await Unanswered(registry, now).Select(e => e.Id).ToListAsync(cancel);
        var free = await RowLocks.FreeAsync(registry, Tables.Queue, ids, cancel);
        var lost = await Unanswered(registry, now).AsNoTracking().Where(e => free.Contains(e.Id)).ToListAsync(cancel);
        var ends = lost.ConvertAll(entry => (new ClaimedTurn(entry, []), LostEnd(entry)));
        var written = await WriteAsync(registry, ends, cancel);
        await registry
            .Queue.Where(e => free.Contains(e.Id) && e.TurnId == null)
            .ExecuteUpdateAsync(set => set.SetProperty(e => e.Crashes, e => e.Crashes + 1), cancel);
        await transaction.CommitAsync(cancel);
        return written.Count;
    }

    private static IQueryable<QueueEntry> Unanswered(RegistryDbContext registry, DateTimeOffset now) =>
        registry.Queue.Where(e => e.Status == QueueStatus.Processing && (e.LeaseUntil == null || e.LeaseUntil < now));

    private static TurnEnd LostEnd(QueueEntry entry)
    {
        var isPoison = entry.TurnId is null && entry.Crashes + 1 >= MostCrashes;
        var why = entry.LeaseUntil is { } until
            ? $"The console that processed it stopped responding at {until:yyyy-MM-dd HH:mm:ss} UTC."
            : "Another program left it in processing.";
        return isPoison
            ? new(QueueStatus.Poison, "lost", Failure: $"{why} That happened twice, so it is not tried again automatically.")
            : new(QueueStatus.Pending, "lost", Failure: $"{why} It is looked up at Letta before it is given again.");
    }

    private async Task<IReadOnlyList<(ClaimedTurn Claimed, TurnEnd End)>> WriteAsync(
        RegistryDbContext registry,
        IReadOnlyList<(ClaimedTurn Claimed, TurnEnd End)> ends,
        CancellationToken cancel
    )
    {
        var ended = await MarkAsync(registry, ends, cancel);
        var written = ends.Where(e => ended.Contains(e.Claimed.Lead.Id)).ToList();
        await AddAttemptsAsync(registry, written, cancel);
        await AddAnswersAsync(registry, written, cancel);
        return written;
    }

    private async Task<IReadOnlySet<int>> MarkAsync(
        RegistryDbContext registry,
        IReadOnlyList<(ClaimedTurn Claimed, TurnEnd End)> ends,
        CancellationToken cancel
    )
    {
        var rows = new JsonRows(
            registry,
            ("entry", "int"),
            ("holder", "text"),
            ("word", "text"),
            ("why", "text"),
            ("alike", "text"),
            ("run", "text"),
            ("later", "timestamptz"),
            ("ended", "timestamptz"),
            ("forget", "int")
        );
        var now = clock.GetUtcNow();
        var values = ends.SelectMany(e =>
            e.Claimed.Entries.Select(entry => new
            {
                entry = entry.Id,
                holder = entry.Owner,
                word = EnumText<QueueStatus>.Of(e.End.Status),
                why = Cut(e.End.Failure, LengthLimits.Failure),
                alike = e.End.Failure is null ? null : Causes.Of(e.End.Failure),
                run = e.End.RunId,
                later = rows.Time(e.End.NotBefore),
                ended = rows.Time(e.End.Status == QueueStatus.Pending ? null : now),
                forget = e.End.IsForgotten ? 1 : 0,
            })
        );

        // Found by their ids: an expression has no index.
        var ids = await rows.IdsAsync(
            $"""
            UPDATE queue SET status = CASE WHEN {Steered} THEN 'pending' ELSE word END, ended_at = CASE WHEN {Steered} THEN NULL ELSE ended END, failure = why, cause = alike, cause_version = CASE WHEN alike IS NULL THEN NULL ELSE {Causes.Version} END,
                run_id = COALESCE(run, run_id), not_before = later, owner = NULL, lease_until = NULL, is_cancel_requested = FALSE,
                client_id = CASE WHEN forget = 1 OR {Steered} THEN NULL ELSE client_id END
            FROM given WHERE id = entry AND status || '' = 'processing' AND COALESCE(owner, '') = COALESCE(holder, '')
            RETURNING id
            """,
            values,
            cancel
        );
        return ids.ToHashSet();
    }

    private async Task AddAttemptsAsync(RegistryDbContext registry, List<(ClaimedTurn Claimed, TurnEnd End)> ends, CancellationToken cancel)
    {
        if (ends.Count == 0)
        {
            return;
        }

        var rows = new JsonRows(
            registry,
            ("queue_id", "int"),
            ("number", "int"),
            ("node", "text"),
            ("started_at", "timestamptz"),
            ("ended_at", "timestamptz"),
            ("outcome", "text"),
            ("failure", "text"),
            ("cause", "text"),
            ("run_id", "text"),
            ("excerpt", "text")
        );
        var now = clock.GetUtcNow();
        var added = ends.SelectMany(e =>
            e.Claimed.Entries.Select(entry => new
            {
                queue_id = entry.Id,
                number = entry.AttemptCount,
                node = entry.Owner,
                started_at = rows.Time(entry.StartedAt),
                ended_at = rows.Time(now),
                outcome = e.End.Outcome,
                failure = Cut(e.End.Failure, LengthLimits.Failure),
                cause = e.End.Failure is null ? null : Causes.Of(e.End.Failure),
                run_id = e.End.RunId,
                excerpt = Cut(e.End.Answer, LengthLimits.Excerpt),
            })
        );
        await rows.ExecuteAsync($"INSERT INTO queue_attempts ({rows.Names}) SELECT {rows.Names} FROM given", added, cancel);
    }

    /// <summary>The answer goes to the last message of the turn, and out.</summary>
    private async Task AddAnswersAsync(RegistryDbContext registry, List<(ClaimedTurn Claimed, TurnEnd End)> ends, CancellationToken cancel)
    {
        var answered = ends.Where(e => e.End is { Status: QueueStatus.Done, Answer: not null }).ToList();
        if (answered.Count == 0)
        {
            return;
        }

        var rows = new JsonRows(registry, ("said", "int"), ("answer", "text"));
        await rows.ExecuteAsync(
            "UPDATE messages SET processed = TRUE, agent_response = COALESCE(answer, agent_response) FROM given WHERE id = said",
            answered.SelectMany(e =>
                e.Claimed.Entries.Where(entry => entry.MessageId is not null)
                    .Select(entry => new { said = entry.MessageId, answer = entry == e.Claimed.Entries[^1] ? e.End.Answer : null })
            ),
            cancel
        );
        await pieces.AddAsync(registry, [.. answered.Select(e => (e.Claimed.Entries[^1], e.End.Answer!))], cancel);
    }

    private static string? Cut(string? text, int most) => text is null || text.Length <= most ? text : Whole(text, most);

    /// <summary>Half of a character is none.</summary>
    private static string Whole(string text, int most) => text[..(char.IsHighSurrogate(text[most - 1]) ? most - 1 : most)];
}
