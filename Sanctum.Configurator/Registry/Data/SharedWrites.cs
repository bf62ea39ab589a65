using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;

namespace Sanctum.Configurator.Registry.Data;

/// <summary>
/// Lets those who write all the time share their commits. On SQLite one connection writes for all of them: whatever waits when it begins, or
/// comes in before it is through with that, is written one after the other and is on the disk together. As nobody else writes much, it finds
/// the pages in its own memory that it left there, and its statements taken apart. PostgreSQL does all that by itself: there each has a
/// transaction of its own.
/// </summary>
internal sealed partial class SharedWrites(IServiceScopeFactory scopes, RegistryLocation location, ILogger<SharedWrites> log) : IDisposable
{
    /// <summary>In one transaction, so that none waits long for what came after it.</summary>
    private const int MostTogether = 8;

    /// <summary>Pages that the connection keeps in its memory, in thousands of bytes.</summary>
    private const string Memory = "PRAGMA cache_size = -32000";

    private readonly ConcurrentQueue<IPart> _waiting = new();
    private int _isWriting;
    private Writer? _writer;
    private bool _isDisposed;

    /// <summary>Whether one connection writes for all; else each has a transaction of its own.</summary>
    public bool AreTogether => location.IsSqlite;

    /// <summary>Writes, and returns when it is on the disk.</summary>
    /// <param name="write">
    /// By the transaction's context, which it shares with what others write. It is called once more, in a transaction of its own, where they
    /// could not be kept together.
    /// </param>
    /// <param name="cancel">Heard until it waits to be written: from then on it is written, and whoever asked for it is told.</param>
    public async Task<T> WriteAsync<T>(Func<RegistryDbContext, Task<T>> write, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        if (!location.IsSqlite)
        {
            return await WriteAloneAsync(write, cancel);
        }

        var own = new Part<T>(write);
        _waiting.Enqueue(own);
        if (Interlocked.Exchange(ref _isWriting, 1) == 0)
        {
            // It writes for others, too, and is no part of what this caller does.
            using (ExecutionContext.SuppressFlow())
            {
                _ = Task.Run(WriteAllAsync, CancellationToken.None);
            }
        }

        return await own.Written;
    }

    public void Dispose()
    {
        _isDisposed = true;
        if (Interlocked.Exchange(ref _isWriting, 1) == 0)
        {
            Forget();
        }
    }

    private async Task<T> WriteAloneAsync<T>(Func<RegistryDbContext, Task<T>> write, CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        await using var registry = await scope
            .ServiceProvider.GetRequiredService<IDbContextFactory<RegistryDbContext>>()
            .CreateDbContextAsync(cancel);
        await using var transaction = await RowLocks.BeginAsync(registry, cancel);
        var written = await write(registry);
        await transaction.CommitAsync(cancel);
        return written;
    }

    private async Task WriteAllAsync()
    {
        do
        {
            while (!_waiting.IsEmpty)
            {
                await WriteGroupAsync();
            }

            if (_isDisposed)
            {
                Forget();
            }

            Interlocked.Exchange(ref _isWriting, 0); // A plain write might be seen only after the look for more.
        } while (!_waiting.IsEmpty && Interlocked.Exchange(ref _isWriting, 1) == 0);
    }

    /// <summary>All in one commit; where that fails, each in its own.</summary>
    private async Task WriteGroupAsync()
    {
        var group = new List<IPart>();
        try
        {
            await CommitAsync(group);
        }
        catch (Exception e)
        {
            // It may have left anything in the connection.
            Forget();
            if (group.Count > 1)
            {
                LogOneByOne(e, group.Count);
                foreach (var one in group)
                {
                    await WriteOneAsync(one);
                }
            }
            else if (group is [var only] || _waiting.TryDequeue(out only))
            {
                only.Fail(e);
            }

            return;
        }

        group.ForEach(one => one.Settle());
    }

    private async Task WriteOneAsync(IPart one)
    {
        try
        {
            await WriteAloneAsync(
                async registry =>
                {
                    await one.WriteAsync(registry);
                    return true;
                },
                CancellationToken.None
            );
            one.Settle();
        }
        catch (Exception e)
        {
            one.Fail(e);
        }
    }

    /// <param name="group">Takes up what is written.</param>
    private async Task CommitAsync(List<IPart> group)
    {
        _writer ??= await Writer.OpenAsync(scopes);
        var registry = _writer.Registry;
        await using var transaction = await RowLocks.BeginAsync(registry, CancellationToken.None);
        while (group.Count < MostTogether && _waiting.TryDequeue(out var part))
        {
            group.Add(part);
            await part.WriteAsync(registry);
            registry.ChangeTracker.Clear();
            registry.Reason = null;
        }

        await transaction.CommitAsync(CancellationToken.None);
    }

    private void Forget()
    {
        _writer?.Dispose();
        _writer = null;
    }

    [LoggerMessage(LogLevel.Warning, "{Count} changes could not be written together; each is tried by itself")]
    private partial void LogOneByOne(Exception exception, int count);

    private interface IPart
    {
        Task WriteAsync(RegistryDbContext registry);

        void Settle();

        void Fail(Exception problem);
    }

    private sealed class Part<T>(Func<RegistryDbContext, Task<T>> write) : IPart
    {
        private readonly TaskCompletionSource<T> _written = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T _result = default!;

        public Task<T> Written => _written.Task;

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
