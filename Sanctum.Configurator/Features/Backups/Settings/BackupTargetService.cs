using Sanctum.Configurator.Features.Backups.Archive;
using Sanctum.Configurator.Features.Backups.Targets;
using Sanctum.Configurator.Platform.Secrets;
using Sanctum.Configurator.Registry.Backups;
using Sanctum.Configurator.Registry.Data.Settings;

namespace Sanctum.Configurator.Features.Backups.Settings;

/// <summary>Lists, adds, changes, tests and deletes the places that keep backups. The console's own folder is always one of them.</summary>
public sealed partial class BackupTargetService(
    IDbContextFactory<RegistryDbContext> registries,
    BackupStores stores,
    BackupCopier copier,
    BackupFiles files,
    SecretBox secrets,
    CurrentUser caller,
    TimeProvider clock,
    ILogger<BackupTargetService> log
)
{
    /// <summary>All targets: the console's own folder, then the others by name.</summary>
    public async Task<IReadOnlyList<BackupTargetRow>> ListAsync(CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var targets = await registry.BackupTargets.AsNoTracking().ToListAsync(cancel);
        var rows = new List<BackupTargetRow>();
        foreach (
            var target in targets
                .OrderBy(t => t.Kind == BackupTargetKind.Local ? 0 : 1)
                .ThenBy(t => t.Name, StringComparer.OrdinalIgnoreCase)
        )
        {
            rows.Add(await RowOfAsync(registry, target, cancel));
        }

        return rows;
    }

    public async Task<BackupTargetRow?> FindAsync(int id, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return await registry.BackupTargets.AsNoTracking().SingleOrDefaultAsync(t => t.Id == id, cancel) is { } target
            ? await RowOfAsync(registry, target, cancel)
            : null;
    }

    /// <summary>Adds a target, or changes the one the form names. What failed there is tried again at once.</summary>
    public async Task<Outcome<BackupTargetRow>> SaveAsync(BackupTargetForm form, CancellationToken cancel)
    {
        if (!await MayAsync())
        {
            return new Outcome<BackupTargetRow>.Invalid("", MayNotSend);
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        await registry.BeginWritingAsync(cancel);
        var target = form.Id is null
            ? new BackupTarget { Name = "", CreatedAt = clock.GetUtcNow() }
            : await registry.BackupTargets.SingleOrDefaultAsync(t => t.Id == form.Id, cancel);
        if (target is null)
        {
            return new Outcome<BackupTargetRow>.NotFound();
        }

        if (form.Id is not null && target.Version != form.Version)
        {
            return new Outcome<BackupTargetRow>.Conflict(await RowOfAsync(registry, target, cancel));
        }

        if (await CheckAsync(registry, form, target, cancel) is { Count: > 0 } reasons)
        {
            return new Outcome<BackupTargetRow>.Invalid(reasons);
        }

        var before = PlaceOf(target);
        form.WriteTo(target);
        if (form.Id is null)
        {
            // The secret is sealed to the row's id, which it has only when it is written.
            registry.Add(target);
            await registry.SaveChangesAsync(cancel);
        }

        if (target.Kind == BackupTargetKind.S3 && form.SecretKey is { } secret)
        {
            target.SecretKey = secrets.Seal(secret, SecretAdoption.PlaceOf(target));
        }

        await registry.SaveChangesAsync(cancel);
        await registry.EndWritingAsync(cancel);
        await TryAgainAsync(registry, target, isMoved: form.Id is not null && before != PlaceOf(target), cancel);
        await registry.Database.CommitTransactionAsync(cancel);
        copier.Nudge(target.Id);
        LogSaved(target.Id, target.Version);
        return new Outcome<BackupTargetRow>.Ok(await RowOfAsync(registry, target, cancel));
    }

    /// <summary>Forgets a target. The files in it stay; automatic backups that only it held go from the list.</summary>
    public async Task<Outcome<BackupTargetRow>> DeleteAsync(int id, CancellationToken cancel)
    {
        if (!await caller.MayAsync(Policies.RestoreBackups))
        {
            return new Outcome<BackupTargetRow>.Invalid("", BackupSettingsService.MayNot);
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        if (await registry.BackupTargets.SingleOrDefaultAsync(t => t.Id == id, cancel) is not { } target)
        {
            return new Outcome<BackupTargetRow>.NotFound();
        }

        if (target.Kind == BackupTargetKind.Local)
        {
            return new Outcome<BackupTargetRow>.Invalid(
                "",
                "Every backup is written to this machine first, so this target can't be deleted."
            );
        }

        var row = await RowOfAsync(registry, target, cancel);
        var only = await registry
            .Backups.Where(b =>
                b.IsAuto
                && b.Status == BackupStatus.Completed
                && registry.BackupCopies.Any(c => c.BackupId == b.Id && c.TargetId == id && c.State == CopyState.Stored)
                && !registry.BackupCopies.Any(c => c.BackupId == b.Id && c.TargetId != id && c.State == CopyState.Stored)
            )
            .ToListAsync(cancel);
        registry.RemoveRange(only.Where(b => !files.IsThere(b.FilePath)));
        registry.Remove(target);
        await registry.SaveChangesAsync(cancel);
        LogDeleted(id);
        return new Outcome<BackupTargetRow>.Ok(row);
    }

    /// <summary>Writes, reads and deletes a tiny object, as the form says, saved or not.</summary>
    public async Task<Outcome<TargetVerdict>> TestAsync(BackupTargetForm form, CancellationToken cancel)
    {
        if (!await MayAsync())
        {
            return new Outcome<TargetVerdict>.Invalid("", MayNotSend);
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        var stored = form.Id is null
            ? null
            : await registry.BackupTargets.AsNoTracking().SingleOrDefaultAsync(t => t.Id == form.Id, cancel);
        if (form.Id is not null && stored is null)
        {
            return new Outcome<TargetVerdict>.NotFound();
        }

        form.Name = string.IsNullOrWhiteSpace(form.Name) ? "The new target" : form.Name;
        if (RulesOf(form, stored) is { Count: > 0 } reasons)
        {
            return new Outcome<TargetVerdict>.Invalid(reasons);
        }

        if (form.Kind == BackupTargetKind.Local)
        {
            return new Outcome<TargetVerdict>.Invalid(nameof(form.Kind), "This machine's folder is tested with every backup.");
        }

        var target = stored ?? new BackupTarget { Name = "" };
        form.WriteTo(target);
        try
        {
            await stores.UseAsync(target, (store, _, given) => store.TestAsync(given), cancel, form.SecretKey);
            return new Outcome<TargetVerdict>.Ok(new(true, "A small object was written, read and deleted."));
        }
        catch (BackupFailedException e)
        {
            LogTestFailed(e);
            return new Outcome<TargetVerdict>.Ok(new(false, e.Message));
        }
    }

    private const string MayNotSend = "A target receives every backup. Changing its location requires the permission backups:download.";

    /// <summary>Whoever says where copies go has them.</summary>
    private async Task<bool> MayAsync() =>
        await caller.MayAsync(Policies.RestoreBackups) && await caller.MayAsync(Policies.DownloadBackups);

    private async Task<Dictionary<string, string>> CheckAsync(
        RegistryDbContext registry,
        BackupTargetForm form,
        BackupTarget target,
        CancellationToken cancel
    )
    {
        var reasons = RulesOf(form, form.Id is null ? null : target);
        if (form.Id is null ? form.Kind == BackupTargetKind.Local : form.Kind != target.Kind)
        {
            reasons.TryAdd(
                nameof(form.Kind),
                form.Id is null
                    ? "This machine already has a target. Choose folder or s3."
                    : "The type of a target can't be changed. Add another target."
            );
        }

        if (form is { Kind: BackupTargetKind.Local, IsOn: false })
        {
            reasons.TryAdd(nameof(form.IsOn), "Every backup is written to this machine first, so this target can't be switched off.");
        }

        var name = form.Name.Trim();
        var names = await registry.BackupTargets.Where(t => t.Id != target.Id).Select(t => t.Name).ToListAsync(cancel);
        if (names.Contains(name, StringComparer.OrdinalIgnoreCase))
        {
            reasons.TryAdd(nameof(form.Name), $"A target named {name} already exists.");
        }

        if (
            form is { Kind: BackupTargetKind.Folder, Folder: { } folder }
            && !reasons.ContainsKey(nameof(form.Folder))
            && $"{Path.GetFullPath(folder)}{Path.DirectorySeparatorChar}".StartsWith(
                $"{Path.GetFullPath(files.Folder)}{Path.DirectorySeparatorChar}",
                StringComparison.Ordinal
            )
        )
        {
            reasons.TryAdd(nameof(form.Folder), "The console already keeps its backups there. Choose a folder on another disk or machine.");
        }

        return reasons;
    }

    /// <summary>What can be said of the form alone, and of the secret that is stored.</summary>
    private static Dictionary<string, string> RulesOf(BackupTargetForm form, BackupTarget? stored)
    {
        var reasons = FormRules.Check(form);
        foreach (var result in reasons.Count > 0 ? form.Validate(new(form)) : [])
        {
            // The framework leaves these out where a field alone is wrong; the operator wants all at once.
            reasons.TryAdd(result.MemberNames.First(), result.ErrorMessage!);
        }

        if (form is { Kind: BackupTargetKind.S3, SecretKey: null } && stored?.SecretKey is null)
        {
            reasons.TryAdd(nameof(form.SecretKey), "Enter the secret key.");
        }
        else if (form is { Kind: BackupTargetKind.S3, SecretKey: null } && SecretDestination.IsAnother(stored?.Endpoint, form.Endpoint))
        {
            reasons.TryAdd(nameof(form.SecretKey), SecretDestination.Again("secret key"));
        }

        return reasons;
    }

    /// <summary>
    /// What failed is tried again; where the place is another one, all that it should hold is looked for there and copied.
    /// </summary>
    private async Task TryAgainAsync(RegistryDbContext registry, BackupTarget target, bool isMoved, CancellationToken cancel)
    {
        var now = (DateTimeOffset?)clock.GetUtcNow();
        await registry
            .BackupCopies.Where(c => c.TargetId == target.Id && (c.State == CopyState.Failed || (isMoved && c.State == CopyState.Stored)))
            .ExecuteUpdateAsync(
                set =>
                    set.SetProperty(c => c.State, CopyState.Waiting)
                        .SetProperty(c => c.RetryAt, now)
                        .SetProperty(c => c.Attempts, 0)
                        .SetProperty(c => c.StoredAt, (DateTimeOffset?)null),
                cancel
            );
    }

    private static (string?, string?, string?, string?) PlaceOf(BackupTarget target) =>
        (target.Folder, target.Endpoint, target.Bucket, target.Prefix);

    private async Task<BackupTargetRow> RowOfAsync(RegistryDbContext registry, BackupTarget t, CancellationToken cancel)
    {
        var copies = await registry
            .BackupCopies.AsNoTracking()
            .Where(c => c.TargetId == t.Id)
            .Join(
                registry.Backups,
                c => c.BackupId,
                b => b.Id,
                (copy, backup) =>
                    new
                    {
                        copy.State,
                        copy.Failure,
                        copy.StoredAt,
                        copy.CreatedAt,
                        backup.SizeBytes,
                    }
            )
            .ToListAsync(cancel);
        var here = t.Kind == BackupTargetKind.Local ? (
                    await registry
                        .Backups.AsNoTracking()
                        .Where(b => b.Status == BackupStatus.Completed)
                        .Select(b => new
                        {
                            b.FilePath,
                            b.SizeBytes,
                            b.CreatedAt,
                        })
                        .ToListAsync(cancel)
                ).Where(b => files.IsThere(b.FilePath)).ToList() : [];
        var stored = copies.Where(c => c.State == CopyState.Stored).ToList();
        return new(
            t.Id,
            t.Name,
            t.Kind,
            t.IsOn,
            t.Folder,
            t.Endpoint,
            t.Region,
            t.Bucket,
            t.Prefix,
            t.AccessKey,
            t.SecretKey is not null,
            t.KeepLast,
            t.KeepDays,
            t.KeepHourly,
            t.KeepDaily,
            t.KeepWeekly,
            t.KeepMonthly,
            t.KeepYearly,
            stored.Count + here.Count,
            stored.Sum(c => c.SizeBytes ?? 0) + here.Sum(b => b.SizeBytes ?? 0),
            copies.Count - stored.Count,
            copies.Where(c => c.State == CopyState.Failed).MaxBy(c => c.CreatedAt)?.Failure,
            stored.Max(c => c.StoredAt) ?? here.Select(b => (DateTimeOffset?)b.CreatedAt).Max(),
            t.Version
        );
    }

    [LoggerMessage(LogLevel.Information, "The target {Id} was saved as version {Version}")]
    private partial void LogSaved(int id, int version);

    [LoggerMessage(LogLevel.Information, "The target {Id} was deleted; its files stay")]
    private partial void LogDeleted(int id);

    [LoggerMessage(LogLevel.Warning, "A target was tested and failed")]
    private partial void LogTestFailed(Exception exception);
}
