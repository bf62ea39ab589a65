using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.Options;
using Sanctum.Configurator.Features.RestApi.Parsing;
using Sanctum.Configurator.Features.RestApi.Sql;
using Sanctum.Configurator.Platform.Work;

namespace Sanctum.Configurator.Features.RestApi;

/// <summary>
/// Lets small inserts of many callers share one commit of SQLite. Each is kept as a whole or not at all: one that is refused takes none of
/// the others with it. PostgreSQL groups its commits by itself.
/// </summary>
internal sealed class InsertGroups
{
    /// <summary>Calls in one commit.</summary>
    private const int MostCalls = 128;

    /// <summary>Rows of a call that is small.</summary>
    public const int MostRows = 50;

    private const string Before = "before_this_call";

    private readonly IServiceScopeFactory _scopes;
    private readonly IOptions<RestApiOptions> _options;
    private readonly TimeProvider _clock;
    private readonly GroupedWrites<Waiting> _groups;

    public InsertGroups(IServiceScopeFactory scopes, IOptions<RestApiOptions> options, TimeProvider clock)
    {
        (_scopes, _options, _clock) = (scopes, options, clock);
        _groups = new(MostCalls, CommitAsync);
    }

    /// <summary>Writes, and returns when it is on the disk.</summary>
    /// <param name="write">By the group's connection. It may be called again, where the group could not be kept.</param>
    /// <exception cref="RestFault">It can't be done.</exception>
    public async Task<RestAnswer> AddAsync(Func<RestStore, Task<(RestAnswer Answer, RowChanges Changes)>> write, CancellationToken cancel)
    {
        var own = new Waiting(write, cancel);
        await _groups.WriteAsync(own, cancel);
        var (answer, changes) = await own.Written;
        await changes.TellAsync();
        return answer;
    }

    private async Task CommitAsync(IEnumerable<Waiting> waiting)
    {
        List<Waiting> group = [.. waiting];
        await using var scope = _scopes.CreateAsyncScope();
        var registry = await scope
            .ServiceProvider.GetRequiredService<IDbContextFactory<RegistryDbContext>>()
            .CreateDbContextAsync(CancellationToken.None);
        await using var store = new RestStore(registry, TimeSpan.FromSeconds(_options.Value.StatementSeconds), _clock);
        await using var transaction = await RowLocks.BeginAsync(registry, CancellationToken.None);
        var inner = (SqliteTransaction)registry.Database.CurrentTransaction!.GetDbTransaction();
        var settle = new List<Action>(group.Count);
        foreach (var one in group)
        {
            settle.Add(await WriteAsync(one, store, group.Count > 1 ? inner : null));
        }

        await transaction.CommitAsync(CancellationToken.None);
        settle.ForEach(each => each());
    }

    /// <returns>What is said to the caller once the group is kept: before that, what it stumbled over may not be there to stay.</returns>
    private static async Task<Action> WriteAsync(Waiting one, RestStore store, SqliteTransaction? group)
    {
        if (one.IsGone)
        {
            return () => one.Fail(new OperationCanceledException());
        }

        if (group is null)
        {
            var alone = await one.Write(store);
            return () => one.Answer(alone);
        }

        await group.SaveAsync(Before);
        try
        {
            var written = await one.Write(store);
            await group.ReleaseAsync(Before);
            return () => one.Answer(written);
        }
        catch (Exception e) when (EndsOnlyItself(e))
        {
            await group.RollbackAsync(Before);
            await group.ReleaseAsync(Before);
            return () => one.Fail(e);
        }
    }

    /// <summary>After any other failure SQLite may have taken back the whole transaction.</summary>
    private static bool EndsOnlyItself(Exception e) =>
        e is RestFault or SqliteException { SqliteErrorCode: SQLitePCL.raw.SQLITE_CONSTRAINT };

    private sealed class Waiting(Func<RestStore, Task<(RestAnswer Answer, RowChanges Changes)>> write, CancellationToken cancel) : IWaiting
    {
        private readonly TaskCompletionSource<(RestAnswer Answer, RowChanges Changes)> _written = new(
            TaskCreationOptions.RunContinuationsAsynchronously
        );

        /// <summary>Nobody waits for it any more.</summary>
        public bool IsGone => cancel.IsCancellationRequested;

        public Task<(RestAnswer Answer, RowChanges Changes)> Written => _written.Task;

        public Task Settled => _written.Task;

        public Task<(RestAnswer Answer, RowChanges Changes)> Write(RestStore store) => write(store);

        public void Answer((RestAnswer Answer, RowChanges Changes) answer) => _written.TrySetResult(answer);

        public void Fail(Exception problem) => _written.TrySetException(problem);
    }
}
