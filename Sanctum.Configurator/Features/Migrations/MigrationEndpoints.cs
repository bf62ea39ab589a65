using Sanctum.Configurator.Features.DryRuns;
using Sanctum.Configurator.Platform.Requests;

namespace Sanctum.Configurator.Features.Migrations;

internal static class MigrationEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var migrations = routes.MapLazyGroup("/api/migrations").RequireAuthorization(Policies.RestoreBackups).WithTags("Migrations");
        migrations
            .MapGet("/", async (MigrationService service, CancellationToken cancel) => Answers.Found(await service.ReadAsync(cancel)))
            .WithSummary("Lists the migrations of both databases, the current one, and what a step back would delete");
        migrations
            .MapPost(
                "/down",
                async (StepBackForm form, MigrationService service, CancellationToken cancel) =>
                    Answers.Of(await service.StepBackAsync(form, cancel))
            )
            .ForPeopleOnly()
            .WithSummary(
                "Stops this console, which then backs the registry up and takes its newest migration back; refused where that deletes anything"
            )
            .CannotBeTried();
    }
}
