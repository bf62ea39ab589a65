using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Platform.Secrets;
using Sanctum.Configurator.Registry;
using Sanctum.Configurator.Registry.Backups;
using Sanctum.Configurator.Registry.Settings;

namespace Sanctum.Configurator.Features.Backups.Settings;

/// <summary>Reads and changes when the console backs up by itself, and what.</summary>
public sealed partial class BackupSettingsService(IDbContextFactory<RegistryDbContext> registries, SecretBox secrets, CurrentUser caller, ILogger<BackupSettingsService> log)
{
    internal const string MayNot = "You may not change how backups are made and kept.";

    public async Task<BackupSettingsRow> ReadAsync(CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return BackupSettingsRow.Of(await registry.BackupSettings.AsNoTracking().SingleAsync(cancel));
    }

    public async Task<Outcome<BackupSettingsRow>> SaveAsync(BackupSettingsForm form, CancellationToken cancel)
    {
        if (!await caller.MayAsync(Policies.RestoreBackups))
        {
            return new Outcome<BackupSettingsRow>.Refused("", MayNot);
        }

        if (FormRules.Check(form) is { Count: > 0 } reasons)
        {
            return new Outcome<BackupSettingsRow>.Refused(reasons);
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        var settings = await registry.BackupSettings.SingleAsync(cancel);
        registry.Entry(settings).Property(s => s.Version).OriginalValue = form.Version;
        (settings.DailyAt, settings.FullEveryDays, settings.IncrementEveryMinutes, settings.Drill) = (form.DailyAt, form.FullEveryDays, form.IncrementEveryMinutes, form.Drill);
        (settings.WithLogs, settings.WithLettaAgents, settings.WithSanctumFiles, settings.WithLettaFiles, settings.WithBroca) =
            (form.WithLogs, form.WithLettaAgents, form.WithSanctumFiles, form.WithLettaFiles, form.WithBroca);
        if (form.Passphrase is { } passphrase)
        {
            settings.Passphrase = secrets.Seal(passphrase, SecretAdoption.PlaceOf(settings));
        }

        try
        {
            await registry.SaveChangesAsync(cancel);
        }
        catch (DbUpdateConcurrencyException)
        {
            return new Outcome<BackupSettingsRow>.Stale(await ReadAsync(cancel));
        }

        LogSaved(settings.Version);
        return new Outcome<BackupSettingsRow>.Done(BackupSettingsRow.Of(settings));
    }

    [LoggerMessage(LogLevel.Information, "The settings of the backups were saved as version {Version}")]
    private partial void LogSaved(int version);
}
