using Sanctum.Configurator.Features.GeneratedCode;
using Sanctum.Configurator.Registry.Conversations;

namespace Sanctum.Configurator.Features.Conversations.Keeping;

/// <summary>There may be answers whose code is to be found.</summary>
internal sealed record CodeWaits;

/// <summary>
/// Finds the code of answers that have ended. That it is to be found is written with the end of the answer, as a piece before its first: a
/// console that stops in between loses nothing, and two that look at once keep it once.
/// </summary>
public sealed partial class WaitingCode(
    IDbContextFactory<RegistryDbContext> registries,
    CodeArchive archive,
    Signal<CodeChanged> changes,
    ILogger<WaitingCode> log
)
{
    private const int Mark = 0;

    /// <summary>In the transaction in which the answer ends.</summary>
    internal static void Note(RegistryDbContext registry, ConversationRun run) =>
        registry.Add(
            new ConversationPiece
            {
                RunId = run.Id,
                Number = Mark,
                Kind = ConversationPieceKind.Reset,
                Text = "",
            }
        );

    /// <summary>Runs whose code waits.</summary>
    internal static IQueryable<int> RunsIn(RegistryDbContext registry) =>
        registry.ConversationPieces.Where(p => p.Number == Mark).Select(p => p.RunId);

    /// <summary>Keeps the code of all answers that wait.</summary>
    /// <param name="conversation">Only of this one; null for all.</param>
    /// <param name="failed">Runs that are left out; those that fail are added.</param>
    internal async Task ArchiveAsync(Guid? conversation, HashSet<int> failed, CancellationToken cancel)
    {
        while (await NextAsync(conversation, failed, cancel) is { } next)
        {
            try
            {
                await ArchiveAsync(next.Run, next.Answer, cancel);
            }
            catch (Exception e) when (!cancel.IsCancellationRequested)
            {
                failed.Add(next.Run);
                LogFailed(e, next.Run);
            }
        }
    }

    private async Task ArchiveAsync(int run, CodeOfAnswer? answer, CancellationToken cancel)
    {
        var blocks = answer is null ? [] : archive.BlocksOf(answer);
        await using var registry = await registries.CreateDbContextAsync(cancel);
        await using var transaction = await RowLocks.BeginAsync(registry, cancel);
        if (await registry.ConversationPieces.Where(p => p.RunId == run && p.Number == Mark).ExecuteDeleteAsync(cancel) == 0)
        {
            return; // Another console was faster, or the conversation was deleted.
        }

        if (answer is not null && blocks.Count > 0)
        {
            await CodeArchive.AddAsync(registry, answer.MessageId, blocks, cancel);
        }

        await transaction.CommitAsync(cancel);
        changes.Publish(new(answer?.UserId));
    }

    /// <summary>The answer is null where nothing of it is to be kept any more.</summary>
    private async Task<(int Run, CodeOfAnswer? Answer)?> NextAsync(Guid? conversation, HashSet<int> failed, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var next = await registry
            .ConversationPieces.Where(p => p.Number == Mark && !failed.Contains(p.RunId))
            .Join(registry.ConversationRuns, p => p.RunId, r => r.Id, (_, r) => r)
            .Where(r => conversation == null || r.ConversationId == conversation)
            .OrderBy(r => r.Id)
            .Select(r => new
            {
                r.Id,
                Message = registry
                    .ConversationMessages.Where(m => m.Id == r.MessageId)
                    .Select(m => new
                    {
                        m.Id,
                        m.Content,
                        Prompt = registry.ConversationMessages.Where(q => q.Id == m.ParentId).Select(q => q.Content).FirstOrDefault(),
                    })
                    .FirstOrDefault(),
                Of = registry
                    .Conversations.Where(c => c.Id == r.ConversationId && !c.IsTemporary)
                    .Select(c => new { c.Id, c.UserId })
                    .FirstOrDefault(),
            })
            .FirstOrDefaultAsync(cancel);
        return next is null ? null
            : next.Message is null || next.Of is null ? (next.Id, null)
            : (next.Id, new(next.Of.Id, next.Message.Id, next.Of.UserId, next.Message.Prompt, next.Message.Content));
    }

    /// <summary>Keeps the code of a conversation that is about to be deleted. What can't be kept does not keep it from being deleted.</summary>
    internal Task FinishAsync(Guid conversation, CancellationToken cancel) => ArchiveAsync(conversation, [], cancel);

    [LoggerMessage(LogLevel.Error, "The code of the answer of run {RunId} could not be kept; it is tried again when the console starts")]
    private partial void LogFailed(Exception exception, int runId);
}
