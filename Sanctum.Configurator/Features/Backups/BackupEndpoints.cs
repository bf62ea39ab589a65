using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Sanctum.Configurator.Features.Backups.Archive;
using Sanctum.Configurator.Features.Backups.Runs;
using Sanctum.Configurator.Features.Backups.Sources;
using Sanctum.Configurator.Platform.Requests;

namespace Sanctum.Configurator.Features.Backups;

internal static class BackupEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var backups = routes.MapLazyGroup("/api/backups").RequireAuthorization(Policies.ReadBackups).WithTags("Backups");
        backups
            .MapGet("/", (BackupService service, CancellationToken cancel) => service.ListAsync(cancel))
            .WithSummary("Lists all backups, newest first");
        backups
            .MapPost(
                "/",
                async (BackupForm form, BackupService service, CancellationToken cancel) =>
                    Answers.Accepted(await service.BackUpAsync(form, cancel), row => $"/api/backups/{row.Id}")
            )
            .RequireAuthorization(Policies.MakeBackups)
            .WithSummary("Starts a backup, which is then test-restored; read it again for the result");
        backups
            .MapGet(
                "/{id:int}",
                async (int id, BackupService service, CancellationToken cancel) => Answers.Found(await service.FindAsync(id, cancel))
            )
            .WithSummary("A backup");
        backups
            .MapGet("/{id:int}/content", ContentAsync)
            .RequireAuthorization(Policies.DownloadBackups)
            .WithSummary("The file")
            .Produces(StatusCodes.Status200OK, contentType: "application/octet-stream");
        backups
            .MapPost(
                "/{id:int}/verify",
                async (int id, PassphraseForm form, BackupService service, CancellationToken cancel) =>
                    Answers.Of(await service.VerifyAsync(id, form.Passphrase, cancel))
            )
            .RequireAuthorization(Policies.MakeBackups)
            .WithSummary("Verifies it by reading every byte");
        backups
            .MapPost(
                "/{id:int}/drill",
                async (int id, PassphraseForm form, BackupService service, CancellationToken cancel) =>
                    Answers.Accepted(await service.DrillAsync(id, form.Passphrase, cancel), row => $"/api/backups/{row.Id}")
            )
            .RequireAuthorization(Policies.MakeBackups)
            .WithSummary("Starts a restore test");
        backups
            .MapPost(
                "/{id:int}/stop",
                async (int id, BackupService service, CancellationToken cancel) => Answers.Of(await service.StopAsync(id, cancel))
            )
            .RequireAuthorization(Policies.MakeBackups)
            .WithSummary("Stops it, or its restore test");
        backups
            .MapPost(
                "/{id:int}/restore",
                async (int id, RestoreForm form, RestoreService service, CancellationToken cancel) =>
                    Answers.Of(await service.RestoreAsync(id, form, cancel))
            )
            .RequireAuthorization(Policies.RestoreBackups)
            .WithSummary(
                "Restores it, or with dry_run only returns what would change; users, keys and settings require every permission and the password of the key's owner"
            );
        backups
            .MapPost(
                "/restore/undo",
                async ([FromBody] UndoRestoreForm? form, RestoreService service, CancellationToken cancel) =>
                    Answers.Of(await service.UndoAsync(form?.DryRun == true, form?.Password, cancel))
            )
            .RequireAuthorization(Policies.RestoreBackups)
            .WithSummary("Undoes the last restore; users, keys and settings require the password of the key's owner")
            .ProducesProblem(StatusCodes.Status404NotFound);
        backups
            .MapPost(
                "/{id:int}/fetch",
                async (int id, BackupService service, CancellationToken cancel) => Answers.Of(await service.BringBackAsync(id, cancel))
            )
            .RequireAuthorization(Policies.MakeBackups)
            .WithSummary("Retrieves its file from a target that has it");
        backups
            .MapPut(
                "/{id:int}",
                async (int id, BackupNoteForm form, BackupService service, CancellationToken cancel) =>
                    Answers.Of(await service.DescribeAsync(id, form, cancel))
            )
            .RequireAuthorization(Policies.MakeBackups)
            .WithSummary("Changes its note");
        backups
            .MapPost(
                "/upload",
                async (HttpRequest request, BackupUploads uploads, CancellationToken cancel) =>
                    Answers.Created(
                        await uploads.TakeAsync(
                            request.Body,
                            request.ContentLength,
                            request.Headers[PassphraseHeader].ToString(),
                            null,
                            cancel
                        ),
                        row => $"/api/backups/{row.Id}"
                    )
            )
            .RequireAuthorization(Policies.RestoreBackups)
            .WithSummary("Uploads a backup file, sent as the body, with its passphrase in the header Backup-Passphrase")
            .WithMetadata(new Microsoft.AspNetCore.Mvc.DisableRequestSizeLimitAttribute());
        backups
            .MapDelete(
                "/{id:int}",
                async (int id, BackupService service, CancellationToken cancel) => Answers.Deleted(await service.DeleteAsync(id, cancel))
            )
            .RequireAuthorization(Policies.RestoreBackups)
            .WithSummary("Deletes it with its file");
    }

    /// <summary>For a browser, whose session alone is not enough: the link carries a ticket that was given for the password.</summary>
    public static void MapFile(IEndpointRouteBuilder routes) =>
        routes
            .MapLazyGroup()
            .MapGet(
                Urls.BackupFiles,
                async Task<Results<Results<PhysicalFileHttpResult, Missing>, ProblemHttpResult>> (
                    int id,
                    string? ticket,
                    BackupService service,
                    DownloadTickets tickets,
                    CurrentUser caller,
                    CancellationToken cancel
                ) =>
                    tickets.Take(ticket, id, caller.Actor.UserId)
                        ? await ContentAsync(id, service, cancel)
                        : TypedResults.Problem(
                            "This download link was already used or has expired. Open Download again on the page Backups.",
                            statusCode: StatusCodes.Status403Forbidden
                        )
            )
            .RequireAuthorization(Policies.DownloadBackups)
            .ExcludeFromDescription();

    private const string PassphraseHeader = "Backup-Passphrase";

    private static async Task<Results<PhysicalFileHttpResult, Missing>> ContentAsync(
        int id,
        BackupService service,
        CancellationToken cancel
    ) =>
        await service.FindAsync(id, cancel) is { FileIsThere: true, FilePath: { } path } row
            ? TypedResults.PhysicalFile(path, "application/octet-stream", row.Name + BackupFiles.Extension, enableRangeProcessing: true)
            : new Missing();
}
