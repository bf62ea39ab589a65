using Sanctum.Configurator.Features.Backups.Retention;
using Sanctum.Configurator.Platform.Cron;
using Sanctum.Configurator.Platform.Secrets;
using Sanctum.Configurator.Registry.Backups;
using Sanctum.Configurator.Registry.Data.Settings;
using Sanctum.Configurator.Registry.Jobs;

namespace Sanctum.Configurator.Features.Backups.Settings;

/// <summary>Reads and changes what the console's own backups hold, and reads when they are made.</summary>
public sealed partial class BackupSettingsService(
    IDbContextFactory<RegistryDbContext> registries,
    SecretBox secrets,
    CurrentUser caller,
    TimeProvider clock,
    ILogger<BackupSettingsService> log
)
{
    internal const string MayNot = "You don't have permission to change the backup settings.";

    private const string MayNotChoose =
        "The passphrase gives access to the key ring and every secret. Changing it requires the permission secrets:reveal.";

    public async Task<BackupSettingsRow> ReadAsync(CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return BackupSettingsRow.Of(await registry.BackupSettings.AsNoTracking().SingleAsync(cancel));
    }

    /// <summary>The jobs by which the console backs up, drills and cleans up.</summary>
    public async Task<IReadOnlyList<BackupJobRow>> JobsAsync(CancellationToken cancel)
    {
        string[] acts = [BackupActs.BackUp, BackupActs.Increment, BackupActs.Drill, BackupActs.CleanUp];
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var jobs = await registry.ScheduledJobs.AsNoTracking().Where(j => acts.Contains(j.Action)).OrderBy(j => j.Id).ToListAsync(cancel);
        return [.. jobs.OrderBy(j => Array.IndexOf(acts, j.Action)).Select(RowOf)];
    }

    /// <summary>When backups are made, by those jobs.</summary>
    public async Task<BackupSchedule> ScheduleAsync(CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return await BackupSchedule.ReadAsync(registry, clock.GetUtcNow(), cancel);
    }

    private BackupJobRow RowOf(ScheduledJob job)
    {
        var now = clock.GetUtcNow();
        var schedule = CronSchedule.Read(job.CronExpression, job.TimeZone, out var fault);
        var isOn = job.IsEnabled && job.Status == JobStatus.Active;
        var next = isOn ? schedule?.Next(job.PausedUntil > now ? job.PausedUntil.Value : now) : null;
        return new(
            job.Id,
            job.Name,
            schedule is null ? job.CronExpression : $"{schedule.Sentence}, {job.TimeZone}",
            next,
            isOn,
            job.Problem ?? fault?.Message
        );
    }

    public async Task<Outcome<BackupSettingsRow>> SaveAsync(BackupSettingsForm form, CancellationToken cancel)
    {
        if (!await caller.MayAsync(Policies.RestoreBackups))
        {
            return new Outcome<BackupSettingsRow>.Invalid("", MayNot);
        }

        if (FormRules.Check(form) is { Count: > 0 } reasons)
        {
            return new Outcome<BackupSettingsRow>.Invalid(reasons);
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        var settings = await registry.BackupSettings.SingleAsync(cancel);
        registry.Entry(settings).Property(s => s.Version).OriginalValue = form.Version;
        (settings.FullEveryDays, settings.Drill) = (form.FullEveryDays, form.Drill);
        (settings.WithLogs, settings.WithLettaAgents, settings.WithSanctumFiles, settings.WithLettaFiles, settings.WithBroca) = (
            form.WithLogs,
            form.WithLettaAgents,
            form.WithSanctumFiles,
            form.WithLettaFiles,
            form.WithBroca
        );
        if (form.Passphrase is { } passphrase)
        {
            // The key ring, which opens every secret, goes under it.
            if (!await caller.MayAsync(Policies.RevealSecrets))
            {
                return new Outcome<BackupSettingsRow>.Invalid(nameof(form.Passphrase), MayNotChoose);
            }

            settings.Passphrase = secrets.Seal(passphrase, SecretAdoption.PlaceOf(settings));
        }

        try
        {
            await registry.SaveChangesAsync(cancel);
        }
        catch (DbUpdateConcurrencyException)
        {
            return new Outcome<BackupSettingsRow>.Conflict(await ReadAsync(cancel));
        }

        LogSaved(settings.Version);
        return new Outcome<BackupSettingsRow>.Ok(BackupSettingsRow.Of(settings));
    }

    [LoggerMessage(LogLevel.Information, "The backup settings were saved as version {Version}")]
    private partial void LogSaved(int version);
}
