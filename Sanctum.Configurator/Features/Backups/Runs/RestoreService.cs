using Sanctum.Configurator.Features.Backups.Archive;
using Sanctum.Configurator.Features.Backups.Settings;
using Sanctum.Configurator.Features.Backups.Sources;
using Sanctum.Configurator.Features.History;
using Sanctum.Configurator.Platform.Secrets;
using Sanctum.Configurator.Registry.Backups;

namespace Sanctum.Configurator.Features.Backups.Runs;

/// <summary>
/// Brings back what a backup holds: it is unpacked and brought to this version's schema beside the registry, compared with it, and what
/// differs is written in one transaction. So a restore happens whole or not at all, on either database, and the history says what it did.
/// </summary>
public sealed partial class RestoreService(
    IDbContextFactory<RegistryDbContext> registries,
    RegistrySnapshot snapshots,
    BackupRunner runner,
    BackupFiles files,
    RestoredFiles restoredFiles,
    BackupSettingsReader settings,
    KeyRing keys,
    RestoreRights rights,
    CurrentUser caller,
    ILogger<RestoreService> log
)
{
    /// <summary>Restores a backup, or only says what that would change.</summary>
    public async Task<Outcome<RestorePlan>> RestoreAsync(int id, RestoreForm form, CancellationToken cancel)
    {
        if (!await caller.MayAsync(Policies.RestoreBackups))
        {
            return new Outcome<RestorePlan>.Invalid("", "You don't have permission to restore backups.");
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        if (await registry.Backups.AsNoTracking().SingleOrDefaultAsync(b => b.Id == id, cancel) is not { } backup)
        {
            return new Outcome<RestorePlan>.NotFound();
        }

        var reasons = Check(backup, form, registry);
        if (reasons.Count == 0 && await rights.WhyNotFilesAsync(form.Parts, cancel) is { } noFiles)
        {
            reasons[nameof(form.Parts)] = noFiles;
        }

        if (reasons.Count == 0 && await rights.WhyNotPasswordAsync(form.Password, cancel) is { } wrong)
        {
            reasons[nameof(form.Password)] = wrong;
        }

        if (reasons.Count > 0)
        {
            return new Outcome<RestorePlan>.Invalid(reasons);
        }

        try
        {
            var passphrase = await settings.PassphraseForAsync(backup, form.Passphrase, cancel);
            using var archive = await Task.Run(() => ArchiveChain.Open(backup.FilePath!, passphrase), cancel);
            var outcome = HasRows(form)
                ? await RestoreRowsAsync(backup, archive, registry, form, cancel)
                : new Outcome<RestorePlan>.Ok(NothingOf(backup));
            return outcome is Outcome<RestorePlan>.Ok done
                ? new Outcome<RestorePlan>.Ok(await RestoreFilesAsync(archive, done.Value, form, cancel))
                : outcome;
        }
        catch (Exception e) when (e is not OperationCanceledException && BackupFailedException.Explain(e, files.Folder) is not null)
        {
            LogFailed(e, backup.Name);
            return new Outcome<RestorePlan>.Invalid("", ReasonOf(e));
        }
    }

    /// <summary>The backup that was taken before the last restore; null where nothing was restored, or it is gone.</summary>
    public async Task<int?> FindUndoAsync(CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var taken = await registry
            .Backups.AsNoTracking()
            .Where(b => b.Status == BackupStatus.Completed && b.Trigger == BackupTrigger.BeforeRestore)
            .OrderByDescending(b => b.CreatedAt)
            .ThenByDescending(b => b.Id)
            .FirstOrDefaultAsync(cancel);
        return taken is not null && files.IsThere(taken.FilePath) ? taken.Id : null;
    }

    /// <summary>
    /// Brings back what was there before the last restore. What is there now is kept before, so that undoing twice is doing it again.
    /// </summary>
    /// <param name="password">As in <see cref="RestoreForm.Password"/>.</param>
    public async Task<Outcome<RestorePlan>> UndoAsync(bool isDryRun, string? password, CancellationToken cancel)
    {
        if (await FindUndoAsync(cancel) is not { } id)
        {
            return new Outcome<RestorePlan>.NotFound();
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        var name = await registry.Backups.Where(b => b.Id == id).Select(b => b.Name).SingleAsync(cancel);
        return await RestoreAsync(
            id,
            new()
            {
                Confirm = name,
                DryRun = isDryRun,
                Password = password,
            },
            cancel
        );
    }

    private string ReasonOf(Exception e) =>
        e is FilesNotRestoredException ? e.Message : $"Nothing was changed. {BackupFailedException.Explain(e, files.Folder)}";

    private Dictionary<string, string> Check(Backup backup, RestoreForm form, RegistryDbContext registry)
    {
        var reasons = new Dictionary<string, string>();
        var tables = RegistryDifference.TablesOf(registry).Select(table => table.GetTableName()!).ToHashSet();
        if (backup.Status != BackupStatus.Completed)
        {
            reasons[""] = "This backup was not completed.";
        }
        else if (!files.IsThere(backup.FilePath))
        {
            reasons[""] = $"The file {backup.FilePath} no longer exists.";
        }

        if (form.Parts.FirstOrDefault(part => !RestoredFiles.IsOfFiles(part) && !tables.Contains(ChosenRows.TableOf(part))) is { } foreign)
        {
            reasons[nameof(form.Parts)] = $"Unknown table {foreign}.";
        }

        if (!form.DryRun && form.Confirm != backup.Name)
        {
            reasons[nameof(form.Confirm)] = $"Enter the backup's name, {backup.Name}, to restore it.";
        }

        return reasons;
    }

    /// <summary>A wrong password was refused before.</summary>
    private static bool IsProven(RestoreForm form) => !string.IsNullOrEmpty(form.Password);

    private static bool HasRows(RestoreForm form) => form.Parts.Count == 0 || form.Parts.Any(part => !RestoredFiles.IsOfFiles(part));

    private static ChosenRows RowsOf(RestoreForm form) => new(form.Parts.Where(part => !RestoredFiles.IsOfFiles(part)));

    private static RestorePlan NothingOf(Backup backup) => new(backup.Id, backup.Name, backup.CreatedAt, [], [], 0);

    private async Task<Outcome<RestorePlan>> RestoreRowsAsync(
        Backup backup,
        ArchiveChain archive,
        RegistryDbContext registry,
        RestoreForm form,
        CancellationToken cancel
    )
    {
        using var work = files.NewWorkFolder();
        await UnpackAsync(archive, work, cancel);
        await using var then = snapshots.Open(work.File(BackupMaker.RegistryPart));
        var plan = await PlanAsync(backup, registry, then, form, cancel);
        if (form.DryRun)
        {
            return new Outcome<RestorePlan>.Ok(await rights.ShownAsync(plan, registry));
        }

        // Before what is there now is kept: who may not leaves no trace but the log.
        return await rights.WhyNotAsync(registry, IsProven(form), cancel) is { Count: > 0 } refused
            ? new Outcome<RestorePlan>.Invalid(refused)
            : await RestoreAsync(backup, then, form);
    }

    /// <summary>The rows are back by now: what goes wrong with the files is said beside that.</summary>
    private async Task<RestorePlan> RestoreFilesAsync(ArchiveChain archive, RestorePlan plan, RestoreForm form, CancellationToken cancel)
    {
        plan = plan with { Files = RestoredFiles.PlanOf(archive.Manifest) };
        var wanted = form.Parts.Where(RestoredFiles.IsOfFiles).ToList();
        if (form.DryRun || wanted.Count == 0)
        {
            return plan;
        }

        try
        {
            return plan with { FilesFolder = await restoredFiles.RunAsync(archive, plan.Name, wanted, cancel) };
        }
        catch (Exception e)
            when (plan.Tables.Count > 0 && e is not OperationCanceledException && BackupFailedException.Explain(e, files.Folder) is { } why)
        {
            throw new FilesNotRestoredException($"The tables were restored, but the files were not. {why}", e);
        }
    }

    private async Task UnpackAsync(ArchiveChain archive, WorkFolder work, CancellationToken cancel)
    {
        var part =
            archive.Manifest.Parts.FirstOrDefault(p => p.Name == BackupMaker.RegistryPart)
            ?? throw new BackupFailedException("This backup contains no registry.");
        files.RequireSpace(part.Restored.Size);
        await archive.UnpackAsync(part, work.FileOf(part.Name), null, cancel);
        await snapshots.MigrateAsync(work.File(part.Name), cancel);
    }

    private async Task<RestorePlan> PlanAsync(
        Backup backup,
        RegistryDbContext now,
        RegistryDbContext then,
        RestoreForm form,
        CancellationToken cancel
    )
    {
        var difference = new RegistryDifference(now, then);
        return new(
            backup.Id,
            backup.Name,
            backup.CreatedAt,
            await difference.StageAsync(RowsOf(form), cancel),
            [],
            await difference.CountUnreadableAsync(keys, cancel)
        );
    }

    /// <summary>From here on nobody's leaving stops it.</summary>
    private async Task<Outcome<RestorePlan>> RestoreAsync(Backup backup, RegistryDbContext then, RestoreForm form)
    {
        var present = new BackupForm { Type = BackupType.ConfigOnly, Note = $"The state before {backup.Name} was restored." };
        var begun = await runner.BackUpAsync(present, BackupTrigger.BeforeRestore, caller.Actor, CancellationToken.None);
        if (begun is not Outcome<BackupRun>.Ok { Value: var run })
        {
            return new Outcome<RestorePlan>.Invalid("", begun.ProblemWith("The backup")!);
        }

        await run.Ended;
        await using var now = await registries.CreateDbContextAsync(CancellationToken.None);
        if ((await now.Backups.AsNoTracking().SingleAsync(b => b.Id == run.BackupId, CancellationToken.None)) is { IsKept: false } failed)
        {
            return new Outcome<RestorePlan>.Invalid(
                "",
                $"Nothing was changed, because the current state could not be backed up first: {failed.Failure ?? failed.DrillFailure}"
            );
        }

        now.Reason = $"restored from the backup {backup.Name}";
        await now.BeginWritingAsync(CancellationToken.None);
        var plan = await PlanAsync(backup, now, then, form, CancellationToken.None);
        if (await rights.WhyNotAsync(now, IsProven(form), CancellationToken.None) is { Count: > 0 } mayNot)
        {
            return new Outcome<RestorePlan>.Invalid(mayNot);
        }

        if (now.ChangeTracker.Entries<Registry.Users.User>().Any() && !now.Users.Local.Any(user => user.IsKeeper()))
        {
            return new Outcome<RestorePlan>.Invalid("", "Nothing was changed, because no administrator could sign in afterwards.");
        }

        // Whoever may see the secrets learns none by having them sent elsewhere.
        if (!await caller.MayAsync(Policies.RevealSecrets) && SecretMoves.Find(now) is { } move)
        {
            return new Outcome<RestorePlan>.Invalid("", move);
        }

        await RestoredUsers.MakeWholeAsync(now, CancellationToken.None);

        await SaveAsync(now, form);
        await now.EndWritingAsync(CancellationToken.None);
        await now.FollowIdsAsync(CancellationToken.None);
        await now.Database.CommitTransactionAsync(CancellationToken.None);
        LogRestored(backup.Name, plan.Count);
        return new Outcome<RestorePlan>.Ok(plan);
    }

    private static async Task SaveAsync(RegistryDbContext now, RestoreForm form)
    {
        try
        {
            await now.SaveAfterAsync(() => UniqueValues.FreeAsync(now, CancellationToken.None), CancellationToken.None);
        }
        catch (DbUpdateException e) when (form.Parts.Count > 0 && e is not DbUpdateConcurrencyException)
        {
            throw new BackupFailedException(
                "The selected rows conflict with the rows that stay: a referenced row is missing, or a unique value exists twice. Select more tables, or all.",
                e
            );
        }
    }

    [LoggerMessage(LogLevel.Information, "The backup {Name} was restored: {Rows} rows changed")]
    private partial void LogRestored(string name, int rows);

    [LoggerMessage(LogLevel.Error, "The backup {Name} could not be restored")]
    private partial void LogFailed(Exception exception, string name);
}
