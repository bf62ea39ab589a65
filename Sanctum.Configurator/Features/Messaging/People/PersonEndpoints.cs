using Microsoft.AspNetCore.Http.HttpResults;
using Sanctum.Configurator.Features.DryRuns;
using Sanctum.Configurator.Features.Messaging.Messages;
using Sanctum.Configurator.Features.Users;
using Sanctum.Configurator.Platform.Requests;

namespace Sanctum.Configurator.Features.Messaging.People;

internal static class PersonEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var people = routes.MapLazyGroup("/api/people").RequireAuthorization(Policies.ReadMessages).WithTags("People");
        people
            .MapGet("/", ListAsync)
            .WithSummary("Lists people; sort is name, last_active, messages or id, cursor is the next_cursor of the previous page");
        people
            .MapGet(
                "/{id:int}",
                async (int id, PeopleReader reader, CancellationToken cancel) => Answers.Found(await reader.FindAsync(id, cancel))
            )
            .WithSummary("A person with profiles, preferences and merges; the ETag is their version");
        people
            .MapPut(
                "/{id:int}",
                async (int id, PersonForm form, NeededIfMatch seen, PersonService service, CancellationToken cancel) =>
                {
                    (form.Id, form.Version) = (id, seen.Version);
                    return Answers.Of(await service.SaveAsync(form, cancel));
                }
            )
            .Manages("Changes a person; If-Match names the version that was read")
            .OffersDryRun();
        MapMerges(people);
        MapFile(people, "/{id:int}/export").WithSummary("All that is stored of a person, as JSON");
        MapEnds(people);
        people
            .MapPost(
                "/{id:int}/messages",
                async (int id, SendForm form, MessageActs acts, CancellationToken cancel) =>
                    Answers.Created(await acts.SendAsync(id, form, cancel), view => $"/api/messages/{view.Message.Id}")
            )
            .CannotBeTried()
            .RequireAuthorization(Policies.OperateMessages)
            .WithSummary("Writes to a person in an agent's stead; GET /routes says by which channels that can be");
        people
            .MapGet(
                "/{id:int}/routes",
                async (int id, MessageActs acts, CancellationToken cancel) => TypedResults.Ok(await acts.RoutesAsync(id, cancel))
            )
            .WithSummary("The channels and profiles by which a person can be written to");
    }

    /// <summary>For a browser, whose session does not count under /api.</summary>
    public static void MapFile(IEndpointRouteBuilder routes) => MapFile(routes.MapLazyGroup(), Urls.PersonFiles).ExcludeFromDescription();

    private static RouteHandlerBuilder MapFile(LazyGroup routes, string path) =>
        routes.MapGet(path, ExportAsync).ForPeopleOnly().RequireAuthorization(Policies.ManageMessages);

    private static void MapMerges(LazyGroup people)
    {
        people
            .MapGet(
                "/suggestions",
                async (MergeSuggestions suggestions, CancellationToken cancel, int? person = null) =>
                    TypedResults.Ok(await suggestions.FindAsync(person, cancel))
            )
            .WithSummary("Pairs of people who may be one, and why; nothing is merged by itself");
        people
            .MapPost(
                "/{id:int}/merge",
                async (int id, MergeForm form, IfMatch seen, PersonMerges merges, CancellationToken cancel) =>
                {
                    (form.SurvivorId, form.Version) = (id, seen.Version);
                    return Answers.Of(await merges.MergeAsync(form, cancel));
                }
            )
            .Manages("Merges the person merged_id into this one, who takes over the fields that take names")
            .OffersDryRun();
        people
            .MapPost(
                "/{id:int}/split",
                async (int id, IfMatch seen, PersonMerges merges, CancellationToken cancel) =>
                    Answers.Of(await merges.SplitAsync(id, seen.Version, cancel))
            )
            .Manages("Lets a merged person stand for themselves again, and gives the survivor's fields back")
            .OffersDryRun();
    }

    private static void MapEnds(LazyGroup people)
    {
        people
            .MapPost(
                "/{id:int}/erase",
                async (int id, EraseForm form, PersonErasure erasure, CancellationToken cancel) =>
                    Answers.Of(await erasure.EraseAsync(id, form, cancel))
            )
            .ForPeopleOnly()
            .CannotBeTried()
            .Manages("Erases a person for good, here and on a V1 server; confirm is \"erase\", a blank and the id");
        people
            .MapGet(
                "/erasures",
                async (PersonErasure erasure, CancellationToken cancel) => TypedResults.Ok(await erasure.ListAsync(cancel))
            )
            .WithSummary("What was erased of whom, without the person, newest first");
        people
            .MapPost(
                "/{id:int}/promote",
                async (int id, UserForm form, PersonPromotion promotion, CancellationToken cancel) =>
                    Answers.Of(await promotion.PromoteAsync(id, form, cancel))
            )
            .ForPeopleOnly()
            .CannotBeTried()
            .RequireAuthorization(Policies.ManageUsers)
            .Manages("Makes a person a user of the console");
        people
            .MapPut(
                "/{id:int}/user",
                async (int id, LinkForm form, PersonPromotion promotion, CancellationToken cancel) =>
                    Answers.Of(await promotion.LinkAsync(id, form.UserId, cancel))
            )
            .ForPeopleOnly()
            .RequireAuthorization(Policies.ManageUsers)
            .Manages("Says which user of the console a person is; null for none")
            .OffersDryRun();
        people
            .MapGet(
                "/{id:int}/identity",
                async (int id, PersonIdentities identities, CancellationToken cancel) => Answers.Of(await identities.ReadAsync(id, cancel))
            )
            .WithSummary("What a V1 server has of a person: their identity, their block, and who has the block now");
        people
            .MapPost(
                "/{id:int}/identity",
                async (int id, PersonIdentities identities, CancellationToken cancel) => Answers.Of(await identities.MakeAsync(id, cancel))
            )
            .CannotBeTried()
            .Manages("Makes the identity and the block on a V1 server, where it lacks them");
        people
            .MapPost(
                "/{id:int}/identity/detach",
                async (int id, PersonIdentities identities, CancellationToken cancel) =>
                    Answers.Of(await identities.DetachAsync(id, cancel))
            )
            .CannotBeTried()
            .Manages("Takes a person's block from all agents of a V1 server that it was left attached to");
    }

    private static RouteHandlerBuilder Manages(this RouteHandlerBuilder route, string summary) =>
        route.RequireAuthorization(Policies.ManageMessages).WithSummary(summary);

    private static async Task<Shown<PageOf<PersonRow>>> ListAsync(
        [AsParameters] PageQuery query,
        PeopleReader reader,
        CancellationToken cancel,
        string? platform = null,
        bool? active = null,
        bool? hold = null,
        int? agent = null
    ) => Answers.Show(await reader.PageAsync(new(platform, active, hold, agent), query.Page, cancel));

    private static async Task<Results<PushStreamHttpResult, Missing, ValidationProblem>> ExportAsync(
        int id,
        PersonExport export,
        HttpContext context
    ) =>
        await export.BeginAsync(id, context.RequestAborted) switch
        {
            Outcome<string>.Ok file => TypedResults.Stream(
                stream => export.WriteAsync(id, stream, context.RequestAborted),
                PersonExport.ContentType,
                file.Value
            ),
            Outcome<string>.Invalid refused => Answers.Refused(refused.Reasons),
            _ => new Missing(),
        };
}
