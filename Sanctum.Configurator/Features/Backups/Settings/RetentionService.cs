using Sanctum.Configurator.Features.Backups.Archive;
using Sanctum.Configurator.Features.Backups.Retention;
using Sanctum.Configurator.Platform.Cron;
using Sanctum.Configurator.Registry.Backups;

namespace Sanctum.Configurator.Features.Backups.Settings;

/// <summary>Says what rules would keep: of what the schedule makes, or of what a target holds now. Changes nothing.</summary>
public sealed class RetentionService(IDbContextFactory<RegistryDbContext> registries, BackupFiles files, TimeProvider clock)
{
    public async Task<Outcome<SimulationAnswer>> SimulateAsync(SimulateForm form, CancellationToken cancel)
    {
        var reasons = FormRules.Check(form);
        foreach (var (field, reason) in form.Rules is null ? [] : FormRules.Check(form.Rules))
        {
            reasons.TryAdd(field, reason);
        }

        var schedule = form.Schedule is null ? null : Read(form.Schedule, reasons);

        if (reasons.Count > 0)
        {
            return new Outcome<SimulationAnswer>.Invalid(reasons);
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        var target = await registry
            .BackupTargets.AsNoTracking()
            .SingleOrDefaultAsync(t => form.TargetId == null ? t.Kind == BackupTargetKind.Local : t.Id == form.TargetId, cancel);
        if (target is null)
        {
            return new Outcome<SimulationAnswer>.NotFound();
        }

        var rules = form.Rules ?? KeepRules.Of(target);
        var played = form.TargetId is not null
            ? KeepSimulator.Play(rules, await HeldAsync(registry, target, cancel), clock.GetUtcNow())
            : KeepSimulator.Play(
                rules,
                schedule ?? await BackupSchedule.ReadAsync(registry, clock.GetUtcNow(), cancel),
                clock.GetUtcNow(),
                form.Days
            );
        var page = played.Page(form.Skip, form.Take, form.KeptOnly);
        return new Outcome<SimulationAnswer>.Ok(new(played.From, played.To, played.Made, played.Kept, page.Total, page.Items));
    }

    /// <summary>What the target holds now.</summary>
    public async Task<IReadOnlyList<KeepItem>> HeldAsync(int targetId, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return await registry.BackupTargets.AsNoTracking().SingleOrDefaultAsync(t => t.Id == targetId, cancel) is { } target
            ? await HeldAsync(registry, target, cancel)
            : [];
    }

    private async Task<IReadOnlyList<KeepItem>> HeldAsync(RegistryDbContext registry, BackupTarget target, CancellationToken cancel)
    {
        var backups = registry.Backups.AsNoTracking().Where(b => b.Status == BackupStatus.Completed);
        return target.Kind == BackupTargetKind.Local
            ? [.. (await backups.ToListAsync(cancel)).Where(b => files.IsThere(b.FilePath)).Select(KeepItem.Of)]
            :
            [
                .. (
                    await backups
                        .Where(b =>
                            registry.BackupCopies.Any(c => c.BackupId == b.Id && c.TargetId == target.Id && c.State == CopyState.Stored)
                        )
                        .ToListAsync(cancel)
                ).Select(KeepItem.Of),
            ];
    }

    private static BackupSchedule Read(ScheduleForm form, Dictionary<string, string> reasons)
    {
        foreach (var (field, reason) in FormRules.Check(form))
        {
            reasons.TryAdd(field, reason);
        }

        return new(
            Read(nameof(form.CronExpression), form.CronExpression, reasons),
            Read(nameof(form.IncrementCronExpression), form.IncrementCronExpression, reasons),
            form.FullEveryDays
        );
    }

    private static IReadOnlyList<CronSchedule> Read(string field, string? expression, Dictionary<string, string> reasons)
    {
        if (string.IsNullOrWhiteSpace(expression))
        {
            return [];
        }

        if (CronSchedule.Read(expression, "UTC", out var fault) is { } schedule)
        {
            return [schedule];
        }

        reasons.TryAdd(field, fault!.Message);
        return [];
    }
}
