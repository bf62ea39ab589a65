using Sanctum.Configurator.Platform.Requests;

namespace Sanctum.Configurator.Features.Backups.Settings;

internal static class BackupSettingsEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var settings = routes.MapLazyGroup("/api/backup-settings").RequireAuthorization(Policies.ReadBackups).WithTags("Backups");
        settings
            .MapGet("/", async (BackupSettingsService service, CancellationToken cancel) => Answers.Show(await service.ReadAsync(cancel)))
            .WithSummary("The content of automatic backups; their schedule is in the jobs under /api/jobs; the ETag is the version");
        settings
            .MapPut(
                "/",
                async (BackupSettingsForm form, NeededIfMatch seen, BackupSettingsService service, CancellationToken cancel) =>
                {
                    form.Version = seen.Version;
                    return Answers.Of(await service.SaveAsync(form, cancel));
                }
            )
            .RequireAuthorization(Policies.RestoreBackups)
            .WithSummary("Changes it; If-Match names the version that was read");
        settings
            .MapPost(
                "/simulate",
                async (SimulateForm form, RetentionService service, CancellationToken cancel) =>
                    Answers.Of(await service.SimulateAsync(form, cancel))
            )
            .WithSummary("Simulates retention rules on the schedule or on a target's backups")
            .ProducesProblem(StatusCodes.Status404NotFound);

        var targets = settings.MapGroup("/targets");
        targets
            .MapGet("/", (BackupTargetService service, CancellationToken cancel) => service.ListAsync(cancel))
            .WithSummary("Lists the backup targets");
        targets
            .MapPost(
                "/",
                async (BackupTargetForm form, BackupTargetService service, CancellationToken cancel) =>
                {
                    (form.Id, form.Version) = (null, 0);
                    return Answers.Created(await service.SaveAsync(form, cancel), row => $"/api/backup-settings/targets/{row.Id}");
                }
            )
            .RequireAuthorization(Policies.RestoreBackups, Policies.DownloadBackups)
            .WithSummary("Adds a target");
        targets
            .MapGet(
                "/{id:int}",
                async (int id, BackupTargetService service, CancellationToken cancel) => Answers.Found(await service.FindAsync(id, cancel))
            )
            .WithSummary("A target; the ETag is its version");
        targets
            .MapPut(
                "/{id:int}",
                async (int id, BackupTargetForm form, NeededIfMatch seen, BackupTargetService service, CancellationToken cancel) =>
                {
                    (form.Id, form.Version) = (id, seen.Version);
                    return Answers.Of(await service.SaveAsync(form, cancel));
                }
            )
            .RequireAuthorization(Policies.RestoreBackups, Policies.DownloadBackups)
            .WithSummary("Changes a target; If-Match names the version that was read");
        targets
            .MapDelete(
                "/{id:int}",
                async (int id, BackupTargetService service, CancellationToken cancel) =>
                    Answers.Deleted(await service.DeleteAsync(id, cancel))
            )
            .RequireAuthorization(Policies.RestoreBackups)
            .WithSummary("Deletes a target; its files stay");
        targets
            .MapPost(
                "/test",
                async (BackupTargetForm form, BackupTargetService service, CancellationToken cancel) =>
                    Answers.Of(await service.TestAsync(form, cancel))
            )
            .RequireAuthorization(Policies.RestoreBackups, Policies.DownloadBackups)
            .WithSummary("Tests a target by writing, reading and deleting a small object; nothing is saved")
            .ProducesProblem(StatusCodes.Status404NotFound);
    }
}
