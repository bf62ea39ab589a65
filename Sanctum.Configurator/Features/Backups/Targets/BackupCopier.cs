using System.Collections.Concurrent;
using Sanctum.Configurator.Features.Backups.Archive;
using Sanctum.Configurator.Registry.Backups;

namespace Sanctum.Configurator.Features.Backups.Targets;

/// <summary>
/// Copies completed backups to the further targets and deletes there what their rules let go, one after the other in each target, all
/// targets beside each other, away from the turn in which backups are made. A target gets each backup that its rules keep.
/// </summary>
public sealed partial class BackupCopier(
    IServiceScopeFactory scopes,
    BackupStores stores,
    BackupCopies copies,
    BackupFiles files,
    Signal<RegistryChange> changes,
    TimeProvider clock,
    ILogger<BackupCopier> log
) : IDisposable
{
    internal const int MostAttempts = 24;

    private static readonly TimeSpan[] Waits =
    [
        TimeSpan.FromMinutes(1),
        TimeSpan.FromMinutes(5),
        TimeSpan.FromMinutes(15),
        TimeSpan.FromHours(1),
    ];

    /// <summary>Whether a time stands that something is put off to. One that is too far ahead was set before the clock was set back.</summary>
    internal static bool IsToCome(DateTimeOffset time, DateTimeOffset now) => time > now && time <= now + (2 * Waits[^1]);

    private const int MostRefused = 2;

    private readonly CancellationTokenSource _ending = new();
    private readonly ConcurrentDictionary<int, Task> _jobs = [];
    private readonly ConcurrentDictionary<int, DateTimeOffset> _rests = [];
    private volatile bool _isDisposed;

    /// <summary>Told that there may be something to do now.</summary>
    internal event Action? Wanted;

    /// <summary>The end of what is being done in all targets.</summary>
    public Task Finished => Task.WhenAll(_jobs.Values);

    public void Dispose()
    {
        _isDisposed = true;
        _ending.Dispose();
    }

    /// <summary>Tries a target again at once, such as after it was corrected.</summary>
    public void Nudge(int? targetId = null)
    {
        if (targetId is { } id)
        {
            _rests.TryRemove(id, out _);
        }

        Wanted?.Invoke();
    }

    /// <summary>What a console that was killed was copying is copied from the start.</summary>
    internal async Task ResumeAsync(CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        await using var registry = await BackupCopies.OpenAsync(scope, cancel);
        var now = (DateTimeOffset?)clock.GetUtcNow();
        await registry
            .BackupCopies.Where(c => c.State == CopyState.Waiting && c.RetryAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(c => c.RetryAt, now), cancel);
    }

    internal async Task StopAsync()
    {
        if (_isDisposed)
        {
            return; // A host that is stopped twice at once may be gone before the second stop comes here.
        }

        await _ending.CancelAsync();
        await Finished.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Begins what is to be done, in each target where nothing is being done.</summary>
    internal async Task TickAsync(CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        await using var registry = await BackupCopies.OpenAsync(scope, cancel);
        var now = clock.GetUtcNow();
        var targets = await registry
            .BackupTargets.AsNoTracking()
            .Where(t => t.Kind != BackupTargetKind.Local && t.IsOn)
            .ToListAsync(cancel);
        foreach (var target in targets.Where(t => !_jobs.TryGetValue(t.Id, out var job) || job.IsCompleted))
        {
            var plan = await CopyPlan.MakeAsync(registry, target, files, now, cancel);
            if ((plan.Due.Count > 0 || plan.Gone.Count > 0) && !(_rests.TryGetValue(target.Id, out var rest) && IsToCome(rest, now)))
            {
                _jobs[target.Id] = Task.Run(() => WorkAsync(target, plan), CancellationToken.None);
            }
        }
    }

    private async Task WorkAsync(BackupTarget target, CopyPlan plan)
    {
        try
        {
            // An object that the target refuses keeps no other waiting; where it refuses the next one too, it is not for the object.
            var refused = 0;
            foreach (var copy in plan.Due)
            {
                var end = await CopyAsync(target, copy);
                refused = end is CopyEnd.Refused ? refused + 1 : 0;
                if (end is CopyEnd.Failed)
                {
                    return;
                }

                if (refused == MostRefused)
                {
                    _rests[target.Id] = clock.GetUtcNow() + Waits[1];
                    return;
                }
            }

            await RemoveAsync(target, plan.Gone);

            Wanted?.Invoke();
        }
        catch (Exception e)
        {
            // Nobody waits for this task. It is tried again.
            _rests[target.Id] = clock.GetUtcNow() + Waits[1];
            if (e is not OperationCanceledException)
            {
                LogStopped(e, target.Name);
            }
        }
    }

    /// <summary>Copies one backup, and writes down how that ended.</summary>
    private async Task<CopyEnd> CopyAsync(BackupTarget target, BackupCopy copy)
    {
        await using var scope = scopes.CreateAsyncScope();
        await using var registry = await BackupCopies.OpenAsync(scope, _ending.Token);
        var mine = registry.BackupCopies.Where(c => c.Id == copy.Id);

        // Of the consoles that share a registry, the one that takes the date off makes the copy.
        if (
            await mine.Where(c => c.RetryAt == copy.RetryAt && c.State != CopyState.Stored)
                .ExecuteUpdateAsync(
                    set =>
                        set.SetProperty(c => c.State, CopyState.Waiting)
                            .SetProperty(c => c.RetryAt, (DateTimeOffset?)null)
                            .SetProperty(c => c.Attempts, c => c.Attempts + 1),
                    _ending.Token
                ) == 0
            || await registry.Backups.AsNoTracking().SingleOrDefaultAsync(b => b.Id == copy.BackupId, _ending.Token) is not { } backup
        )
        {
            return CopyEnd.Done;
        }

        Tell();
        var isTargetsFault = false;
        try
        {
            var sum = await SumOfAsync(backup);
            isTargetsFault = true;
            await StoreAsync(target, backup, sum);
            var now = (DateTimeOffset?)clock.GetUtcNow();
            if (
                await mine.ExecuteUpdateAsync(
                    set =>
                        set.SetProperty(c => c.State, CopyState.Stored)
                            .SetProperty(c => c.Failure, (string?)null)
                            .SetProperty(c => c.StoredAt, now),
                    CancellationToken.None
                ) == 0
            )
            {
                // The backup or the target was deleted meanwhile; with the target, what it holds stays.
                await ForgetAsync(registry, target, backup);
            }

            LogStored(backup.Name, target.Name);
            Tell();
            return CopyEnd.Done;
        }
        catch (OperationCanceledException) when (_ending.IsCancellationRequested)
        {
            var now = (DateTimeOffset?)clock.GetUtcNow();
            await mine.ExecuteUpdateAsync(
                set => set.SetProperty(c => c.RetryAt, now).SetProperty(c => c.Attempts, copy.Attempts),
                CancellationToken.None
            );
            throw;
        }
        catch (Exception e)
        {
            LogFailed(e, backup.Name, target.Name);
            var failure =
                BackupFailedException.Explain(e, files.Folder) ?? "An unexpected error occurred. See the console's log for details.";
            var attempts = copy.Attempts + 1;
            var retryAt = clock.GetUtcNow() + Waits[Math.Min(attempts, Waits.Length) - 1];
            await mine.ExecuteUpdateAsync(
                set =>
                    set.SetProperty(c => c.State, CopyState.Failed)
                        .SetProperty(c => c.Failure, failure)
                        .SetProperty(c => c.RetryAt, attempts < MostAttempts ? retryAt : (DateTimeOffset?)null),
                CancellationToken.None
            );
            var isOfOneObject = e is BackupFailedException { MayBeOfOneObject: true };
            if (isTargetsFault && !isOfOneObject)
            {
                _rests[target.Id] = retryAt;
            }

            Tell();
            return !isTargetsFault ? CopyEnd.Done
                : isOfOneObject ? CopyEnd.Refused
                : CopyEnd.Failed;
        }
    }

    /// <summary>The SHA-256 of the file on this machine; null where it is not there.</summary>
    /// <exception cref="BackupFailedException">It is damaged, and the damage would be copied and called whole.</exception>
    private async Task<string?> SumOfAsync(Backup backup)
    {
        if (!files.IsThere(backup.FilePath))
        {
            return null;
        }

        var sum = await FolderStore.SumOfAsync(backup.FilePath!, null, _ending.Token);
        return backup.Checksum is null || sum == backup.Checksum
            ? sum
            : throw new BackupFailedException($"The file {backup.FilePath} is damaged. Make another backup and check this machine's disk.");
    }

    private async Task StoreAsync(BackupTarget target, Backup backup, string? sum)
    {
        var name = backup.Name + BackupFiles.Extension;
        if (sum is not null)
        {
            await stores.UseAsync(
                target,
                (store, progress, given) => store.StoreAsync(backup.FilePath!, name, sum, progress, given),
                _ending.Token
            );
            return;
        }

        // The target was moved or changed after the file had left this machine: is it there?
        await stores.UseAsync(
            target,
            async (store, _, given) =>
            {
                if (!(await store.ListAsync(given)).Any(file => file.Name == name && file.SizeBytes == backup.SizeBytes))
                {
                    throw new BackupFailedException($"{name} is neither on {target.Name} nor on this machine.") { MayBeOfOneObject = true };
                }
            },
            _ending.Token
        );
    }

    /// <summary>Deletes all that can be; one that is locked there keeps no other.</summary>
    private async Task RemoveAsync(BackupTarget target, IReadOnlyList<BackupCopy> gone)
    {
        foreach (var copy in gone)
        {
            try
            {
                await RemoveAsync(target, copy);
            }
            catch (BackupFailedException e) when (e.MayBeOfOneObject)
            {
                LogStopped(e, target.Name);
                _rests[target.Id] = clock.GetUtcNow() + Waits[1];
            }
        }
    }

    private async Task RemoveAsync(BackupTarget target, BackupCopy copy)
    {
        await using var scope = scopes.CreateAsyncScope();
        await using var registry = await BackupCopies.OpenAsync(scope, _ending.Token);
        if (
            await registry.Backups.SingleOrDefaultAsync(b => b.Id == copy.BackupId, _ending.Token) is not { } backup
            || copies.IsOnLoan(backup.Id)
        )
        {
            return;
        }

        await stores.UseAsync(target, (store, _, given) => store.DeleteAsync(backup.Name + BackupFiles.Extension, given), _ending.Token);
        await registry.BackupCopies.Where(c => c.Id == copy.Id).ExecuteDeleteAsync(CancellationToken.None);
        LogRemoved(backup.Name, target.Name);
        if (!files.IsThere(backup.FilePath) && !await registry.BackupCopies.AnyAsync(c => c.BackupId == backup.Id, CancellationToken.None))
        {
            registry.Remove(backup);
            await registry.SaveChangesAsync(CancellationToken.None);
        }

        Tell();
    }

    private async Task ForgetAsync(RegistryDbContext registry, BackupTarget target, Backup backup)
    {
        if (await registry.BackupTargets.AnyAsync(t => t.Id == target.Id, CancellationToken.None))
        {
            await stores.UseAsync(
                target,
                (store, _, given) => store.DeleteAsync(backup.Name + BackupFiles.Extension, given),
                _ending.Token
            );
        }
    }

    private enum CopyEnd
    {
        /// <summary>It is there, or it is this machine's fault that it is not.</summary>
        Done,

        /// <summary>The target did not take this one.</summary>
        Refused,

        /// <summary>The target had better be left alone for a while.</summary>
        Failed,
    }

    /// <summary>Copies are not in the history, which live pages follow.</summary>
    private void Tell() => changes.Publish(new(Tables.BackupCopies));

    [LoggerMessage(LogLevel.Information, "The backup {Name} is stored in {Target}")]
    private partial void LogStored(string name, string target);

    [LoggerMessage(LogLevel.Information, "The backup {Name} was deleted from {Target} by its retention rules")]
    private partial void LogRemoved(string name, string target);

    [LoggerMessage(LogLevel.Error, "The backup {Name} could not be copied to or from the target {Target}")]
    private partial void LogFailed(Exception exception, string name, string target);

    [LoggerMessage(LogLevel.Error, "The work on {Target} was interrupted; retrying")]
    private partial void LogStopped(Exception exception, string target);
}
