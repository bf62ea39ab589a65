using Sanctum.Configurator.Features.DryRuns;
using Sanctum.Configurator.Platform.Requests;
using Sanctum.Configurator.Registry.GeneratedCode;

namespace Sanctum.Configurator.Features.GeneratedCode;

internal static class DesignEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var files = routes.MapLazyGroup("/api/design-files").RequireAuthorization(Policies.UseConversations).WithTags("Generated code");
        files
            .MapGet("/", (DesignService service, CancellationToken cancel, string? kind = null) => service.ListAsync(KindOf(kind), cancel))
            .WithSummary("The versions of catalog.json and tokens.json, the newest first");
        files
            .MapGet(
                "/{id:int}",
                async (int id, DesignService service, CancellationToken cancel) => Answers.Found(await service.FindAsync(id, cancel))
            )
            .WithSummary("A version with its content");
        files
            .MapPost(
                "/",
                async (DesignFileForm form, DesignService service, CancellationToken cancel) =>
                    Answers.Created(await service.ImportAsync(form, cancel), row => $"/api/design-files/{row.Id}")
            )
            .RequireAuthorization(Policies.WriteSettings)
            .WithSummary("Imports catalog.json or tokens.json as a new version, and activates it unless activate is false")
            .CannotBeTried();
        files
            .MapPost(
                "/{id:int}/activate",
                async (int id, DesignService service, CancellationToken cancel) =>
                    Answers.Of(await service.ActivateAsync(id, isActive: true, cancel))
            )
            .RequireAuthorization(Policies.WriteSettings)
            .WithSummary("Puts a version into prompts, instead of the one that was")
            .CannotBeTried();
        files
            .MapPost(
                "/{id:int}/deactivate",
                async (int id, DesignService service, CancellationToken cancel) =>
                    Answers.Of(await service.ActivateAsync(id, isActive: false, cancel))
            )
            .RequireAuthorization(Policies.WriteSettings)
            .WithSummary("Takes a version out of prompts")
            .CannotBeTried();
    }

    private static DesignFileKind? KindOf(string? word) =>
        string.IsNullOrEmpty(word)
            ? null
            : EnumText<DesignFileKind>.Find(word)
                ?? throw BadQueryException.Word("kind", Enum.GetValues<DesignFileKind>().Select(EnumText<DesignFileKind>.Of));
}
