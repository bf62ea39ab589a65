using Microsoft.AspNetCore.Mvc;
using Sanctum.Configurator.Features.DryRuns;
using Sanctum.Configurator.Features.Memories.Keeping;
using Sanctum.Configurator.Features.Memories.Merging;
using Sanctum.Configurator.Features.Memories.Vectors;
using Sanctum.Configurator.Platform.Requests;
using Sanctum.Configurator.Registry.Memories;

namespace Sanctum.Configurator.Features.Memories;

internal static class MemoryEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var memories = routes.MapLazyGroup("/api/memories").RequireAuthorization(Policies.UseConversations).WithTags("Memories");
        MapKeeping(memories);
        MapActs(memories);
        MapSettings(routes.MapLazyGroup("/api/memory-settings").RequireAuthorization(Policies.UseConversations).WithTags("Memories"));
        MapIndexes(routes.MapLazyGroup("/api/vector-indexes").RequireAuthorization(Policies.ReadSettings).WithTags("Memories"));
    }

    private static void MapKeeping(LazyGroup memories)
    {
        memories
            .MapGet("/", ListAsync)
            .WithSummary("Lists the caller's memories and shared ones, newest first; q has words, \"phrases\", begin* and -without");
        memories
            .MapGet(
                "/{id:guid}",
                async (Guid id, MemoryReader reader, CancellationToken cancel) => Answers.Found(await reader.FindAsync(id, cancel))
            )
            .WithSummary("A memory; the ETag is its version");
        memories
            .MapPost(
                "/",
                async (MemoryForm form, MemoryService service, CancellationToken cancel) =>
                    Answers.Created(await service.AddAsync(form, cancel), row => $"/api/memories/{row.Id}")
            )
            .WithSummary("Adds a memory; one that looks suspicious is held")
            .CannotBeTried();
        memories
            .MapPut(
                "/{id:guid}",
                async (Guid id, MemoryForm form, IfMatch seen, MemoryService service, CancellationToken cancel) =>
                    Answers.Of(await service.ChangeAsync(id, form, seen.Version, cancel))
            )
            .WithSummary("Changes a memory; what was made of it is held")
            .CannotBeTried();
        memories
            .MapDelete(
                "/{id:guid}",
                async (Guid id, MemoryService service, CancellationToken cancel) => Answers.Deleted(await service.ForgetAsync(id, cancel))
            )
            .WithSummary("Forgets a memory with what was made of it; only hashes stay, so that it is not remembered again")
            .CannotBeTried();
    }

    private static void MapActs(LazyGroup memories)
    {
        memories
            .MapPost(
                "/{id:guid}/hold",
                async (Guid id, IfMatch seen, MemoryService service, CancellationToken cancel) =>
                    Answers.Of(await service.HoldAsync(id, seen.Version, cancel))
            )
            .WithSummary("Holds a memory: it is not used until it is released")
            .CannotBeTried();
        memories
            .MapPost(
                "/{id:guid}/release",
                async (Guid id, IfMatch seen, MemoryService service, CancellationToken cancel) =>
                    Answers.Of(await service.ReleaseAsync(id, seen.Version, cancel))
            )
            .ForPeopleOnly()
            .WithSummary("Releases a held memory")
            .CannotBeTried();
        memories
            .MapGet(
                "/duplicates",
                async (MemoryDuplicates duplicates, CancellationToken cancel) => Answers.Of(await duplicates.PreviewAsync(cancel))
            )
            .WithSummary("Memories of the caller that say the same in other words, with the stamp by which they can be merged");
        memories
            .MapPost(
                "/duplicates",
                async (DuplicatesForm form, MemoryDuplicates duplicates, CancellationToken cancel) =>
                    Answers.Of(await duplicates.ApplyAsync(form, cancel))
            )
            .WithSummary("Merges the duplicates of a preview; refused where any of them has changed since")
            .CannotBeTried();
        memories
            .MapGet("/use", async (MemoryUseService service, CancellationToken cancel) => Answers.Show(await service.ReadAsync(cancel)))
            .WithSummary("Whether memory is on for the caller");
        memories
            .MapPut(
                "/use",
                async (MemoryUseForm form, MemoryUseService service, CancellationToken cancel) =>
                    Answers.Of(await service.SetAsync(form, cancel))
            )
            .WithSummary("Turns memory on or off for the caller")
            .OffersDryRun();
    }

    private static void MapSettings(LazyGroup settings)
    {
        settings
            .MapGet("/", async (MemorySettingsService service, CancellationToken cancel) => Answers.Show(await service.ReadAsync(cancel)))
            .WithSummary("The settings of memory; the ETag is their version");
        settings
            .MapPut(
                "/",
                async (MemorySettingsForm form, NeededIfMatch seen, MemorySettingsService service, CancellationToken cancel) =>
                {
                    form.Version = seen.Version;
                    return Answers.Of(await service.SaveAsync(form, cancel));
                }
            )
            .RequireAuthorization(Policies.WriteSettings)
            .WithSummary("Changes the settings of memory; If-Match names the version that was read")
            .OffersDryRun();
    }

    private static void MapIndexes(LazyGroup indexes)
    {
        indexes
            .MapGet("/", (VectorIndexService service, CancellationToken cancel) => service.ListAsync(cancel))
            .WithSummary("Lists vector indexes, the active one first");
        indexes
            .MapPost(
                "/",
                async (VectorIndexForm form, VectorIndexService service, CancellationToken cancel) =>
                    Answers.Created(await service.BuildAsync(form, cancel), _ => "/api/vector-indexes")
            )
            .RequireAuthorization(Policies.WriteSettings)
            .WithSummary("Builds an index by an embedding model; it becomes active when it is complete")
            .CannotBeTried();
        indexes
            .MapPost(
                "/{id:int}/activate",
                async (int id, VectorIndexService service, CancellationToken cancel) => Answers.Of(await service.ActivateAsync(id, cancel))
            )
            .RequireAuthorization(Policies.WriteSettings)
            .WithSummary("Activates a complete index")
            .CannotBeTried();
        indexes
            .MapDelete(
                "/{id:int}",
                async (int id, VectorIndexService service, CancellationToken cancel) =>
                    Answers.Deleted(await service.DeleteAsync(id, cancel))
            )
            .RequireAuthorization(Policies.WriteSettings)
            .WithSummary("Deletes a vector index with its vectors")
            .CannotBeTried();
    }

    private static async Task<PageOf<MemoryRow>> ListAsync(
        [AsParameters] PageQuery page,
        MemoryReader reader,
        CancellationToken cancel,
        [FromQuery(Name = "kind")] string? kind = null,
        [FromQuery(Name = "scope")] string? scope = null,
        [FromQuery(Name = "status")] string? status = null
    ) =>
        await reader.ListAsync(
            new(Find<MemoryKind>("kind", kind), Find<MemoryScope>("scope", scope), Find<MemoryStatus>("status", status)),
            page.Page,
            cancel
        );

    private static T? Find<T>(string name, string? text)
        where T : struct, Enum =>
        string.IsNullOrEmpty(text) ? null
        : EnumText<T>.Find(text) is { } found ? found
        : throw BadQueryException.Word(name, Enum.GetValues<T>().Select(EnumText<T>.Of));
}
