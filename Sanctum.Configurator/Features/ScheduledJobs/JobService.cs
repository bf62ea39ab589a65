using Sanctum.Configurator.Features.Notifications;
using Sanctum.Configurator.Features.ScheduledJobs.Engine;
using Sanctum.Configurator.Features.Tools.Running;
using Sanctum.Configurator.Registry.Jobs;

namespace Sanctum.Configurator.Features.ScheduledJobs;

/// <summary>Adds, changes, switches, pauses, runs and deletes jobs.</summary>
public sealed partial class JobService(
    IDbContextFactory<RegistryDbContext> registries,
    JobReader reader,
    JobRunService runs,
    JobArguments arguments,
    DefaultSchedules own,
    JobRights rights,
    Notifier notifier,
    CurrentUser caller,
    Signal<RunsChanged> changed,
    TimeProvider clock,
    ILogger<JobService> log
)
{
    private const string MayNot = "You don't have permission to change jobs.";

    /// <summary>Adds a job, or changes the one the form names. One whose schedule could not be read is tried again.</summary>
    public async Task<Outcome<JobRow>> SaveAsync(JobForm form, CancellationToken cancel)
    {
        if (!await caller.MayAsync(Policies.WriteRegistry))
        {
            return new Outcome<JobRow>.Invalid("", MayNot);
        }

        var reasons = FormRules.Check(form);
        await using var registry = await registries.CreateDbContextAsync(cancel);
        await arguments.CheckAsync(registry, form, reasons, cancel);
        await registry.BeginWritingAsync(cancel);
        var now = clock.GetUtcNow();
        var job = form.Id is null
            ? new ScheduledJob
            {
                Name = "",
                CronExpression = "",
                CreatedAt = now,
                UpdatedAt = now,
            }
            : await registry.ScheduledJobs.SingleOrDefaultAsync(j => j.Id == form.Id, cancel);
        if (job is null)
        {
            return new Outcome<JobRow>.NotFound();
        }

        if (form.Id is not null && job.Version != form.Version)
        {
            return new Outcome<JobRow>.Conflict((await reader.RowsAsync(registry, [job], cancel))[0]);
        }

        if (reasons.Count > 0)
        {
            return new Outcome<JobRow>.Invalid(reasons);
        }

        form.WriteTo(job);
        job.RunsAs = caller.Actor.AnswersAs; // Also where nothing else changes: saving is how somebody takes it over.
        job.Status = job.Status == JobStatus.Paused ? JobStatus.Paused : JobStatus.Active;
        if (form.Id is null)
        {
            registry.Add(job);
        }

        return await EndAsync(registry, job, cancel);
    }

    /// <summary>Enables a job, or not. What has passed meanwhile is not missed.</summary>
    public Task<Outcome<JobRow>> EnableAsync(int id, bool isEnabled, int? version, CancellationToken cancel) =>
        ChangeAsync(id, version, Policies.WriteRegistry, job => job.IsEnabled = isEnabled, cancel);

    /// <param name="until">Null until it is resumed.</param>
    public Task<Outcome<JobRow>> PauseAsync(int id, DateTimeOffset? until, int? version, CancellationToken cancel) =>
        until <= clock.GetUtcNow()
            ? Task.FromResult<Outcome<JobRow>>(new Outcome<JobRow>.Invalid("until", "Enter a time in the future."))
            : ChangeAsync(
                id,
                version,
                Policies.WriteRegistry,
                job => (job.Status, job.PausedUntil) = (until is null ? JobStatus.Paused : JobStatus.Active, until),
                cancel
            );

    /// <summary>Lets a paused job, or one that could not be scheduled, run by its schedule again.</summary>
    public Task<Outcome<JobRow>> ResumeAsync(int id, int? version, CancellationToken cancel) =>
        ChangeAsync(id, version, Policies.WriteRegistry, job => (job.Status, job.PausedUntil) = (JobStatus.Active, null), cancel);

    /// <summary>Deletes a job; its history stays, and what waits to be run is cancelled.</summary>
    public async Task<Outcome<JobRow>> DeleteAsync(int id, int? version, CancellationToken cancel)
    {
        if (!await caller.MayAsync(Policies.WriteRegistry))
        {
            return new Outcome<JobRow>.Invalid("", MayNot);
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        await registry.BeginWritingAsync(cancel);
        var (job, ending) = await FindAsync(registry, id, version, cancel);
        if (ending is not null)
        {
            return ending;
        }

        if (await own.IsNeededAsync(registry, job!, cancel))
        {
            return new Outcome<JobRow>.Invalid(
                "",
                $"{job!.Name} is a built-in job and can't be deleted. Disable it or change its schedule instead."
            );
        }

        var row = (await reader.RowsAsync(registry, [job!], cancel))[0];
        registry.Remove(job!);
        if (await rights.WhyNotAsync(registry, cancel) is { } why)
        {
            return new Outcome<JobRow>.Invalid("", why);
        }

        await RunEnds.CancelAsync(registry, r => r.JobId == id, "The job was deleted.", clock.GetUtcNow(), cancel);
        await registry.SaveChangesAsync(cancel);
        await registry.CommitWritingAsync(cancel);
        if (registry.DryRun is null)
        {
            await notifier.ResolveAsync(JobNotices.KeyOf(id, "failed"), cancel);
            changed.Publish(new());
        }

        LogDeleted(id);
        return new Outcome<JobRow>.Ok(row);
    }

    /// <summary>Queues a run at once, whether or not the job is enabled.</summary>
    /// <param name="overrides">Takes the place of the job's arguments; null for those.</param>
    public async Task<Outcome<RunRow>> RunAsync(int id, JsonObject? overrides, CancellationToken cancel)
    {
        if (!await caller.MayAsync(Policies.OperateRegistry))
        {
            return new Outcome<RunRow>.Invalid("", "You don't have permission to run jobs.");
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        if (await registry.ScheduledJobs.AsNoTracking().SingleOrDefaultAsync(j => j.Id == id, cancel) is not { } job)
        {
            return new Outcome<RunRow>.NotFound();
        }

        if (await rights.WhyNotAsync(job, cancel) is { } why)
        {
            return new Outcome<RunRow>.Invalid("", why);
        }

        if (overrides is not null && await arguments.ProblemAsync(job.ToolInstanceId, job.Action, overrides, cancel) is { } problem)
        {
            return new Outcome<RunRow>.Invalid("overrides", problem);
        }

        return await runs.QueueAsync(
            registry,
            JobRuns.Of(job, RunOutcome.Queued, clock.GetUtcNow(), arguments: overrides?.ToJsonString(), by: caller.Actor.Name),
            cancel
        );
    }

    private async Task<Outcome<JobRow>> ChangeAsync(
        int id,
        int? version,
        string policy,
        Action<ScheduledJob> change,
        CancellationToken cancel
    )
    {
        if (!await caller.MayAsync(policy))
        {
            return new Outcome<JobRow>.Invalid("", MayNot);
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        await registry.BeginWritingAsync(cancel);
        var (job, ending) = await FindAsync(registry, id, version, cancel);
        if (ending is not null)
        {
            return ending;
        }

        if (await rights.WhyNotAsync(job!, cancel) is { } why)
        {
            return new Outcome<JobRow>.Invalid("", why);
        }

        change(job!);
        return await EndAsync(registry, job!, cancel);
    }

    private async Task<(ScheduledJob? Job, Outcome<JobRow>? Ending)> FindAsync(
        RegistryDbContext registry,
        int id,
        int? version,
        CancellationToken cancel
    ) =>
        await registry.ScheduledJobs.SingleOrDefaultAsync(j => j.Id == id, cancel) switch
        {
            null => (null, new Outcome<JobRow>.NotFound()),
            var job when version is { } read && read != job.Version => (
                null,
                new Outcome<JobRow>.Conflict((await reader.RowsAsync(registry, [job], cancel))[0])
            ),
            var job => (job, null),
        };

    private async Task<Outcome<JobRow>> EndAsync(RegistryDbContext registry, ScheduledJob job, CancellationToken cancel)
    {
        if (await rights.WhyNotAsync(registry, cancel) is { } why)
        {
            return new Outcome<JobRow>.Invalid(nameof(JobForm.ToolInstanceId), why);
        }

        var isLive = job.IsEnabled && job.Status == JobStatus.Active;
        (job.NextRun, job.Problem) = (isLive ? JobPlan.NextOf(job, clock.GetUtcNow()) : null, null);
        await registry.SaveChangesAsync(cancel);
        var row = (await reader.RowsAsync(registry, [job], cancel))[0];
        await registry.CommitWritingAsync(cancel);
        LogSaved(job.Id, job.Version);
        if (registry.DryRun is null)
        {
            changed.Publish(new());
        }

        return new Outcome<JobRow>.Ok(row);
    }

    [LoggerMessage(LogLevel.Information, "The job {Id} was saved as version {Version}")]
    private partial void LogSaved(int id, int version);

    [LoggerMessage(LogLevel.Information, "The job {Id} was deleted")]
    private partial void LogDeleted(int id);
}
