using Sanctum.Configurator.Features.Backups.Archive;
using Sanctum.Configurator.Features.Backups.Settings;
using Sanctum.Configurator.Features.Backups.Sources;
using Sanctum.Configurator.Features.Backups.Targets;
using Sanctum.Configurator.Registry.Backups;

namespace Sanctum.Configurator.Features.Backups.Runs;

/// <summary>What a verification found.</summary>
public sealed record BackupVerdict(bool Ok, IReadOnlyList<PartVerdict> Parts);

/// <summary>Lists, makes, verifies, drills and deletes backups.</summary>
public sealed partial class BackupService(
    IDbContextFactory<RegistryDbContext> registries,
    BackupRunner runner,
    BackupActivity activity,
    BackupFiles files,
    BackupCopies inTargets,
    BackupSettingsReader settings,
    CurrentUser caller,
    ILogger<BackupService> log
)
{
    private const string MayNotStop = "You don't have permission to stop backups.";

    /// <summary>One page of the backups, the newest first.</summary>
    public async Task<PageOf<BackupRow>> PageAsync(PageRequest request, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var backups = registry.Backups.AsNoTracking();
        var rows = await backups
            .OrderByDescending(b => b.CreatedAt)
            .ThenByDescending(b => b.Id)
            .Skip(request.Skip)
            .Take(request.Take)
            .ToListAsync(cancel);
        return new(await RowsOfAsync(rows, cancel), await backups.CountAsync(cancel));
    }

    /// <summary>Lists all backups, newest first.</summary>
    public async Task<IReadOnlyList<BackupRow>> ListAsync(CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return await RowsOfAsync(
            await registry.Backups.AsNoTracking().OrderByDescending(b => b.CreatedAt).ThenByDescending(b => b.Id).ToListAsync(cancel),
            cancel
        );
    }

    public async Task<BackupRow?> FindAsync(int id, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return await registry.Backups.AsNoTracking().SingleOrDefaultAsync(b => b.Id == id, cancel) is { } backup
            ? (await RowsOfAsync([backup], cancel))[0]
            : null;
    }

    /// <summary>The newest full backup that was proven; null for none.</summary>
    public async Task<BackupRow?> FindProvenAsync(CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var proven = await registry
            .Backups.AsNoTracking()
            .Where(b =>
                b.Type != BackupType.ConfigOnly && b.Status == BackupStatus.Completed && b.DrilledAt != null && b.DrillFailure == null
            )
            .OrderByDescending(b => b.CreatedAt)
            .ThenByDescending(b => b.Id)
            .ToListAsync(cancel);
        return proven.Select(backup => RowOf(backup, [])).FirstOrDefault(row => row.IsProven);
    }

    /// <summary>Begins a full backup of what the settings say, under their passphrase.</summary>
    public async Task<Outcome<BackupRow>> BackUpNowAsync(CancellationToken cancel)
    {
        try
        {
            return await BackUpAsync((await settings.ReadAsync(cancel)).ToForm(BackupType.Full, note: null), cancel);
        }
        catch (BackupFailedException e)
        {
            return new Outcome<BackupRow>.Invalid("", e.Message);
        }
    }

    /// <summary>Fetches a file that is no longer on this machine, and those it continues, from the targets that have them.</summary>
    public async Task<Outcome<BackupRow>> BringBackAsync(int id, CancellationToken cancel)
    {
        if (!await caller.MayAsync(Policies.MakeBackups))
        {
            return new Outcome<BackupRow>.Invalid("", "You don't have permission to retrieve backups.");
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        var next = await registry.Backups.AsNoTracking().SingleOrDefaultAsync(b => b.Id == id, cancel);
        for (
            ;
            next is not null;
            next = next.ParentArchiveId is { } parent
                    ? await registry.Backups.AsNoTracking().FirstOrDefaultAsync(b => b.ArchiveId == parent, cancel)
                    : null
        )
        {
            if (!files.IsThere(next.FilePath) && await inTargets.BringBackAsync(next.Id, cancel) is Outcome<string>.Invalid refused)
            {
                return new Outcome<BackupRow>.Invalid(refused.Reasons);
            }
        }

        return await FindAsync(id, cancel) is { } row ? new Outcome<BackupRow>.Ok(row) : new Outcome<BackupRow>.NotFound();
    }

    /// <summary>Begins a backup, which goes on by itself and is proven at its end.</summary>
    public async Task<Outcome<BackupRow>> BackUpAsync(BackupForm form, CancellationToken cancel)
    {
        if (!await caller.MayAsync(Policies.MakeBackups))
        {
            return new Outcome<BackupRow>.Invalid("", "You don't have permission to create backups.");
        }

        form.Passphrase = string.IsNullOrEmpty(form.Passphrase) ? null : form.Passphrase;
        var reasons = FormRules.Check(form);
        if (form.Parts?.FirstOrDefault(part => !BackupForm.PartNames.Contains(part)) is { } unknown)
        {
            reasons[nameof(form.Parts)] = $"Unknown part {unknown}. Allowed: {string.Join(", ", BackupForm.PartNames)}.";
        }

        if (reasons.Count > 0)
        {
            return new Outcome<BackupRow>.Invalid(reasons);
        }

        form.WithKeys = await MayHaveKeysAsync(form.Passphrase, cancel);
        return await BegunAsync(await runner.BackUpAsync(form, BackupTrigger.Manual, caller.Actor, cancel));
    }

    /// <summary>
    /// The key ring opens every secret. It goes under the console's own passphrase, or under one that was chosen by somebody who may
    /// reveal secrets anyway.
    /// </summary>
    private async Task<bool> MayHaveKeysAsync(string? passphrase, CancellationToken cancel)
    {
        if (passphrase is null || await caller.MayAsync(Policies.RevealSecrets))
        {
            return passphrase is not null;
        }

        try
        {
            return passphrase == (await settings.ReadAsync(cancel)).Passphrase;
        }
        catch (BackupFailedException e)
        {
            // The console's own can't be read with this key ring, so nothing is known to be it.
            LogUnknownPassphrase(e);
            return false;
        }
    }

    /// <summary>Begins to restore a backup into a throw-away place, which proves it.</summary>
    public async Task<Outcome<BackupRow>> DrillAsync(int id, string? passphrase, CancellationToken cancel) =>
        await BegunAsync(await BeginDrillAsync(id, passphrase, cancel));

    /// <summary>Begins the same, for whoever waits for its end.</summary>
    internal async Task<Outcome<BackupRun>> BeginDrillAsync(int id, string? passphrase, CancellationToken cancel) =>
        !await caller.MayAsync(Policies.MakeBackups)
            ? new Outcome<BackupRun>.Invalid("", "You don't have permission to test-restore backups.")
            : await WithFileAsync<BackupRun>(
                id,
                async backup => runner.Drill(backup, await settings.PassphraseForAsync(backup, passphrase, cancel), caller.Actor),
                cancel
            );

    /// <summary>Stops what is being done with this backup, and nothing that is done with another one.</summary>
    public async Task<Outcome<BackupRow>> StopAsync(int id, CancellationToken cancel)
    {
        if (!await caller.MayAsync(Policies.MakeBackups))
        {
            return new Outcome<BackupRow>.Invalid("", MayNotStop);
        }

        if (await FindAsync(id, cancel) is not { } row)
        {
            return new Outcome<BackupRow>.NotFound();
        }

        if (activity.Current?.Run is not { } run || run.BackupId != id)
        {
            return new Outcome<BackupRow>.Invalid("", "This backup is not running, nor is its restore test.");
        }

        run.Stop();
        return new Outcome<BackupRow>.Ok(row);
    }

    /// <summary>Stops a run that is shown, and none that has begun since.</summary>
    /// <returns>Why not, in a sentence; null where it was stopped, or is over.</returns>
    internal async Task<string?> StopAsync(BackupRun run)
    {
        if (!await caller.MayAsync(Policies.MakeBackups))
        {
            return MayNotStop;
        }

        run.Stop();
        return null;
    }

    /// <summary>Reads every byte of a backup.</summary>
    public async Task<Outcome<BackupVerdict>> VerifyAsync(int id, string? passphrase, CancellationToken cancel) =>
        !await caller.MayAsync(Policies.MakeBackups)
            ? new Outcome<BackupVerdict>.Invalid("", "You don't have permission to verify backups.")
            : await WithFileAsync<BackupVerdict>(
                id,
                async backup => new Outcome<BackupVerdict>.Ok(
                    await VerifyAsync(backup.FilePath!, await settings.PassphraseForAsync(backup, passphrase, cancel), cancel)
                ),
                cancel
            );

    /// <summary>Reads every byte of a backup file.</summary>
    internal static async Task<BackupVerdict> VerifyAsync(string path, string? passphrase, CancellationToken cancel)
    {
        try
        {
            using var archive = await Task.Run(() => ArchiveChain.Open(path, passphrase), cancel);
            var parts = await Task.Run(() => archive.VerifyAsync(cancel), cancel);
            return new(parts.All(part => part.Ok), parts);
        }
        catch (ArchiveDamagedException e)
        {
            return new(false, [new(e.Part ?? "file", false, e.Message)]);
        }
    }

    /// <summary>Changes the note on a backup.</summary>
    public async Task<Outcome<BackupRow>> DescribeAsync(int id, BackupNoteForm form, CancellationToken cancel)
    {
        if (!await caller.MayAsync(Policies.MakeBackups))
        {
            return new Outcome<BackupRow>.Invalid("", "You don't have permission to edit backup notes.");
        }

        if (FormRules.Check(form) is { Count: > 0 } reasons)
        {
            return new Outcome<BackupRow>.Invalid(reasons);
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        if (await registry.Backups.SingleOrDefaultAsync(b => b.Id == id, cancel) is not { } backup)
        {
            return new Outcome<BackupRow>.NotFound();
        }

        backup.Description = string.IsNullOrWhiteSpace(form.Note) ? null : form.Note.Trim();
        await registry.SaveChangesAsync(CancellationToken.None);
        return new Outcome<BackupRow>.Ok(RowOf(backup, []));
    }

    /// <summary>Deletes a backup with its file and its copies.</summary>
    public async Task<Outcome<BackupRow>> DeleteAsync(int id, CancellationToken cancel)
    {
        if (!await caller.MayAsync(Policies.RestoreBackups))
        {
            return new Outcome<BackupRow>.Invalid("", "You don't have permission to delete backups.");
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        if (await registry.Backups.SingleOrDefaultAsync(b => b.Id == id, cancel) is not { } backup)
        {
            return new Outcome<BackupRow>.NotFound();
        }

        if (backup.Status == BackupStatus.InProgress)
        {
            return new Outcome<BackupRow>.Invalid("", "The backup is still running. Stop it first.");
        }

        if (
            backup.ArchiveId is { } archive
            && await registry.Backups.FirstOrDefaultAsync(b => b.ParentArchiveId == archive, cancel) is { } next
        )
        {
            return new Outcome<BackupRow>.Invalid("", $"{next.Name} depends on this backup. Delete that one first.");
        }

        if (await inTargets.DeleteCopiesAsync(id, cancel) is { } problem)
        {
            return new Outcome<BackupRow>.Invalid("", problem);
        }

        // The row first: a file without a row is found and deleted by hand; a row without its file would promise what is not there.
        registry.Remove(backup);
        await registry.SaveChangesAsync(CancellationToken.None);
        files.Delete(backup.FilePath);
        LogDeleted(backup.Name);
        return new Outcome<BackupRow>.Ok(RowOf(backup, []));
    }

    private async Task<Outcome<T>> WithFileAsync<T>(int id, Func<Backup, Task<Outcome<T>>> act, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return await registry.Backups.AsNoTracking().SingleOrDefaultAsync(b => b.Id == id, cancel) is not { } backup
                ? new Outcome<T>.NotFound()
            : backup.Status != BackupStatus.Completed ? new Outcome<T>.Invalid("", "This backup was not completed.")
            : !files.IsThere(backup.FilePath) ? new Outcome<T>.Invalid("", $"The file {backup.FilePath} no longer exists.")
            : await act(backup);
    }

    private async Task<Outcome<BackupRow>> BegunAsync(Outcome<BackupRun> outcome) =>
        outcome switch
        {
            Outcome<BackupRun>.Ok { Value.BackupId: var id } when await FindAsync(id, CancellationToken.None) is { } row =>
                new Outcome<BackupRow>.Ok(row),
            Outcome<BackupRun>.Invalid refused => new Outcome<BackupRow>.Invalid(refused.Reasons),
            _ => new Outcome<BackupRow>.NotFound(),
        };

    private async Task<IReadOnlyList<BackupRow>> RowsOfAsync(IReadOnlyList<Backup> backups, CancellationToken cancel)
    {
        var copies = await inTargets.CopiesOfAsync([.. backups.Select(b => b.Id)], cancel);
        return [.. backups.Select(b => RowOf(b, [.. copies[b.Id]]))];
    }

    private BackupRow RowOf(Backup b, IReadOnlyList<CopyRow> copies) =>
        new(
            b.Id,
            b.Name,
            b.Description,
            b.Type,
            b.Trigger,
            b.Status,
            b.FilePath,
            b.SizeBytes,
            b.Checksum,
            b.CreatedAt,
            b.ExpiresAt,
            b.IsAuto,
            b.IsEncrypted,
            b.ArchiveId,
            b.ParentArchiveId,
            b.Failure,
            b.Warning,
            b.DrilledAt,
            b.DrillFailure,
            files.IsThere(b.FilePath),
            copies
        );

    [LoggerMessage(LogLevel.Warning, "The passphrase of automatic backups could not be read")]
    private partial void LogUnknownPassphrase(Exception exception);

    [LoggerMessage(LogLevel.Information, "The backup {Name} was deleted")]
    private partial void LogDeleted(string name);
}
