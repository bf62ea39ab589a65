using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Sanctum.Configurator.Features.DryRuns;
using Sanctum.Configurator.Features.Messaging.Broca.Importing;
using Sanctum.Configurator.Features.Messaging.Broca.Instances;
using Sanctum.Configurator.Platform.Requests;

namespace Sanctum.Configurator.Features.Messaging.Broca;

internal static class BrocaEndpoints
{
    private const int MostAside = 1000;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var broca = routes.MapLazyGroup("/api/broca").RequireAuthorization(Policies.ManageMessages).WithTags("Broca");
        MapPreviews(broca);
        MapImports(broca);
        MapInstances(broca);
    }

    private static void MapPreviews(LazyGroup broca)
    {
        broca
            .MapPost(
                "/previews",
                async (Stream body, BrocaImports imports, CancellationToken cancel, string? name = null) =>
                    Answers.Of(await imports.PreviewAsync(body, name ?? "sanctum.db", cancel))
            )
            .WithMetadata(new RequestSizeLimitAttribute(BrocaFiles.MostBytes))
            .WithSummary("Takes a Broca's sanctum.db, sent as the body, and says what importing it would do; it is kept for an hour")
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .WritesNothing();
        broca
            .MapPost(
                "/previews/path",
                async (BrocaPathForm form, BrocaImports imports, CancellationToken cancel) =>
                    Answers.Of(await imports.PreviewAsync(form, cancel))
            )
            .RequireAuthorization(Policies.Everything)
            .WithSummary("The same for a file of the console's machine, copied as it is at one moment")
            .WritesNothing();
        broca
            .MapGet(
                "/previews/{id}",
                async (
                    string id,
                    BrocaImports imports,
                    CancellationToken cancel,
                    string? source = null,
                    [FromQuery(Name = "agent_id")] int? agentId = null
                ) =>
                    Answers.Of(
                        await imports.PreviewAsync(
                            new BrocaImportForm
                            {
                                PreviewId = id,
                                Source = source,
                                AgentId = agentId,
                            },
                            cancel
                        )
                    )
            )
            .WithSummary("What importing a file that was taken would do, as another source");
    }

    private static void MapImports(LazyGroup broca)
    {
        broca
            .MapGet(
                "/imports",
                async ([AsParameters] PageQuery query, BrocaImports imports, CancellationToken cancel) =>
                    TypedResults.Ok(await imports.ListAsync(query.Page, cancel))
            )
            .WithSummary("Imports that were made, the newest first, with their reports");
        broca
            .MapPost(
                "/imports",
                async (BrocaImportForm form, BrocaImports imports, CancellationToken cancel) =>
                    Answers.Accepted(await imports.BeginAsync(form, cancel), run => $"/api/broca/runs/{run.Id}")
            )
            .WithSummary("Begins to import a file that was taken, in the background: all of it, or nothing; ask under runs how it stands")
            .CannotBeTried();
        broca
            .MapGet(
                "/imports/{id:int}",
                async (int id, BrocaImports imports, CancellationToken cancel) => Answers.Of(await imports.FindAsync(id, cancel))
            )
            .WithSummary("An import with its report: rows and checksums by table, there and here, and what was odd");
        broca
            .MapPost(
                "/imports/{id:int}/undo",
                async (int id, BrocaImports imports, CancellationToken cancel) => Answers.Of(await imports.UndoAsync(id, cancel))
            )
            .WithSummary("Takes away what an import brought; what was used since stays, and is counted")
            .CannotBeTried();
        broca
            .MapGet("/imports/{id:int}/orphans", AsideAsync)
            .WithSummary("What an import kept aside, as it was; with format=jsonl all of it, as a file with one row a line");
        broca
            .MapGet(
                "/runs/newest",
                async (BrocaImports imports, CancellationToken cancel) => Answers.Of(await imports.FindRunAsync(null, cancel))
            )
            .WithSummary("The newest import that was begun, and how far it is");
        broca
            .MapGet(
                "/runs/{id:int}",
                async (int id, BrocaImports imports, CancellationToken cancel) => Answers.Of(await imports.FindRunAsync(id, cancel))
            )
            .WithSummary("An import that was begun, and how far it is");
        broca
            .MapPost(
                "/runs/{id:int}/cancel",
                async (int id, BrocaImports imports, CancellationToken cancel) => Answers.Of(await imports.CancelAsync(id, cancel))
            )
            .WithSummary("Stops an import; what it has brought so far is taken back")
            .CannotBeTried();
    }

    private static void MapInstances(LazyGroup broca)
    {
        broca
            .MapGet(
                "/instances",
                async (BrocaInstances instances, CancellationToken cancel) => Answers.Of(await instances.ListAsync(cancel))
            )
            .WithSummary("The Brocas of the console's machine: whether they run, their queues, and what is to be mended");
        broca
            .MapPost(
                "/instances",
                async (BrocaFolderForm form, BrocaInstances instances, CancellationToken cancel) =>
                    Answers.Created(await instances.AddAsync(form, cancel), instance => $"/api/broca/instances/{instance.Id}/settings")
            )
            .RequireAuthorization(Policies.Everything)
            .WithSummary("Adds the folder of a Broca that does not lie in the Sanctum folder")
            .CannotBeTried();
        broca
            .MapDelete(
                "/instances/{id}",
                async (string id, BrocaInstances instances, CancellationToken cancel) =>
                    Answers.Deleted(await instances.RemoveAsync(id, cancel))
            )
            .RequireAuthorization(Policies.Everything)
            .WithSummary("Takes a folder that was added out of the list; nothing in it is changed")
            .CannotBeTried();
        broca
            .MapGet(
                "/instances/{id}/settings",
                async (string id, BrocaInstances instances, CancellationToken cancel) =>
                    Answers.Of(await instances.FindSettingsAsync(id, cancel))
            )
            .RequireAuthorization(Policies.Everything)
            .WithSummary("A Broca's settings.json and .env, without secrets, and what is wrong in them");
        broca
            .MapPut(
                "/instances/{id}/settings",
                async (string id, BrocaSettingsForm form, BrocaInstances instances, CancellationToken cancel) =>
                    Answers.Of(await instances.SaveSettingsAsync(id, form, cancel))
            )
            .RequireAuthorization(Policies.Everything)
            .WithSummary(
                "Changes a Broca's settings.json and .env; the hashes say which files were read, and 412 that they are others by now"
            )
            .ProducesProblem(StatusCodes.Status412PreconditionFailed)
            .CannotBeTried();
        broca
            .MapPost(
                "/instances/{id}/requeue",
                async (string id, BrocaEntriesForm form, BrocaInstances instances, CancellationToken cancel) =>
                    Answers.Of(await instances.RequeueAsync(id, form, cancel))
            )
            .WithSummary("Lets a Broca attempt entries of its queue again")
            .CannotBeTried();
        broca
            .MapPost(
                "/instances/{id}/flush",
                async (string id, BrocaEntriesForm form, BrocaInstances instances, CancellationToken cancel) =>
                    Answers.Of(await instances.FlushAsync(id, form, cancel))
            )
            .WithSummary("Takes entries out of a Broca's queue")
            .CannotBeTried();
    }

    private static async Task<Results<FileStreamHttpResult, Ok<PageOf<BrocaAsideRow>>>> AsideAsync(
        int id,
        [AsParameters] PageQuery query,
        BrocaImports imports,
        HttpResponse response,
        CancellationToken cancel,
        string? format = null
    )
    {
        response.Headers.CacheControl = "no-store";
        return format == "jsonl"
            ? TypedResults.Stream(await AllAsideAsync(imports, id, cancel), "application/jsonl", $"broca-import-{id}-kept-aside.jsonl")
            : TypedResults.Ok(await imports.AsideAsync(id, query.Page, cancel));
    }

    /// <summary>Each a line of JSON; in a file of its own until it is sent, as there may be many.</summary>
    internal static async Task<Stream> AllAsideAsync(BrocaImports imports, int id, CancellationToken cancel)
    {
        var file = PrivateFiles.CreateTemporary();
        for (var skip = 0; ; skip += MostAside)
        {
            var page = await imports.AsideAsync(id, new(skip, MostAside), cancel);
            foreach (var row in page.Items)
            {
                await file.WriteAsync(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(row, ApiJson.Options) + "\n"), cancel);
            }

            if (page.Items.Count < MostAside)
            {
                file.Position = 0;
                return file;
            }
        }
    }
}
