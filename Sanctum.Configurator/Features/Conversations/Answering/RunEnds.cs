using Sanctum.Configurator.Features.Conversations.Keeping;
using Sanctum.Configurator.Features.GeneratedCode;
using Sanctum.Configurator.Features.Memories;
using Sanctum.Configurator.Registry.Conversations;

namespace Sanctum.Configurator.Features.Conversations.Answering;

/// <summary>
/// Writes how answers ended: only for whom they still belong to, the message with all of it and its pieces away, in one commit.
/// </summary>
internal sealed class RunEnds(IDbContextFactory<RegistryDbContext> registries, MemoryIntake memories, TimeProvider clock)
{
    /// <summary>Consoles that may end with an answer before it is left as it is.</summary>
    private const int MostCrashes = 3;

    private const string Stopped = "The console that made this answer stopped. It is kept as far as it came.";

    /// <returns>Those that were written; the others had been taken over by another console.</returns>
    public async Task<IReadOnlyList<(ClaimedRun Claimed, RunEnd End)>> WriteAsync(
        IReadOnlyList<(ClaimedRun Claimed, RunEnd End)> ends,
        CancellationToken cancel
    )
    {
        List<(ClaimedRun, RunEnd)> written = [];
        foreach (var (claimed, end) in ends)
        {
            await using var registry = await registries.CreateDbContextAsync(cancel);
            await using var transaction = await RowLocks.BeginAsync(registry, cancel);
            await RowLocks.WaitAsync(registry, Tables.ConversationRuns, [claimed.Run.Id], cancel);
            var run = await registry.ConversationRuns.SingleOrDefaultAsync(
                r => r.Id == claimed.Run.Id && r.Status == ConversationRunStatus.Running && r.Owner == claimed.Run.Owner,
                cancel
            );
            if (run is not null)
            {
                await EndAsync(registry, run, end, cancel);
                written.Add((claimed, end));
            }

            await transaction.CommitAsync(cancel);
        }

        return written;
    }

    /// <summary>
    /// Takes over what nobody makes any more: an agent's answer is taken up again, a model's is kept as far as it came.
    /// </summary>
    /// <returns>The runs and the conversations that they are of.</returns>
    public async Task<IReadOnlyList<(int Run, Guid Conversation)>> TakeOverAsync(CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var now = clock.GetUtcNow();
        if (!await Lost(registry, now).AnyAsync(cancel))
        {
            return [];
        }

        await using var transaction = await RowLocks.BeginAsync(registry, cancel);
        var ids = await Lost(registry, now).Select(r => r.Id).ToListAsync(cancel);
        var free = await RowLocks.FreeAsync(registry, Tables.ConversationRuns, ids, cancel);
        var lost = await Lost(registry, now).Where(r => free.Contains(r.Id)).ToListAsync(cancel);
        foreach (var run in lost)
        {
            run.Crashes++;
            await EndAsync(
                registry,
                run,
                run.IsCancelRequested
                    ? new(ConversationMessageState.Stopped)
                    : new(ConversationMessageState.CutOff, Stopped) { IsHandedOver = run.AgentId is not null && run.Crashes < MostCrashes },
                cancel
            );
        }

        await transaction.CommitAsync(cancel);
        return [.. lost.Select(run => (run.Id, run.ConversationId))];
    }

    private static IQueryable<ConversationRun> Lost(RegistryDbContext registry, DateTimeOffset now) =>
        registry.ConversationRuns.Where(r => r.Status == ConversationRunStatus.Running && (r.LeaseUntil == null || r.LeaseUntil < now));

    private async Task EndAsync(RegistryDbContext registry, ConversationRun run, RunEnd end, CancellationToken cancel)
    {
        if (end.IsHandedOver)
        {
            (run.Status, run.Owner, run.LeaseUntil) = (ConversationRunStatus.Waiting, null, null);
            run.Crashes = Math.Max(1, run.Crashes);
            await registry.SaveChangesAsync(cancel);
            return;
        }

        var (now, message) = (clock.GetUtcNow(), await registry.ConversationMessages.SingleAsync(m => m.Id == run.MessageId, cancel));
        var answer = end.Answer ?? await AnswerAsync(registry, run, message, cancel);
        answer.WriteTo(message);
        message.State = end.State == ConversationMessageState.CutOff && answer.IsEmpty ? ConversationMessageState.Failed : end.State;
        message.Problem = Cut(end.Problem);
        message.Model = Cut(end.Model, 255) ?? message.Model;
        message.InputTokens = end.InputTokens ?? message.InputTokens;
        message.OutputTokens = end.OutputTokens ?? message.OutputTokens;
        (run.Status, run.EndedAt, run.LeaseUntil) = (ConversationRunStatus.Ended, now, null);
        await registry.SaveChangesAsync(cancel);
        await registry.ConversationPieces.Where(p => p.RunId == run.Id).ExecuteDeleteAsync(cancel);
        await registry
            .Conversations.Where(c => c.Id == run.ConversationId)
            .ExecuteUpdateAsync(set => set.SetProperty(c => c.UpdatedAt, now), cancel);
        await KeepWhatCameAsync(registry, run, message, cancel);
    }

    /// <summary>Of a conversation that is kept: the code of an answer is found, and memories are read from the exchange, after this.</summary>
    private async Task KeepWhatCameAsync(
        RegistryDbContext registry,
        ConversationRun run,
        ConversationMessage message,
        CancellationToken cancel
    )
    {
        if (
            message.State is not (ConversationMessageState.Complete or ConversationMessageState.Stopped or ConversationMessageState.CutOff)
            || !await registry.Conversations.AnyAsync(c => c.Id == message.ConversationId && !c.IsTemporary, cancel)
        )
        {
            return;
        }

        if (message.State == ConversationMessageState.Complete)
        {
            await memories.AfterExchangeAsync(registry, message.ConversationId, message.Id, cancel);
        }

        if (CodeArchive.MayHaveCode(message.Content))
        {
            WaitingCode.Note(registry, run);
            await registry.SaveChangesAsync(cancel);
        }
    }

    private static async Task<AnswerSoFar> AnswerAsync(
        RegistryDbContext registry,
        ConversationRun run,
        ConversationMessage message,
        CancellationToken cancel
    )
    {
        var answer = new AnswerSoFar(message);
        await foreach (
            var piece in registry
                .ConversationPieces.AsNoTracking()
                .Where(p => p.RunId == run.Id)
                .OrderBy(p => p.Number)
                .AsAsyncEnumerable()
                .WithCancellation(cancel)
        )
        {
            answer.Add(piece.Kind, piece.Text);
        }

        return answer;
    }

    private static string? Cut(string? text, int most = 2000)
    {
        var whole = Platform.WholeText.OrNull(text);
        return whole is null || whole.Length <= most ? whole : whole[..(char.IsHighSurrogate(whole[most - 1]) ? most - 1 : most)];
    }
}
