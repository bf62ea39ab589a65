using Sanctum.Configurator.Features.Backups.Archive;
using Sanctum.Configurator.Features.Backups.Sources;
using Sanctum.Configurator.Features.Backups.Targets;
using Sanctum.Configurator.Registry.Backups;

namespace Sanctum.Configurator.Features.Backups.Runs;

/// <summary>
/// Does the long acts one after the other, away from the page or request that asked for them: a backup with its drill, or a drill alone.
/// Each ends with its result on the backup's row, whatever it was.
/// </summary>
public sealed partial class BackupRunner(
    IServiceScopeFactory scopes,
    BackupActivity activity,
    BackupFiles files,
    BackupLeases claims,
    TimeProvider clock,
    ILogger<BackupRunner> log
) : IHostedService, IDisposable
{
    private const string Stopped = "Stopped before it was complete.";

    private readonly CancellationTokenSource _ending = new();
    private volatile bool _isDisposed;

    /// <summary>
    /// Clears up after a console that was killed: nothing half-made is left, and no row says that it is still going on. What another
    /// console
    /// is making now is left to it.
    /// </summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        await using var registry = await RegistryOf(scope, Actor.Console, cancellationToken);
        var running = await registry
            .Backups.AsNoTracking()
            .Where(b => b.Status == BackupStatus.InProgress && b.FilePath != null)
            .Select(b => new { b.Id, b.Name })
            .ToListAsync(cancellationToken);
        var beingMade = new List<string>();
        foreach (var backup in running)
        {
            await using var claim = await claims.TryTakeAsync(backup.Id, cancellationToken);
            if (claim is null)
            {
                beingMade.Add(backup.Name);
            }
            else
            {
                await EndAsync(registry, backup.Id, cancellationToken);
            }
        }

        files.DeleteHalfMade(beingMade);
    }

    /// <summary>Whoever made it has ended, perhaps only now and with its result on the row.</summary>
    private async Task EndAsync(RegistryDbContext registry, int id, CancellationToken cancel)
    {
        if (await registry.Backups.SingleOrDefaultAsync(b => b.Id == id && b.Status == BackupStatus.InProgress, cancel) is { } row)
        {
            // A file has its name only when it is whole.
            (row.Status, row.Failure) = files.IsThere(row.FilePath)
                ? (BackupStatus.Completed, null)
                : (BackupStatus.Failed, "The console stopped while the backup was running.");
            await registry.SaveChangesAsync(cancel);
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_isDisposed)
        {
            return; // A host that is stopped twice at once may be gone before the second stop comes here.
        }

        await _ending.CancelAsync();
        if (activity.Current is { } going)
        {
            await going.Run.Ended;
        }
    }

    public void Dispose()
    {
        _isDisposed = true;
        _ending.Dispose();
    }

    /// <summary>Begins a backup; its drill follows by itself.</summary>
    /// <param name="trigger">What for. What nobody asked for by hand goes again by the retention rules.</param>
    internal async Task<Outcome<BackupRun>> BackUpAsync(BackupForm form, BackupTrigger trigger, Actor actor, CancellationToken cancel)
    {
        if (activity.TryBegin(0, "Beginning", _ending.Token) is not { } turn)
        {
            return Busy();
        }

        IAsyncDisposable? claim = null;
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await using var registry = await RegistryOf(scope, actor, cancel);
            var head =
                form.Type == BackupType.Incremental
                    ? await scope.ServiceProvider.GetRequiredService<ChainHeads>().FindAsync(form.Passphrase, cancel)
                    : null;
            if (form.Type == BackupType.Incremental && head is null)
            {
                form = form.AsFull("A full backup was made, because there is no earlier backup with this passphrase.");
            }

            await registry.BeginWritingAsync(cancel);
            var name = files.NewName(trigger, form.Type);
            var (now, isAuto) = (clock.GetUtcNow(), trigger != BackupTrigger.Manual);
            var backup = new Backup
            {
                Name = name,
                Description = form.Note,
                Type = form.Type,
                Trigger = trigger,
                Status = BackupStatus.InProgress,
                FilePath = files.PathOf(name),
                IsAuto = isAuto,
                IsEncrypted = form.Passphrase is not null,
                ExpiresAt = isAuto ? await BackupCleaner.ExpiryAsync(registry, now, cancel) : null,
                CreatedAt = now,
            };
            registry.Add(backup);
            await registry.SaveChangesAsync(cancel);

            // Before anybody else sees the row, so that no console that starts now takes it for one that was given up.
            claim = await claims.TryTakeAsync(backup.Id, cancel);
            await registry.Database.CommitTransactionAsync(cancel);
            turn.Run.BackupId = backup.Id;
            _ = Task.Run(
                () => RunAsync(backup.Id, actor, turn, (unit, row, services) => MakeAsync(unit, row, form, head, services, turn), claim),
                CancellationToken.None
            );
            return new Outcome<BackupRun>.Ok(turn.Run);
        }
        catch
        {
            turn.Dispose();
            await (claim?.DisposeAsync() ?? ValueTask.CompletedTask);
            throw;
        }
    }

    /// <summary>Begins a drill.</summary>
    internal Outcome<BackupRun> Drill(Backup backup, string? passphrase, Actor actor)
    {
        if (activity.TryBegin(backup.Id, "Beginning", _ending.Token) is not { } turn)
        {
            return Busy();
        }

        _ = Task.Run(
            () => RunAsync(backup.Id, actor, turn, (_, row, services) => DrillAsync(row, passphrase, services, turn)),
            CancellationToken.None
        );
        return new Outcome<BackupRun>.Ok(turn.Run);
    }

    private static Outcome<BackupRun>.Invalid Busy() =>
        new("", "Another backup, restore test or restore is running. Wait until it ends, or stop it.");

    private async Task MakeAsync(
        RegistryDbContext registry,
        Backup backup,
        BackupForm form,
        ChainHead? head,
        IServiceProvider scope,
        BackupActivity.Turn turn
    )
    {
        var made = await scope.GetRequiredService<BackupMaker>().MakeAsync(backup.FilePath!, form, head, turn, turn.Cancel);
        var (manifest, written) = (made.Archive.Manifest, made.Archive);
        (backup.SizeBytes, backup.Checksum, backup.Status, backup.Warning) = (
            written.SizeBytes,
            written.Checksum,
            BackupStatus.Completed,
            made.Warning
        );
        (backup.ArchiveId, backup.ParentArchiveId) = (manifest.Id, manifest.Parent?.Id);
        await registry.SaveChangesAsync(CancellationToken.None);
        LogMade(backup.Name, written.SizeBytes);
        if (await registry.BackupSettings.AllAsync(settings => settings.Drill == RestoreTestSchedule.Every, CancellationToken.None))
        {
            await DrillAsync(backup, form.Passphrase, scope, turn);
        }
    }

    private async Task DrillAsync(Backup backup, string? passphrase, IServiceProvider scope, BackupActivity.Turn turn)
    {
        try
        {
            var verdicts = await scope.GetRequiredService<RestoreTest>().RunAsync(backup.FilePath!, passphrase, turn, turn.Cancel);
            backup.DrillFailure = verdicts.FirstOrDefault(verdict => !verdict.Ok)?.Message;
            LogDrilled(
                backup.Name,
                backup.DrillFailure
                    ?? string.Join(
                        ' ',
                        verdicts.Where(v => v.Name is BackupMaker.RegistryPart or PostgresDump.Part).Select(v => $"{v.Name}: {v.Message}")
                    )
            );
        }
        catch (Exception e) when (e is not OperationCanceledException && BackupFailedException.Explain(e, files.Folder) is not null)
        {
            LogFailed(e, backup.Name);
            backup.DrillFailure = BackupFailedException.Explain(e, files.Folder);
        }

        backup.DrilledAt = clock.GetUtcNow();
    }

    /// <summary>Does it, and writes onto the row how it ended.</summary>
    private async Task RunAsync(
        int id,
        Actor actor,
        BackupActivity.Turn turn,
        Func<RegistryDbContext, Backup, IServiceProvider, Task> act,
        IAsyncDisposable? claim = null
    )
    {
        using (turn)
        await using (claim)
        {
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                await using var registry = await RegistryOf(scope, actor, CancellationToken.None);
                var backup = await registry.Backups.SingleAsync(b => b.Id == id);
                await TryAsync(backup, () => act(registry, backup, scope.ServiceProvider));
                await registry.SaveChangesAsync(CancellationToken.None);
            }
            catch (Exception e)
            {
                // Nobody waits for this task: its row was deleted meanwhile, or the registry can't be written.
                LogUnrecorded(e, id);
            }
        }
    }

    private async Task TryAsync(Backup backup, Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (Exception e)
        {
            if (backup.Status == BackupStatus.InProgress)
            {
                (backup.Status, backup.Failure) = (
                    BackupStatus.Failed,
                    e is OperationCanceledException
                        ? Stopped
                        : BackupFailedException.Explain(e, files.Folder)
                            ?? "An unexpected error occurred. See the console's log for details."
                );
            }

            if (e is not OperationCanceledException)
            {
                LogFailed(e, backup.Name);
            }
        }
    }

    private static Task<RegistryDbContext> RegistryOf(AsyncServiceScope scope, Actor actor, CancellationToken cancel)
    {
        scope.ServiceProvider.GetRequiredService<CurrentUser>().Actor = actor;
        return scope.ServiceProvider.GetRequiredService<IDbContextFactory<RegistryDbContext>>().CreateDbContextAsync(cancel);
    }

    [LoggerMessage(LogLevel.Information, "The backup {Name} was created: {SizeBytes} bytes")]
    private partial void LogMade(string name, long sizeBytes);

    [LoggerMessage(LogLevel.Information, "The backup {Name} was test-restored: {Result}")]
    private partial void LogDrilled(string name, string result);

    [LoggerMessage(LogLevel.Error, "The result of backup {Id} could not be saved")]
    private partial void LogUnrecorded(Exception exception, int id);

    [LoggerMessage(LogLevel.Error, "The backup {Name} failed")]
    private partial void LogFailed(Exception exception, string name);
}
