using Sanctum.Configurator.Platform.Work;
using Sanctum.Configurator.Registry.Conversations;

namespace Sanctum.Configurator.Features.Conversations.Answering;

/// <summary>
/// Writes pieces of many answers in one commit: what comes while a group is written goes into the next one. Nothing waits for a group to fill.
/// </summary>
internal sealed class PieceGroups
{
    /// <summary>Answers in one commit.</summary>
    private const int MostAnswers = 256;

    private readonly IServiceScopeFactory _scopes;
    private readonly AnswerFeed _feed;
    private readonly TimeProvider _clock;
    private readonly GroupedWrites<WaitingPieces> _groups;

    public PieceGroups(IServiceScopeFactory scopes, AnswerFeed feed, TimeProvider clock)
    {
        (_scopes, _feed, _clock) = (scopes, feed, clock);
        _groups = new(MostAnswers, CommitAsync);
    }

    /// <summary>Returns when they are durable, and whoever follows has them.</summary>
    /// <returns>False where the answer does not belong to this run any more.</returns>
    public async Task<bool> AddAsync(ConversationRun run, IReadOnlyList<ConversationPiece> pieces)
    {
        var own = new WaitingPieces(run, pieces);
        await _groups.WriteAsync(own, CancellationToken.None);
        return await own.Written;
    }

    private async Task CommitAsync(IEnumerable<WaitingPieces> waiting)
    {
        List<WaitingPieces> group = [.. waiting];
        await using var scope = _scopes.CreateAsyncScope();
        await using var registry = await scope
            .ServiceProvider.GetRequiredService<IDbContextFactory<RegistryDbContext>>()
            .CreateDbContextAsync(CancellationToken.None);
        await using var transaction = await RowLocks.BeginAsync(registry, CancellationToken.None);
        var own = await OwnAsync(registry, group);
        registry.AddRange(own.SelectMany(one => one.Pieces));
        await registry.SaveChangesAsync(CancellationToken.None);
        await transaction.CommitAsync(CancellationToken.None);
        foreach (var one in own)
        {
            _feed.Tell(one.Run.Id, one.Pieces);
        }

        foreach (var one in group)
        {
            one.Keep(own.Contains(one));
        }
    }

    /// <summary>Those whose answer is still theirs, and stays so until the end of the transaction.</summary>
    private async Task<HashSet<WaitingPieces>> OwnAsync(RegistryDbContext registry, IReadOnlyList<WaitingPieces> group)
    {
        var ids = group.Select(one => one.Run.Id).Distinct().ToList();
        await RowLocks.WaitAsync(registry, "conversation_runs", ids, CancellationToken.None);
        var now = _clock.GetUtcNow();
        var running = await registry
            .ConversationRuns.Where(r => ids.Contains(r.Id) && r.Status == ConversationRunStatus.Running && r.LeaseUntil >= now)
            .Select(r => new
            {
                r.Id,
                r.Owner,
                r.LettaRunId,
            })
            .ToDictionaryAsync(r => r.Id);
        HashSet<WaitingPieces> own = [.. group.Where(one => running.GetValueOrDefault(one.Run.Id)?.Owner == one.Run.Owner)];
        foreach (var one in own.Where(one => running[one.Run.Id].LettaRunId != one.Run.LettaRunId))
        {
            await registry
                .ConversationRuns.Where(r => r.Id == one.Run.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(r => r.LettaRunId, one.Run.LettaRunId));
        }

        return own;
    }

    /// <param name="Run">As this console took it.</param>
    private sealed record WaitingPieces(ConversationRun Run, IReadOnlyList<ConversationPiece> Pieces) : IWaiting
    {
        private readonly TaskCompletionSource<bool> _written = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<bool> Written => _written.Task;

        public Task Settled => _written.Task;

        public void Keep(bool isOwn) => _written.TrySetResult(isOwn);

        public void Fail(Exception problem) => _written.TrySetException(problem);

        public bool Equals(WaitingPieces? other) => ReferenceEquals(this, other);

        public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);
    }
}
