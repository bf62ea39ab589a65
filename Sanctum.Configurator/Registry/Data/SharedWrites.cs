using Sanctum.Configurator.Platform.Work;

namespace Sanctum.Configurator.Registry.Data;

/// <summary>
/// Lets those who write all the time share their commits. On SQLite one connection writes for all of them: whatever waits when it begins, or
/// comes in before it is through with that, is written one after the other and is on the disk together. As nobody else writes much, it finds
/// the pages in its own memory that it left there, and its statements taken apart. PostgreSQL does all that by itself: there each has a
/// transaction of its own.
/// </summary>
internal sealed partial class SharedWrites : IDisposable
{
    /// <summary>In one transaction, so that none waits long for what came after it.</summary>
    private const int MostTogether = 8;

    /// <summary>Pages that the connection keeps in its memory, in thousands of bytes.</summary>
    private const string Memory = "PRAGMA cache_size = -32000";

    private readonly IServiceScopeFactory _scopes;
    private readonly RegistryLocation _location;
    private readonly GroupedWrites<IPart> _groups;
    private Writer? _writer;
    private volatile bool _isDisposed;

    public SharedWrites(IServiceScopeFactory scopes, RegistryLocation location, ILogger<SharedWrites> log)
    {
        (_scopes, _location) = (scopes, location);
        _groups = new(MostTogether, CommitAsync, (e, count) => LogOneByOne(log, e, count));
    }

    /// <summary>Whether one connection writes for all; else each has a transaction of its own.</summary>
    public bool AreTogether => _location.IsSqlite;

    /// <summary>Writes, and returns when it is on the disk.</summary>
    /// <param name="write">
    /// By the transaction's context, which it shares with what others write. It is called once more, in a transaction of its own, where they
    /// could not be kept together.
    /// </param>
    /// <param name="cancel">Heard until it waits to be written: from then on it is written, and whoever asked for it is told.</param>
    public async Task<T> WriteAsync<T>(Func<RegistryDbContext, Task<T>> write, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        if (!AreTogether)
        {
            return await WriteAloneAsync(write, cancel);
        }

        var own = new Part<T>(write);
        await _groups.WriteAsync(own, CancellationToken.None);
        return await own.Written;
    }

    public void Dispose()
    {
        _isDisposed = true;
        Forget();
    }

    private async Task<T> WriteAloneAsync<T>(Func<RegistryDbContext, Task<T>> write, CancellationToken cancel)
    {
        await using var scope = _scopes.CreateAsyncScope();
        await using var registry = await scope
            .ServiceProvider.GetRequiredService<IDbContextFactory<RegistryDbContext>>()
            .CreateDbContextAsync(cancel);
        await using var transaction = await RowLocks.BeginAsync(registry, cancel);
        var written = await write(registry);
        await transaction.CommitAsync(cancel);
        return written;
    }

    private async Task CommitAsync(IEnumerable<IPart> group)
    {
        var writer = Interlocked.Exchange(ref _writer, null) ?? await Writer.OpenAsync(_scopes);
        var written = new List<IPart>();
        try
        {
            var registry = writer.Registry;
            await using var transaction = await RowLocks.BeginAsync(registry, CancellationToken.None);
            foreach (var part in group)
            {
                await part.WriteAsync(registry);
                registry.ChangeTracker.Clear();
                registry.Reason = null;
                written.Add(part);
            }

            await transaction.CommitAsync(CancellationToken.None);
        }
        catch
        {
            writer.Dispose(); // It may have left anything in the connection.
            throw;
        }

        Keep(writer);
        written.ForEach(part => part.Settle());
    }

    private void Keep(Writer writer)
    {
        Interlocked.Exchange(ref _writer, writer);
        if (_isDisposed)
        {
            Forget();
        }
    }

    private void Forget() => Interlocked.Exchange(ref _writer, null)?.Dispose();

    [LoggerMessage(LogLevel.Warning, "{Count} changes could not be written together; each is tried by itself")]
    private static partial void LogOneByOne(ILogger log, Exception exception, int count);

    private interface IPart : IWaiting
    {
        Task WriteAsync(RegistryDbContext registry);

        void Settle();
    }

    private sealed class Part<T>(Func<RegistryDbContext, Task<T>> write) : IPart
    {
        private readonly TaskCompletionSource<T> _written = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T _result = default!;

        public Task<T> Written => _written.Task;

        public Task Settled => _written.Task;

        public async Task WriteAsync(RegistryDbContext registry) => _result = await write(registry);

        public void Settle() => _written.TrySetResult(_result);

        public void Fail(Exception problem) => _written.TrySetException(problem);
    }

    /// <summary>A context that is kept, with its connection open.</summary>
    private sealed class Writer(AsyncServiceScope scope, RegistryDbContext registry) : IDisposable
    {
        public RegistryDbContext Registry => registry;

        public static async Task<Writer> OpenAsync(IServiceScopeFactory scopes)
        {
            var scope = scopes.CreateAsyncScope();
            var registry = scope.ServiceProvider.GetRequiredService<IDbContextFactory<RegistryDbContext>>().CreateDbContext();
            var writer = new Writer(scope, registry);
            try
            {
                await registry.Database.OpenConnectionAsync();
                await registry.Database.ExecuteSqlRawAsync(Memory);
                registry.Prepared = new(registry);
                return writer;
            }
            catch
            {
                writer.Dispose();
                throw;
            }
        }

        public void Dispose()
        {
            registry.Prepared?.Dispose();
            registry.Prepared = null;
            registry.Dispose();
            scope.Dispose();
        }
    }
}
