using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Sanctum.Configurator.Features.DryRuns;
using Sanctum.Configurator.Features.ScheduledJobs.Crontab;
using Sanctum.Configurator.Platform.Requests;
using Sanctum.Configurator.Registry.Jobs;

namespace Sanctum.Configurator.Features.ScheduledJobs;

internal static class JobEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var jobs = routes.MapLazyGroup("/api/jobs").RequireAuthorization(Policies.ReadRegistry).WithTags("Jobs");
        MapReads(jobs);
        jobs.MapPost(
                "/",
                async (JobForm form, JobService service, CancellationToken cancel) =>
                    Answers.Created(await service.SaveAsync(form, cancel), row => $"/api/jobs/{row.Id}")
            )
            .Writes("Adds a job")
            .OffersDryRun();
        jobs.MapPut(
                "/{id:int}",
                async (int id, JobForm form, NeededIfMatch seen, JobService service, CancellationToken cancel) =>
                {
                    (form.Id, form.Version) = (id, seen.Version);
                    return Answers.Of(await service.SaveAsync(form, cancel));
                }
            )
            .Writes("Changes a job; If-Match names the version that was read")
            .OffersDryRun();
        jobs.MapDelete(
                "/{id:int}",
                async (int id, JobService service, IfMatch seen, CancellationToken cancel) =>
                    Answers.Deleted(await service.DeleteAsync(id, seen.Version, cancel))
            )
            .Writes("Deletes a job; its runs stay in the history")
            .OffersDryRun();
        MapSwitch(jobs, "enable", "Enables a job", (service, id, version, cancel) => service.EnableAsync(id, true, version, cancel));
        MapSwitch(jobs, "disable", "Disables a job", (service, id, version, cancel) => service.EnableAsync(id, false, version, cancel));
        MapSwitch(jobs, "resume", "Resumes a paused job", (service, id, version, cancel) => service.ResumeAsync(id, version, cancel));
        jobs.MapPost(
                "/{id:int}/pause",
                async (int id, [FromBody] PauseForm? form, JobService service, IfMatch seen, CancellationToken cancel) =>
                    Answers.Of(await service.PauseAsync(id, form?.Until, seen.Version, cancel))
            )
            .Writes("Pauses a job until a time or until it is resumed")
            .OffersDryRun();
        jobs.MapPost(
                "/{id:int}/run",
                async (int id, [FromBody] RunNowForm? form, JobService service, CancellationToken cancel) =>
                    Answers.Accepted(await service.RunAsync(id, form?.Overrides, cancel), run => $"/api/runs/{run.Id}")
            )
            .Operates("Queues a run now; overrides replace the job's arguments")
            .CannotBeTried();
        MapRuns(routes.MapLazyGroup("/api/runs").RequireAuthorization(Policies.ReadRegistry).WithTags("Jobs"));
    }

    private static void MapReads(LazyGroup jobs)
    {
        jobs.MapGet(
                "/",
                (
                    [AsParameters] PageQuery query,
                    JobReader reader,
                    CancellationToken cancel,
                    [FromQuery(Name = "agent_id")] int? agentId = null,
                    string? state = null
                ) => reader.PageAsync(new(agentId, WordIn<JobState>(state, "state")), query.Page, cancel)
            )
            .WithSummary("The jobs; sort is name or updated_at, cursor is the next_cursor of the previous page");
        jobs.MapGet("/runnables", (JobReader reader, CancellationToken cancel) => reader.RunnablesAsync(cancel))
            .WithSummary("Lists what a job can run: built-in tasks and tool instances");
        jobs.MapGet(
                "/coming",
                (JobCalendar calendar, CancellationToken cancel, int hours = 24) =>
                    calendar.ReadAsync(TimeSpan.FromHours(Math.Clamp(hours, 1, 168)), cancel)
            )
            .WithSummary("The runs due in the next hours, at most a week");
        jobs.MapGet("/crontab", (CrontabService crontab, CancellationToken cancel) => crontab.ReadAsync(cancel))
            .WithSummary("The entries of the installation's sanctum-crontab");
        jobs.MapPost(
                "/crontab/{line:int}/import",
                async Task<Results<Answer<Shown<CrontabEntry>>, Answer<Made<JobRow>>>> (
                    int line,
                    CrontabService crontab,
                    CancellationToken cancel,
                    bool dryRun = false
                ) =>
                    dryRun
                        ? Answers.Of(await crontab.TryAsync(line, cancel))
                        : Answers.Created(await crontab.ImportAsync(line, cancel), row => $"/api/jobs/{row.Id}")
            )
            .Writes(
                "Creates a tool instance and a job from a line of sanctum-crontab, which is not changed; with dryRun=true only returns what the job would be"
            );
        jobs.MapPost("/preview", (CronPreviewForm form, TimeProvider clock) => Answers.Of(form.Preview(clock.GetUtcNow())))
            .WritesNothing()
            .WithSummary("Describes a schedule in English and lists its next runs, with the effects of daylight saving time");
        jobs.MapGet(
                "/{id:int}",
                async (int id, JobReader reader, CancellationToken cancel) => Answers.Found(await reader.FindAsync(id, cancel))
            )
            .WithSummary("A job with its rules and statistics; the ETag is its version");
        jobs.MapGet(
                "/{id:int}/runs",
                (
                    int id,
                    JobRunService runs,
                    CancellationToken cancel,
                    string? q = null,
                    string? outcome = null,
                    int take = 50,
                    string? cursor = null
                ) =>
                    runs.PageAsync(
                        new(id, WordIn<RunOutcome>(outcome, "outcome")),
                        PageQuery.Of(0, take, search: q, cursor: cursor),
                        cancel
                    )
            )
            .WithSummary("A job's runs, newest first; cursor is the next_cursor of the previous page");
    }

    private static void MapRuns(LazyGroup runs)
    {
        runs.MapGet(
                "/",
                (
                    JobRunService service,
                    CancellationToken cancel,
                    string? q = null,
                    [FromQuery(Name = "agent_id")] int? agentId = null,
                    string? outcome = null,
                    GivenTime? from = null,
                    GivenTime? to = null,
                    int take = 50,
                    string? cursor = null
                ) =>
                    service.PageAsync(
                        new(null, WordIn<RunOutcome>(outcome, "outcome"), agentId, from?.Value, to?.Value),
                        PageQuery.Of(0, take, search: q, cursor: cursor),
                        cancel
                    )
            )
            .WithSummary("The runs of all jobs, newest first; cursor is the next_cursor of the previous page");
        runs.MapGet(
                "/{id:int}",
                async (int id, JobRunService service, CancellationToken cancel) => Answers.Found(await service.FindAsync(id, cancel))
            )
            .WithSummary("A run with its output so far");
        runs.MapPost(
                "/{id:int}/cancel",
                async (int id, JobRunService service, CancellationToken cancel) => Answers.Of(await service.CancelAsync(id, cancel))
            )
            .Operates("Cancels a queued or running run")
            .CannotBeTried();
        runs.MapPost(
                "/{id:int}/again",
                async (int id, JobRunService service, CancellationToken cancel) =>
                    Answers.Accepted(await service.AgainAsync(id, cancel), run => $"/api/runs/{run.Id}")
            )
            .Operates("Queues a new run of the job with the same arguments")
            .CannotBeTried();
    }

    private static void MapSwitch(
        LazyGroup jobs,
        string verb,
        string summary,
        Func<JobService, int, int?, CancellationToken, Task<Outcome<JobRow>>> act
    ) =>
        jobs.MapPost(
                $"/{{id:int}}/{verb}",
                async (int id, JobService service, IfMatch seen, CancellationToken cancel) =>
                    Answers.Of(await act(service, id, seen.Version, cancel))
            )
            .Writes(summary)
            .OffersDryRun();

    private static RouteHandlerBuilder Writes(this RouteHandlerBuilder route, string summary) =>
        route.RequireAuthorization(Policies.WriteRegistry).WithSummary(summary);

    private static RouteHandlerBuilder Operates(this RouteHandlerBuilder route, string summary) =>
        route.RequireAuthorization(Policies.OperateRegistry).WithSummary(summary);

    /// <exception cref="BadHttpRequestException">It is none of the words.</exception>
    private static T? WordIn<T>(string? word, string name)
        where T : struct, Enum =>
        word is null
            ? null
            : EnumText<T>.Find(word) ?? throw new BadQueryException(name, $"Allowed: {string.Join(", ", EnumText<T>.All)}.");

    private sealed record PauseForm(DateTimeOffset? Until);

    private sealed record RunNowForm([property: TextLimit(Lengths.Document)] JsonObject? Overrides);
}
