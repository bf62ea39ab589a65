using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Features.Backups.Settings;

internal static class BackupSettingsEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var settings = routes.MapGroup("/api/backup-settings").RequireAuthorization(Policies.ReadBackups).WithTags("Backups");
        settings
            .MapGet(
                "/",
                async (BackupSettingsService service, HttpContext context, CancellationToken cancel) =>
                    await service.ReadAsync(cancel) is var row ? Answers.WithVersion(context, row.Version, TypedResults.Ok(row)) : null
            )
            .WithSummary("The content of automatic backups; their schedule is in the jobs under /api/jobs; the ETag is the version")
            .Produces<BackupSettingsRow>();
        settings
            .MapPut("/", SaveAsync)
            .RequireAuthorization(Policies.RestoreBackups)
            .WithSummary("Changes it; If-Match names the version that was read")
            .Produces<BackupSettingsRow>()
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status412PreconditionFailed)
            .ProducesProblem(StatusCodes.Status428PreconditionRequired);
        settings
            .MapPost(
                "/simulate",
                async (SimulateForm form, RetentionService service, CancellationToken cancel) =>
                    Answers.Of(await service.SimulateAsync(form, cancel), TypedResults.Ok)
            )
            .WithSummary("Simulates retention rules on the schedule or on a target's backups")
            .Produces<SimulationAnswer>()
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound);

        var targets = settings.MapGroup("/targets");
        targets
            .MapGet("/", (BackupTargetService service, CancellationToken cancel) => service.ListAsync(cancel))
            .WithSummary("Lists the backup targets");
        targets
            .MapPost("/", CreateAsync)
            .RequireAuthorization(Policies.RestoreBackups, Policies.DownloadBackups)
            .WithSummary("Adds a target")
            .Produces<BackupTargetRow>(StatusCodes.Status201Created)
            .ProducesValidationProblem();
        targets
            .MapGet("/{id:int}", FindAsync)
            .WithSummary("A target; the ETag is its version")
            .Produces<BackupTargetRow>()
            .ProducesProblem(StatusCodes.Status404NotFound);
        targets
            .MapPut("/{id:int}", SaveTargetAsync)
            .RequireAuthorization(Policies.RestoreBackups, Policies.DownloadBackups)
            .WithSummary("Changes a target; If-Match names the version that was read")
            .Produces<BackupTargetRow>()
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status412PreconditionFailed)
            .ProducesProblem(StatusCodes.Status428PreconditionRequired);
        targets
            .MapDelete(
                "/{id:int}",
                async (int id, BackupTargetService service, CancellationToken cancel) =>
                    Answers.Of(await service.DeleteAsync(id, cancel), _ => TypedResults.NoContent())
            )
            .RequireAuthorization(Policies.RestoreBackups)
            .WithSummary("Deletes a target; its files stay")
            .Produces(StatusCodes.Status204NoContent)
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound);
        targets
            .MapPost(
                "/test",
                async (BackupTargetForm form, BackupTargetService service, CancellationToken cancel) =>
                    Answers.Of(await service.TestAsync(form, cancel), TypedResults.Ok)
            )
            .RequireAuthorization(Policies.RestoreBackups, Policies.DownloadBackups)
            .WithSummary("Tests a target by writing, reading and deleting a small object; nothing is saved")
            .Produces<TargetVerdict>()
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> SaveAsync(
        BackupSettingsForm form,
        BackupSettingsService service,
        HttpContext context,
        CancellationToken cancel
    )
    {
        var (version, refusal) = Answers.IfMatch(context.Request);
        if (refusal is not null)
        {
            return refusal;
        }

        form.Version = version;
        return Answers.Of(
            await service.SaveAsync(form, cancel),
            row => Answers.WithVersion(context, row.Version, TypedResults.Ok(row)),
            row => row
        );
    }

    private static async Task<IResult> CreateAsync(
        BackupTargetForm form,
        BackupTargetService service,
        HttpContext context,
        CancellationToken cancel
    )
    {
        (form.Id, form.Version) = (null, 0);
        return Answers.Of(
            await service.SaveAsync(form, cancel),
            row => Answers.WithVersion(context, row.Version, TypedResults.Created($"/api/backup-settings/targets/{row.Id}", row))
        );
    }

    private static async Task<IResult> FindAsync(int id, BackupTargetService service, HttpContext context, CancellationToken cancel) =>
        await service.FindAsync(id, cancel) is { } row
            ? Answers.WithVersion(context, row.Version, TypedResults.Ok(row))
            : Answers.NotFound();

    private static async Task<IResult> SaveTargetAsync(
        int id,
        BackupTargetForm form,
        BackupTargetService service,
        HttpContext context,
        CancellationToken cancel
    )
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
}
