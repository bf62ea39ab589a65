using System.Collections.Concurrent;
using System.Threading.Channels;
using Sanctum.Configurator.Features.Memories.Keeping;
using Sanctum.Configurator.Registry.Data.Postgres;

namespace Sanctum.Configurator.Features.Memories.Vectors;

/// <summary>Something about the indexes is not as it was: there is another one, or one is further.</summary>
public sealed record VectorIndexesChanged;

/// <summary>Somebody wants an index to be built.</summary>
internal sealed record VectorIndexWanted;

/// <summary>
/// Completes the indexes whenever something is remembered. Of the consoles that share a database one does so. What fails is tried again
/// after a while, ever longer.
/// </summary>
internal sealed partial class VectorWorker(
    IServiceScopeFactory scopes,
    RegistryLocation location,
    VectorCache cache,
    Signal<MemoriesChanged> memories,
    Signal<VectorIndexesChanged> indexes,
    Signal<VectorIndexWanted> wanted,
    TimeProvider clock,
    ILogger<VectorWorker> log
) : BackgroundService
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Adopts = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan LongestRest = TimeSpan.FromMinutes(10);

    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
    );

    /// <summary>Of the indexes that something is in the way of: when they are tried again, and after which rest.</summary>
    private readonly ConcurrentDictionary<int, (DateTimeOffset Until, TimeSpan Pause)> _resting = new();
    private DateTimeOffset? _adopted;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using var turn = new MonitorTurn(location, RegistryLock.VectorKey);
        using var ofMemories = memories.Subscribe(_ => Wake());
        using var ofIndexes = wanted.Subscribe(_ => Wake());
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await SleepAsync(stoppingToken);
                if (await turn.HoldAsync(stoppingToken))
                {
                    await RoundAsync(stoppingToken);
                }
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(e);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>Completes all indexes as far as it can.</summary>
    internal async Task RoundAsync(CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var builder = scope.ServiceProvider.GetRequiredService<VectorBuilder>();
        var now = clock.GetUtcNow();
        if (_adopted is not { } adopted || now - adopted >= Adopts)
        {
            await builder.AdoptAsync(cancel);
            await builder.CopyAsync(cancel);
            _adopted = now;
        }

        await builder.BeginFirstAsync(cancel);
        var moved = false;
        foreach (var index in await builder.IndexesAsync(cancel))
        {
            moved |= !IsResting(index) && await CompleteAsync(builder, index, cancel);
        }

        if (moved)
        {
            await builder.CopyAsync(cancel);
            await using var registry = await scope
                .ServiceProvider.GetRequiredService<IDbContextFactory<RegistryDbContext>>()
                .CreateDbContextAsync(cancel);
            await cache.PruneAsync(registry, cancel);
        }
    }

    /// <returns>Whether anything was done.</returns>
    private async Task<bool> CompleteAsync(VectorBuilder builder, int index, CancellationToken cancel)
    {
        var steps = 0;
        while (await builder.StepAsync(index, cancel))
        {
            steps++;
            indexes.Publish(new());
        }

        if (await builder.ProblemAsync(index, cancel) is null)
        {
            _resting.TryRemove(index, out _);
        }
        else
        {
            var rest = _resting.TryGetValue(index, out var before) ? before.Pause * 2 : TimeSpan.FromSeconds(30);
            rest = rest > LongestRest ? LongestRest : rest;
            _resting[index] = (clock.GetUtcNow() + rest, rest);
        }

        return steps > 0;
    }

    private bool IsResting(int index) => _resting.TryGetValue(index, out var rest) && rest.Until > clock.GetUtcNow();

    private void Wake() => _wake.Writer.TryWrite(true);

    private async Task SleepAsync(CancellationToken cancel)
    {
        using var awake = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        await Task.WhenAny(_wake.Reader.ReadAsync(awake.Token).AsTask(), Task.Delay(Look, clock, awake.Token));
        await awake.CancelAsync();
        cancel.ThrowIfCancellationRequested();
    }

    [LoggerMessage(LogLevel.Error, "The vector indexes could not be completed; retrying")]
    private partial void LogFailed(Exception exception);
}
