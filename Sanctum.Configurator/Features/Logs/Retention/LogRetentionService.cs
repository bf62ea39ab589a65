using Sanctum.Configurator.Features.Logs.Searching;
using Sanctum.Configurator.Platform.Requests;

namespace Sanctum.Configurator.Features.Logs.Retention;

/// <summary>Says how long lines are kept and what is stored, and changes and removes it for those who may.</summary>
public sealed partial class LogRetentionService(
    IDbContextFactory<RegistryDbContext> registries,
    LogRetention retention,
    CurrentUser caller,
    TimeProvider clock,
    ILogger<LogRetentionService> log
)
{
    private const string MayNot = "You don't have permission to change log retention or delete log lines.";

    public async Task<LogRetentionRow> ReadAsync(CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return LogRetentionRow.Of(await registry.LogRetention.AsNoTracking().SingleOrDefaultAsync(cancel));
    }

    public async Task<Outcome<LogRetentionRow>> SaveAsync(LogRetentionForm form, CancellationToken cancel)
    {
        if (!await caller.MayAsync(Policies.ManageLogs))
        {
            return new Outcome<LogRetentionRow>.Invalid("", MayNot);
        }

        if (FormRules.Check(form) is { Count: > 0 } reasons)
        {
            return new Outcome<LogRetentionRow>.Invalid(reasons);
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        var settings = await registry.LogRetention.SingleOrDefaultAsync(cancel);
        if ((settings?.Version ?? 0) != form.Version)
        {
            return new Outcome<LogRetentionRow>.Conflict(LogRetentionRow.Of(settings));
        }

        if (settings is null)
        {
            registry.Add(settings = new());
        }

        (settings.Days, settings.OtherDays, settings.Megabytes) = (JsonSerializer.Serialize(form.Days), form.OtherDays, form.Megabytes);
        try
        {
            await registry.SaveChangesAsync(cancel);
        }
        catch (DbUpdateException)
        {
            // Somebody saved between the reading and the writing: another version, or the row that this was to be the first of.
            return new Outcome<LogRetentionRow>.Conflict(await ReadAsync(cancel));
        }

        LogSaved(settings.Version);
        return new Outcome<LogRetentionRow>.Ok(LogRetentionRow.Of(settings));
    }

    /// <summary>What is stored, and what of it these rules remove.</summary>
    /// <param name="rules">Null for those in force.</param>
    public async Task<LogStock> StockAsync(LogRetentionForm? rules, CancellationToken cancel) =>
        await retention.StockAsync(
            rules is null ? await ReadAsync(cancel) : new(rules.Days, rules.OtherDays, rules.Megabytes, rules.Version, null),
            cancel
        );

    /// <summary>Removes what was kept for long enough now, as the job Log clean-up does.</summary>
    /// <param name="progress">Told how many lines went, as they go.</param>
    public async Task<Outcome<LogRemoval>> CleanUpAsync(IProgress<long>? progress, CancellationToken cancel)
    {
        if (!await caller.MayAsync(Policies.ManageLogs))
        {
            return new Outcome<LogRemoval>.Invalid("", MayNot);
        }

        var lines = await retention.RemoveAsync(await ReadAsync(cancel), progress, cancel);
        LogRemoved(lines);
        return new Outcome<LogRemoval>.Ok(new(lines));
    }

    /// <summary>
    /// Removes the lines of full hours before a time, all or by level or source, whatever the rules say. What is gone by the time it is
    /// cancelled stays so.
    /// </summary>
    public async Task<Outcome<LogRemoval>> DeleteAsync(LogDeleteForm form, IProgress<long>? progress, CancellationToken cancel)
    {
        if (!await caller.MayAsync(Policies.ManageLogs))
        {
            return new Outcome<LogRemoval>.Invalid("", MayNot);
        }

        var level = form.Level is null ? null : LogQueryReader.FindLevel(form.Level);
        if (form.Level is not null && level is null)
        {
            return new Outcome<LogRemoval>.Invalid(nameof(form.Level), "The level must be DEBUG, INFO, WARNING, ERROR or CRITICAL.");
        }

        if (form.Before > clock.GetUtcNow())
        {
            return new Outcome<LogRemoval>.Invalid(nameof(form.Before), "Enter a time in the past.");
        }

        var lines = await retention.RemoveAsync(level, form.Source, form.Before, progress, cancel);
        await RecordAsync(form, lines, cancel);
        return new Outcome<LogRemoval>.Ok(new(lines));
    }

    /// <summary>That somebody removed lines must not be gone with them.</summary>
    private async Task RecordAsync(LogDeleteForm form, long lines, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        await registry.RecordAsync(
            "delete",
            "logs",
            $"before {form.Before:O}",
            JsonSerializer.Serialize(
                new
                {
                    level = form.Level,
                    source = form.Source,
                    lines,
                }
            ),
            cancel
        );
        LogRemoved(lines);
    }

    [LoggerMessage(LogLevel.Information, "The log retention rules were saved as version {Version}")]
    private partial void LogSaved(int version);

    [LoggerMessage(LogLevel.Information, "{Lines} log lines were removed")]
    private partial void LogRemoved(long lines);
}

/// <summary>Which lines are to be deleted.</summary>
/// <param name="Before">Whole hours before this time go.</param>
/// <param name="Level">Null for all.</param>
/// <param name="Source">Null for all.</param>
public sealed record LogDeleteForm(
    DateTimeOffset Before,
    [property: TextLimit(Lengths.Name)] string? Level,
    [property: TextLimit(Lengths.Name)] string? Source
);
