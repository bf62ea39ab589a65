using Microsoft.AspNetCore.Mvc;
using Sanctum.Configurator.Platform.Requests;

namespace Sanctum.Configurator.Features.OldConfigurator;

internal static class OldConfiguratorEndpoints
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapLazyGroup("/api")
            .MapPost("/old-configurator/import", ImportAsync)
            .RequireAuthorization(Policies.WriteSettings)
            .RequireAuthorization(Policies.ManageUsers)
            .WithTags("Old configurator")
            .WithMetadata(new RequestSizeLimitAttribute(OldFileReader.MaxBytes))
            .WithSummary(
                "Imports the old configurator's sanctum_ui.db, sent as the body; with dryRun=true it only returns what it would do. "
                    + "settings and users list the rows to import, separated by commas; without both, everything possible is imported."
            )
            .ProducesProblem(StatusCodes.Status412PreconditionFailed)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge);

    private static async Task<Answer<Shown<OldPreview>>> ImportAsync(
        Stream body,
        OldFileReader reader,
        OldImportService import,
        HttpResponse response,
        CancellationToken cancel,
        bool dryRun = false,
        string? settings = null,
        string? users = null
    )
    {
        response.Headers.CacheControl = "no-store";
        var read = await reader.ReadAsync(body, cancel);
        if (read is not Outcome<OldContent>.Ok { Value: var content })
        {
            return Answers.Undone<OldContent, OldPreview>(read);
        }

        var selection = (settings ?? users) is null ? null : new OldSelection(NamesIn(settings), NamesIn(users));
        var outcome = dryRun ? await import.PreviewAsync(content, cancel) : await import.ApplyAsync(content, selection, null, cancel);
        return Answers.Of(outcome);
    }

    private static string[] NamesIn(string? list) =>
        list?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
}
