using Sanctum.Configurator.Registry.Data.Settings;
using Sanctum.Configurator.Registry.Data.Sqlite;

namespace Sanctum.Configurator.Registry.Data.History;

/// <summary>
/// Finds what other consoles and other programs wrote: reads the tail of the change history as soon as the database was written to, and twice
/// a second whatever happens. Of what this process wrote it has told at the commit (<see cref="OwnCommits"/>).
/// </summary>
internal sealed partial class OtherWritersWorker(
    IServiceScopeFactory scopes,
    Signal<RegistryChange> changes,
    OwnCommits own,
    DatabaseHealth health,
    SecretAdoption adoption,
    WriteWatch writes,
    PlaceOfDatabase place,
    TimeProvider clock,
    ILogger<OtherWritersWorker> log
) : BackgroundService
{
    internal static readonly TimeSpan Often = TimeSpan.FromMilliseconds(50);
    internal static readonly TimeSpan AtLeast = TimeSpan.FromMilliseconds(500);

    private long? _seen;

    /// <summary>How many times it has read since it was started.</summary>
    internal int Readings { get; private set; }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(writes.ListenAsync(stoppingToken), FollowAsync(stoppingToken));

    private async Task FollowAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Often, clock);
        await AdoptSecretsAsync(stoppingToken);
        long? last = null;
        do
        {
            if (!writes.TakeMark() && last is { } read && clock.GetElapsedTime(read) < AtLeast)
            {
                continue;
            }

            try
            {
                last = clock.GetTimestamp();
                place.Require();
                await ReadAsync(stoppingToken);
                Readings++;
                if (health.Take(hasAnswered: true))
                {
                    LogAnswersAgain();
                }
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                if (health.Take(hasAnswered: false, DatabaseOutage.SentenceOf(e)))
                {
                    LogFailed(e);
                }
            }
        } while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>What other programs wrote, or the operator configured, while the console was down.</summary>
    private async Task AdoptSecretsAsync(CancellationToken cancel)
    {
        try
        {
            await adoption.SealAsync(cancel);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogAdoptionFailed(e);
        }
    }

    internal async Task ReadAsync(CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        await using var registry = await scope
            .ServiceProvider.GetRequiredService<IDbContextFactory<RegistryDbContext>>()
            .CreateDbContextAsync(cancel);
        var seen = _seen ??= await registry.Changes.MaxAsync(r => r.ChainNumber, cancel) ?? 0;
        if (await registry.Changes.AnyAsync(r => r.ChainNumber == null && r.Hash == null && r.Actor == Actor.OutsideName, cancel))
        {
            await registry.BeginWritingAsync(cancel);
            await ChangeRecorder.SealAsync(registry, cancel);
            await registry.CommitWritingAsync(cancel);
        }

        // By the place in the chain, not by id: a transaction that commits late has a low id, and another console may have sealed it.
        var rows = await registry
            .Changes.AsNoTracking()
            .Where(r => r.ChainNumber > seen)
            .Select(r => new
            {
                r.ChainNumber,
                r.TableName,
                r.Actor,
            })
            .ToListAsync(cancel);
        if (adoption.IsUnfinished || rows.Any(r => r.Actor == Actor.OutsideName))
        {
            await AdoptSecretsAsync(cancel);
        }

        if (rows.Count > 0)
        {
            _seen = rows.Max(r => r.ChainNumber);
            var others = rows.Where(r => !own.WasTold(r.ChainNumber!.Value)).Select(r => r.TableName).ToHashSet();
            own.Forget(seen);
            if (others.Count > 0)
            {
                await changes.PublishAsync(new(others));
            }
        }

        await changes.ToldAsync();
    }

    [LoggerMessage(LogLevel.Error, "A secret could not be encrypted or decrypted; the system settings show which")]
    private partial void LogAdoptionFailed(Exception exception);

    [LoggerMessage(LogLevel.Error, "The change history could not be read; pages may show old values until it can")]
    private partial void LogFailed(Exception exception);

    [LoggerMessage(LogLevel.Warning, "The change history can be read again")]
    private partial void LogAnswersAgain();
}
