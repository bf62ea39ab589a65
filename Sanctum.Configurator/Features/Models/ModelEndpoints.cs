using Microsoft.AspNetCore.Http.HttpResults;
using Sanctum.Configurator.Features.Models.Client;
using Sanctum.Configurator.Features.Models.Life;
using Sanctum.Configurator.Features.Models.Probe;
using Sanctum.Configurator.Platform.Requests;

namespace Sanctum.Configurator.Features.Models;

internal static class ModelEndpoints
{
    private static readonly IProgress<LlmStep> Nobody = new DirectProgress<LlmStep>(_ => { });

    public static void Map(IEndpointRouteBuilder routes)
    {
        var models = routes.MapLazyGroup("/api/llm-configs").RequireAuthorization(Policies.ReadRegistry).WithTags("Models");
        models
            .MapGet("/", (ModelReader reader, CancellationToken cancel) => reader.ListAsync(cancel))
            .WithSummary("Lists the models, without keys");
        models
            .MapGet(
                "/{id:int}",
                async (int id, ModelReader reader, CancellationToken cancel) => Answers.Found(await reader.FindAsync(id, cancel))
            )
            .WithSummary("A model; the ETag is its version");
        models
            .MapGet(
                "/{id:int}/checks",
                (int id, ModelReader reader, CancellationToken cancel, int take = 50) =>
                    reader.ChecksAsync(id, Math.Clamp(take, 1, 1000), cancel)
            )
            .WithSummary("The tests of a model, newest first");
        models.MapGet("/start", (PrimaryModel primary) => primary.Last).WithSummary("What the last start did with the primary model");
        models
            .MapGet(
                "/uses",
                (string type, string model, ModelReplacement replacement, CancellationToken cancel) =>
                    replacement.UsesAsync(new(type, model), cancel)
            )
            .WithSummary("What names a model: configurations, agents and values");
        models
            .MapGet("/letta", async (LettaSide side, CancellationToken cancel) => Answers.Of(await side.ReadAsync(cancel)))
            .WithSummary("The models that the Letta server offers its agents beside the console's own");
        MapWrites(models);
        MapTests(models);
        MapRetirements(routes);
    }

    private static void MapWrites(LazyGroup models)
    {
        models
            .MapPost(
                "/",
                async (ModelForm form, ModelService service, CancellationToken cancel, bool dryRun = false) =>
                {
                    (form.Id, form.Version) = (null, 0);
                    return Answers.Created(await service.SaveAsync(form, dryRun, cancel), dryRun, row => $"/api/llm-configs/{row.Id}");
                }
            )
            .Operates("Adds a model, for everybody or with is_mine for the caller; with dryRun=true only returns what it would be");
        models
            .MapPut(
                "/{id:int}",
                async (int id, ModelForm form, NeededIfMatch seen, ModelService service, CancellationToken cancel, bool dryRun = false) =>
                {
                    (form.Id, form.Version) = (id, seen.Version);
                    return Answers.Of(await service.SaveAsync(form, dryRun, cancel));
                }
            )
            .Operates("Changes a model; If-Match names the version that was read; with dryRun=true only returns what it would be");
        models
            .MapPost(
                "/{id:int}/activate",
                async (int id, IfMatch seen, ModelService service, CancellationToken cancel, bool dryRun = false) =>
                    Answers.Of(await service.ActivateAsync(id, seen.Version, dryRun, cancel))
            )
            .Operates("Makes a model the active one of its owner; everybody's becomes the primary of every start");
        models
            .MapPost(
                "/{id:int}/deactivate",
                async (int id, IfMatch seen, ModelService service, CancellationToken cancel, bool dryRun = false) =>
                    Answers.Of(await service.DeactivateAsync(id, seen.Version, dryRun, cancel))
            )
            .Operates("Stops using one's own model, so that everybody's counts again");
        models
            .MapDelete("/{id:int}", DeleteAsync)
            .Operates(
                "Deletes a model, with the model replacement=… (an id, or 0 for none) in its place where it is named; with dryRun=true only returns what would be deleted and mended"
            );
        models
            .MapPost(
                "/{id:int}/push",
                async (int id, LettaSide side, CancellationToken cancel) => Answers.Of(await side.PushAsync(id, cancel))
            )
            .RequireAuthorization(Policies.WriteSettings)
            .WithSummary("Gives a Letta App Server the key of a model's provider");
        models
            .MapPost(
                "/replace",
                async (ReplacementForm form, ModelReplacement replacement, CancellationToken cancel, bool dryRun = false) =>
                    Answers.Of(await replacement.ReplaceAsync(form, dryRun, cancel))
            )
            .RequireAuthorization(Policies.WriteRegistry)
            .WithSummary("Puts one model in place of another in all that name it; with dryRun=true only returns what would change");
    }

    private static void MapTests(LazyGroup models)
    {
        models
            .MapPost(
                "/test",
                async (ModelForm form, ModelTests tests, CancellationToken cancel) =>
                    Answers.Of(await tests.TestAsync(form, Nobody, cancel))
            )
            .Operates("Tests a model that is not saved; an omitted key is taken from the model with the given id")
            .ProducesProblem(StatusCodes.Status404NotFound);
        models
            .MapPost(
                "/{id:int}/test",
                async (int id, ModelTests tests, CancellationToken cancel) => Answers.Of(await tests.TestAsync(id, Nobody, cancel))
            )
            .Operates("Tests a saved model and keeps the result");
        models
            .MapPost(
                "/test-all",
                async (ModelTests tests, CancellationToken cancel) =>
                    Answers.Of(await tests.TestAllAsync(new DirectProgress<TestedModel>(_ => { }), cancel))
            )
            .Operates("Tests all enabled models side by side, each for at most ten seconds");
        models
            .MapPost(
                "/message",
                async (ModelMessageForm form, ModelMessages messages, CancellationToken cancel) =>
                    Answers.Of(await messages.SendAsync(null, form, new DirectProgress<string>(_ => { }), cancel))
            )
            .Operates("Sends a message to the caller's model, and to those of the fallback order where it fails");
        models
            .MapPost(
                "/{id:int}/message",
                async (int id, ModelMessageForm form, ModelMessages messages, CancellationToken cancel) =>
                    Answers.Of(await messages.SendAsync(id, form, new DirectProgress<string>(_ => { }), cancel))
            )
            .Operates("Sends a message to a model");
    }

    private static void MapRetirements(IEndpointRouteBuilder routes)
    {
        var retirements = routes.MapLazyGroup("/api/llm-retirements").RequireAuthorization(Policies.ReadRegistry).WithTags("Models");
        retirements
            .MapGet("/", (RetirementService service, CancellationToken cancel) => service.ListAsync(cancel))
            .WithSummary("The ends of models that were imported or found in a provider's list");
        retirements
            .MapPost(
                "/",
                async (RetirementForm form, RetirementService service, CancellationToken cancel, bool dryRun = false) =>
                    Answers.Of(await service.ImportAsync(form.ToModels(), form.Source ?? "an imported list", dryRun, cancel))
            )
            .RequireAuthorization(Policies.WriteRegistry)
            .WithSummary("Imports ends of models; with dryRun=true only returns what would change");
    }

    private static RouteHandlerBuilder Operates(this RouteHandlerBuilder route, string summary) =>
        route.RequireAuthorization(Policies.OperateRegistry).WithSummary(summary);

    private static async Task<Results<Answer<Shown<RemovedModel>>, Answer<NoContent>>> DeleteAsync(
        int id,
        IfMatch seen,
        ModelRemoval removal,
        CancellationToken cancel,
        int? replacement = null,
        bool dryRun = false
    )
    {
        var form = new ModelRemovalForm
        {
            Id = id,
            Version = seen.Version,
            Replacement = replacement,
        };
        var deleted = await removal.DeleteAsync(form, dryRun, cancel);
        return dryRun ? Answers.Of(deleted) : Answers.Deleted(deleted);
    }
}
