using Microsoft.AspNetCore.Mvc;
using Sanctum.Configurator.Features.Agents.AgentFiles;
using Sanctum.Configurator.Features.Agents.AppServers;
using Sanctum.Configurator.Features.Agents.Creating;
using Sanctum.Configurator.Features.Agents.Moving;
using Sanctum.Configurator.Features.Agents.Removing;
using Sanctum.Configurator.Features.Agents.Talking;
using Sanctum.Configurator.Features.DryRuns;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Agents;
using Sanctum.Configurator.Registry.Data.History;
using Sanctum.Configurator.Registry.Model;

namespace Sanctum.Configurator.Features.Agents;

internal static class AgentEndpoints
{
    private const int LongestPage = 200;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var agents = routes.MapGroup("/api/agents").RequireAuthorization(Policies.ReadRegistry).WithTags("Agents");
        agents
            .MapGet("/", ListAsync)
            .WithSummary(
                "Lists agents; sort is name, status or updated, tag is a declared tag, cursor is the next_cursor of the previous page"
            )
            .Produces<PageOf<AgentRow>>()
            .ProducesValidationProblem();
        agents
            .MapGet("/{id:int}", FindAsync)
            .WithSummary("An agent with its declared fields; the ETag is its version")
            .Produces<AgentView>()
            .ProducesProblem(StatusCodes.Status404NotFound);
        agents
            .MapPut("/{id:int}", SaveAsync)
            .RequireAuthorization(Policies.WriteRegistry)
            .WithSummary("Changes an agent's declared fields; If-Match names the version that was read")
            .OffersDryRun()
            .Produces<AgentView>()
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status412PreconditionFailed)
            .ProducesProblem(StatusCodes.Status428PreconditionRequired);
        agents
            .MapPost("/", CreateAsync)
            .RequireAuthorization(Policies.WriteRegistry)
            .WithSummary(
                "Creates an agent on the Letta server and adds it to the registry; with dryRun only returns whether that is possible and what would be sent"
            )
            .Produces<NewlyMade>()
            .Produces<NewlyMade>(StatusCodes.Status201Created)
            .ProducesValidationProblem();
        agents
            .MapDelete("/{id:int}", DeleteAsync)
            .RequireAuthorization(Policies.WriteRegistry)
            .WithSummary(
                "Deletes an agent from the registry, and with on_server also from the Letta server; with_blocks also deletes the blocks there that no other agent uses. With dryRun only returns what would be deleted"
            )
            .OffersDryRun()
            .Produces(StatusCodes.Status204NoContent)
            .Produces<Removed>()
            .Produces<RemovalPlan>()
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status412PreconditionFailed);
        agents
            .MapGet("/tags", (AgentService service, CancellationToken cancel) => service.TagsAsync(cancel))
            .WithSummary("The tags declared by agents");
        agents
            .MapGet(
                "/parts",
                async (AgentCreation creation, CancellationToken cancel) => Answers.Of(await creation.PartsAsync(cancel), TypedResults.Ok)
            )
            .RequireAuthorization(Policies.WriteRegistry)
            .WithSummary("The models, embeddings and tools that the Letta server offers for a new agent")
            .Produces<AgentParts>()
            .ProducesValidationProblem();
        MapActivation(agents, "activate", isActive: true);
        MapActivation(agents, "deactivate", isActive: false);
        MapLetta(agents);
        TalkEndpoints.Map(agents);
        AppServerEndpoints.Map(agents);
        FileEndpoints.Map(agents);
        MoveEndpoints.Map(agents);
    }

    private static void MapActivation(RouteGroupBuilder agents, string verb, bool isActive) =>
        agents
            .MapPost(
                $"/{{id:int}}/{verb}",
                async (int id, AgentService service, HttpContext context, CancellationToken cancel) =>
                    Answers.Of(
                        await service.ActivateAsync(id, isActive, Answers.VersionIn(context.Request), cancel),
                        row => Versioned(context, row),
                        row => row
                    )
            )
            .RequireAuthorization(Policies.OperateRegistry)
            .WithSummary($"Makes an agent {(isActive ? "active" : "inactive")} in the registry")
            .OffersDryRun()
            .Produces<AgentRow>()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status412PreconditionFailed);

    private static void MapLetta(RouteGroupBuilder agents)
    {
        agents
            .MapPost(
                "/sync",
                async (AgentSync sync, CancellationToken cancel, bool dryRun = false) =>
                    Answers.Of(await sync.SynchroniseAsync(dryRun, (_, _) => { }, cancel), TypedResults.Ok)
            )
            .RequireAuthorization(Policies.OperateRegistry)
            .WithSummary("Compares with the Letta server and updates the statuses; with dryRun only compares")
            .Produces<SyncResult>()
            .ProducesValidationProblem();
        agents
            .MapPost(
                "/adopt",
                async (AdoptForm form, AgentSync sync, CancellationToken cancel) =>
                    Answers.Of(await sync.AdoptAsync(form.LettaUids, (_, _) => { }, cancel), TypedResults.Ok)
            )
            .RequireAuthorization(Policies.WriteRegistry)
            .WithSummary("Adds agents of the Letta server to the registry")
            .OffersDryRun()
            .Produces<AdoptResult>()
            .ProducesValidationProblem();
        agents
            .MapPost(
                "/{id:int}/create-on-server",
                async (int id, ServerCreation creation, HttpRequest request, CancellationToken cancel, bool dryRun = false) =>
                    Answers.Of(await creation.CreateAsync(id, Answers.VersionIn(request), dryRun, cancel), TypedResults.Ok, made => made)
            )
            .RequireAuthorization(Policies.WriteRegistry)
            .WithSummary(
                "Creates an agent that is only declared on the Letta server and stores its Letta id; with dryRun only returns whether that is possible and what would be sent"
            )
            .Produces<NewlyMade>()
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status412PreconditionFailed);
        agents
            .MapPost("/{id:int}/take", TakeAsync)
            .RequireAuthorization(Policies.WriteRegistry)
            .WithSummary("Takes the agent's fields from the Letta server; with dryRun only returns the difference")
            .Produces<AgentDifference>()
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status412PreconditionFailed);
        agents
            .MapPost(
                "/{id:int}/push",
                async (
                    int id,
                    AgentExchange exchange,
                    HttpContext context,
                    CancellationToken cancel,
                    bool dryRun = false,
                    string? seen = null
                ) =>
                    Answers.Of(
                        dryRun
                            ? await exchange.CompareAsync(id, true, cancel)
                            : await exchange.PushAsync(id, Answers.VersionIn(context.Request), seen, cancel),
                        difference => Versioned(context, difference),
                        difference => difference
                    )
            )
            .RequireAuthorization(Policies.WriteRegistry)
            .WithSummary(
                "Pushes the declared fields to the Letta server and returns what still differs; with dryRun returns what differs now"
            )
            .Produces<AgentDifference>()
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status412PreconditionFailed);
    }

    private static async Task<IResult> ListAsync(
        AgentService service,
        CancellationToken cancel,
        string? q = null,
        string? status = null,
        bool? active = null,
        string? tag = null,
        string? sort = null,
        bool descending = false,
        int skip = 0,
        int take = 50,
        string? cursor = null
    )
    {
        var wanted = EnumText<RunState>.Find(status);
        return status is { Length: > 0 } && wanted is null
            ? Answers.Refused(
                new Dictionary<string, string> { ["status"] = $"The status must be one of {string.Join(", ", EnumText<RunState>.All)}." }
            )
            : TypedResults.Ok(
                await service.PageAsync(
                    new(wanted, active, tag),
                    new(Math.Max(skip, 0), Math.Clamp(take, 1, LongestPage), sort, descending, q, cursor),
                    cancel
                )
            );
    }

    private static async Task<IResult> CreateAsync(
        NewAgentForm form,
        AgentCreation creation,
        CancellationToken cancel,
        bool dryRun = false
    ) =>
        Answers.Of(
            await creation.CreateAsync(form, dryRun, cancel),
            made => dryRun ? TypedResults.Ok(made) : TypedResults.Created($"/api/agents/{made.Id}", made)
        );

    private static async Task<IResult> DeleteAsync(
        int id,
        AgentService service,
        AgentRemoval removal,
        DryRun trial,
        HttpContext context,
        CancellationToken cancel,
        [FromQuery(Name = "on_server")] bool onServer = false,
        [FromQuery(Name = "with_blocks")] bool withBlocks = false
    )
    {
        var version = Answers.VersionIn(context.Request);
        if (onServer && trial.IsOn)
        {
            // What the server does can't be taken back, so it is planned instead.
            trial.End();
            return Answers.Of(await removal.PlanAsync(id, cancel), TypedResults.Ok);
        }

        return onServer
            ? Answers.Of(await removal.DeleteAsync(id, version, withBlocks, cancel), TypedResults.Ok)
            : Answers.Of(await service.DeleteAsync(id, version, cancel), _ => TypedResults.NoContent(), row => row);
    }

    private static async Task<IResult> FindAsync(int id, AgentService service, HttpContext context, CancellationToken cancel) =>
        await service.FindAsync(id, cancel) is { } view
            ? Answers.WithVersion(context, view.Agent.Version, TypedResults.Ok(view))
            : Answers.NotFound();

    private static async Task<IResult> SaveAsync(
        int id,
        AgentForm form,
        AgentService service,
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
        var saved = await service.SaveAsync(form, cancel);
        return saved is Outcome<AgentRow>.Ok
            ? await FindAsync(id, service, context, cancel)
            : Answers.Of(saved, row => Versioned(context, row), row => row);
    }

    private static async Task<IResult> TakeAsync(
        int id,
        AgentExchange exchange,
        HttpContext context,
        CancellationToken cancel,
        bool dryRun = false,
        string? seen = null
    )
    {
        var taken = dryRun ? null : await exchange.TakeAsync(id, Answers.VersionIn(context.Request), seen, cancel);
        return taken is null or Outcome<AgentRow>.Ok
            ? Answers.Of(await exchange.CompareAsync(id, false, cancel), difference => Versioned(context, difference))
            : Answers.Of(taken, row => Versioned(context, row), row => row);
    }

    private static IResult Versioned(HttpContext context, AgentRow row) => Answers.WithVersion(context, row.Version, TypedResults.Ok(row));

    private static IResult Versioned(HttpContext context, AgentDifference difference) =>
        Answers.WithVersion(context, difference.Agent.Agent.Version, TypedResults.Ok(difference));
}
