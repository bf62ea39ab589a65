using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Mvc;
using Sanctum.Configurator.Features.DryRuns;
using Sanctum.Configurator.Features.ScheduledJobs.Crontab;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Platform.Requests;
using Sanctum.Configurator.Registry.Jobs;
using Sanctum.Configurator.Registry.Model;

namespace Sanctum.Configurator.Features.ScheduledJobs;

internal static class JobEndpoints
{
    private const int LongestPage = 200;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var jobs = routes.MapGroup("/api/jobs").RequireAuthorization(Policies.ReadRegistry).WithTags("Jobs");
        MapReads(jobs);
        jobs.MapPost("/", CreateAsync).Writes("Adds a job").OffersDryRun().Produces<JobRow>(StatusCodes.Status201Created);
        jobs.MapPut("/{id:int}", SaveAsync)
            .Writes("Changes a job; If-Match names the version that was read")
            .OffersDryRun()
            .Produces<JobRow>()
            .CanFindNone()
            .ProducesProblem(StatusCodes.Status428PreconditionRequired);
        jobs.MapDelete(
                "/{id:int}",
                async (int id, JobService service, HttpRequest request, CancellationToken cancel) =>
                    Answers.Of(await service.DeleteAsync(id, Answers.VersionIn(request), cancel), _ => TypedResults.NoContent(), row => row)
            )
            .Writes("Deletes a job; its runs stay in the history")
            .OffersDryRun()
            .Produces(StatusCodes.Status204NoContent)
            .CanFindNone();
        MapSwitch(jobs, "enable", "Enables a job", (service, id, version, cancel) => service.EnableAsync(id, true, version, cancel));
        MapSwitch(jobs, "disable", "Disables a job", (service, id, version, cancel) => service.EnableAsync(id, false, version, cancel));
        MapSwitch(jobs, "resume", "Resumes a paused job", (service, id, version, cancel) => service.ResumeAsync(id, version, cancel));
        jobs.MapPost(
                "/{id:int}/pause",
                async (int id, [FromBody] PauseForm? form, JobService service, HttpRequest request, CancellationToken cancel) =>
                    Answers.Of(await service.PauseAsync(id, form?.Until, Answers.VersionIn(request), cancel), TypedResults.Ok, row => row)
            )
            .Writes("Pauses a job until a time or until it is resumed")
            .OffersDryRun()
            .Produces<JobRow>()
            .CanFindNone();
        jobs.MapPost(
                "/{id:int}/run",
                async (int id, [FromBody] RunNowForm? form, JobService service, CancellationToken cancel) =>
                    Answers.Of(
                        await service.RunAsync(id, form?.Overrides, cancel),
                        run => TypedResults.Accepted($"/api/runs/{run.Id}", run)
                    )
            )
            .Operates("Queues a run now; overrides replace the job's arguments")
            .CannotBeTried()
            .Produces<RunRow>(StatusCodes.Status202Accepted);
        MapRuns(routes.MapGroup("/api/runs").RequireAuthorization(Policies.ReadRegistry).WithTags("Jobs"));
    }

    private static void MapReads(RouteGroupBuilder jobs)
    {
        jobs.MapGet(
                "/",
                (
                    JobReader reader,
                    CancellationToken cancel,
                    string? q = null,
                    [FromQuery(Name = "agent_id")] int? agentId = null,
                    string? state = null,
                    string? sort = null,
                    bool descending = false,
                    int skip = 0,
                    int take = 50,
                    string? cursor = null
                ) =>
                    reader.PageAsync(
                        new(agentId, WordIn<JobState>(state, "state")),
                        new(Math.Max(skip, 0), Math.Clamp(take, 1, LongestPage), sort, descending, q, cursor),
                        cancel
                    )
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
                async (int line, CrontabService crontab, CancellationToken cancel, bool dryRun = false) =>
                    dryRun
                        ? Answers.Of(await crontab.TryAsync(line, cancel), TypedResults.Ok)
                        : Answers.Of(await crontab.ImportAsync(line, cancel), row => TypedResults.Created($"/api/jobs/{row.Id}", row))
            )
            .Writes(
                "Creates a tool instance and a job from a line of sanctum-crontab, which is not changed; with dryRun=true only returns what the job would be"
            )
            .Produces<CrontabEntry>()
            .Produces<JobRow>(StatusCodes.Status201Created)
            .ProducesProblem(StatusCodes.Status404NotFound);
        jobs.MapPost("/preview", (CronPreviewForm form, TimeProvider clock) => Answers.Of(form.Preview(clock.GetUtcNow()), TypedResults.Ok))
            .WritesNothing()
            .WithSummary("Describes a schedule in English and lists its next runs, with the effects of daylight saving time")
            .Produces<CronAnswer>()
            .ProducesValidationProblem();
        jobs.MapGet(
                "/{id:int}",
                async (int id, JobReader reader, HttpContext context, CancellationToken cancel) =>
                    await reader.FindAsync(id, cancel) is { } view
                        ? Answers.WithVersion(context, view.Job.Version, TypedResults.Ok(view))
                        : Answers.NotFound()
            )
            .WithSummary("A job with its rules and statistics; the ETag is its version")
            .Produces<JobView>()
            .ProducesProblem(StatusCodes.Status404NotFound);
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
                        new(0, Math.Clamp(take, 1, LongestPage), Search: q, Cursor: cursor),
                        cancel
                    )
            )
            .WithSummary("A job's runs, newest first; cursor is the next_cursor of the previous page");
    }

    private static void MapRuns(RouteGroupBuilder runs)
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
                        new(0, Math.Clamp(take, 1, LongestPage), Search: q, Cursor: cursor),
                        cancel
                    )
            )
            .WithSummary("The runs of all jobs, newest first; cursor is the next_cursor of the previous page");
        runs.MapGet(
                "/{id:int}",
                async (int id, JobRunService service, CancellationToken cancel) =>
                    await service.FindAsync(id, cancel) is { } view ? (IResult)TypedResults.Ok(view) : Answers.NotFound()
            )
            .WithSummary("A run with its output so far")
            .Produces<RunView>()
            .ProducesProblem(StatusCodes.Status404NotFound);
        runs.MapPost(
                "/{id:int}/cancel",
                async (int id, JobRunService service, CancellationToken cancel) =>
                    Answers.Of(await service.CancelAsync(id, cancel), TypedResults.Ok)
            )
            .Operates("Cancels a queued or running run")
            .CannotBeTried()
            .Produces<RunRow>();
        runs.MapPost(
                "/{id:int}/again",
                async (int id, JobRunService service, CancellationToken cancel) =>
                    Answers.Of(await service.AgainAsync(id, cancel), run => TypedResults.Accepted($"/api/runs/{run.Id}", run))
            )
            .Operates("Queues a new run of the job with the same arguments")
            .CannotBeTried()
            .Produces<RunRow>(StatusCodes.Status202Accepted);
    }

    private static void MapSwitch(
        RouteGroupBuilder jobs,
        string verb,
        string summary,
        Func<JobService, int, int?, CancellationToken, Task<Outcome<JobRow>>> act
    ) =>
        jobs.MapPost(
                $"/{{id:int}}/{verb}",
                async (int id, JobService service, HttpRequest request, CancellationToken cancel) =>
                    Answers.Of(await act(service, id, Answers.VersionIn(request), cancel), TypedResults.Ok, row => row)
            )
            .Writes(summary)
            .OffersDryRun()
            .Produces<JobRow>()
            .CanFindNone();

    private static RouteHandlerBuilder Writes(this RouteHandlerBuilder route, string summary) =>
        route.RequireAuthorization(Policies.WriteRegistry).WithSummary(summary).ProducesValidationProblem();

    private static RouteHandlerBuilder Operates(this RouteHandlerBuilder route, string summary) =>
        route
            .RequireAuthorization(Policies.OperateRegistry)
            .WithSummary(summary)
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound);

    private static RouteHandlerBuilder CanFindNone(this RouteHandlerBuilder route) =>
        route.ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status412PreconditionFailed);

    /// <exception cref="BadHttpRequestException">It is none of the words.</exception>
    private static T? WordIn<T>(string? word, string name)
        where T : struct, Enum =>
        word is null
            ? null
            : EnumText<T>.Find(word) ?? throw new BadQueryException(name, $"Allowed: {string.Join(", ", EnumText<T>.All)}.");

    private static async Task<IResult> CreateAsync(JobForm form, JobService service, HttpContext context, CancellationToken cancel) =>
        Answers.Of(
            await service.SaveAsync(form, cancel),
            row => Answers.WithVersion(context, row.Version, TypedResults.Created($"/api/jobs/{row.Id}", row))
        );

    private static async Task<IResult> SaveAsync(int id, JobForm form, JobService service, HttpContext context, CancellationToken cancel)
    {
        var (version, refusal) = Answers.IfMatch(context.Request);
        if (refusal is not null)
        {
            return refusal;
        }

        (form.Id, form.Version) = (id, version);
        return Answers.Of(
            await service.SaveAsync(form, cancel),
            row => Answers.WithVersion(context, row.Version, TypedResults.Ok(row)),
            row => row
        );
    }

    private sealed record PauseForm(DateTimeOffset? Until);

    private sealed record RunNowForm([property: TextLimit(Lengths.Document)] JsonObject? Overrides);
}
