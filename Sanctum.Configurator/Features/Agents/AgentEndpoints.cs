using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry;
using Sanctum.Configurator.Registry.Agents;

namespace Sanctum.Configurator.Features.Agents;

internal static class AgentEndpoints
{
    private const int LongestPage = 200;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var agents = routes.MapGroup("/api/agents").RequireAuthorization(Policies.ReadRegistry).WithTags("Agents");
        agents.MapGet("/", ListAsync).WithSummary("Agents; sort is name, status or updated").Produces<PageOf<AgentRow>>().ProducesValidationProblem();
        agents.MapGet("/{id:int}", FindAsync).WithSummary("An agent with what is declared of it; the ETag is its version").Produces<AgentView>().ProducesProblem(StatusCodes.Status404NotFound);
        agents.MapPut("/{id:int}", SaveAsync).RequireAuthorization(Policies.WriteRegistry).WithSummary("Changes what is declared of an agent; If-Match names the version that was read")
            .Produces<AgentView>().ProducesValidationProblem().ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status412PreconditionFailed).ProducesProblem(StatusCodes.Status428PreconditionRequired);
        agents.MapDelete("/{id:int}", async (int id, AgentService service, HttpContext context, CancellationToken cancel) =>
            Answers.Of(await service.DeleteAsync(id, Answers.VersionIn(context.Request), cancel), _ => TypedResults.NoContent(), row => row))
            .RequireAuthorization(Policies.WriteRegistry).WithSummary("Deletes an agent from the registry; on the Letta server it stays")
            .Produces(StatusCodes.Status204NoContent).ProducesValidationProblem().ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status412PreconditionFailed);
        MapActivation(agents, "activate", isActive: true);
        MapActivation(agents, "deactivate", isActive: false);
        MapLetta(agents);
    }

    private static void MapActivation(RouteGroupBuilder agents, string verb, bool isActive) => agents
        .MapPost($"/{{id:int}}/{verb}", async (int id, AgentService service, HttpContext context, CancellationToken cancel) =>
            Answers.Of(await service.ActivateAsync(id, isActive, Answers.VersionIn(context.Request), cancel), row => Versioned(context, row), row => row))
        .RequireAuthorization(Policies.OperateRegistry).WithSummary($"Makes an agent {(isActive ? "active" : "inactive")} in the registry")
        .Produces<AgentRow>().ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status412PreconditionFailed);

    private static void MapLetta(RouteGroupBuilder agents)
    {
        agents.MapPost("/sync", async (AgentSync sync, CancellationToken cancel, bool dryRun = false) =>
            Answers.Of(await sync.SynchroniseAsync(dryRun, (_, _) => { }, cancel), TypedResults.Ok))
            .RequireAuthorization(Policies.OperateRegistry).WithSummary("Compares with the Letta server and lets the statuses follow; with dryRun only compares")
            .Produces<SyncResult>().ProducesValidationProblem();
        agents.MapPost("/adopt", async (AdoptForm form, AgentSync sync, CancellationToken cancel) =>
            Answers.Of(await sync.AdoptAsync(form.LettaUids, (_, _) => { }, cancel), TypedResults.Ok))
            .RequireAuthorization(Policies.WriteRegistry).WithSummary("Puts agents of the Letta server into the registry").Produces<AdoptResult>().ProducesValidationProblem();
        agents.MapPost("/{id:int}/take", TakeAsync).RequireAuthorization(Policies.WriteRegistry)
            .WithSummary("Takes the agent's fields from the Letta server; with dryRun answers with the difference").Produces<AgentDifference>()
            .ProducesValidationProblem().ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status412PreconditionFailed);
        agents.MapPost("/{id:int}/push", async (int id, AgentExchange exchange, HttpContext context, CancellationToken cancel, bool dryRun = false, string? seen = null) =>
            Answers.Of(
                dryRun ? await exchange.CompareAsync(id, true, cancel) : await exchange.PushAsync(id, Answers.VersionIn(context.Request), seen, cancel),
                difference => Versioned(context, difference),
                difference => difference))
            .RequireAuthorization(Policies.WriteRegistry)
            .WithSummary("Brings the declared fields to the Letta server, and answers with what differs afterwards; with dryRun with what differs now").Produces<AgentDifference>()
            .ProducesValidationProblem().ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status412PreconditionFailed);
    }

    private static async Task<IResult> ListAsync(
        AgentService service, CancellationToken cancel, string? q = null, string? status = null, bool? active = null, string? sort = null, bool descending = false, int skip = 0, int take = 50)
    {
        var wanted = Words<RunState>.Find(status);
        return status is { Length: > 0 } && wanted is null
            ? Answers.Refused(new Dictionary<string, string> { ["status"] = $"A status is one of {string.Join(", ", Words<RunState>.All)}." })
            : TypedResults.Ok(await service.PageAsync(new(wanted, active), new(Math.Max(skip, 0), Math.Clamp(take, 1, LongestPage), sort, descending, q), cancel));
    }

    private static async Task<IResult> FindAsync(int id, AgentService service, HttpContext context, CancellationToken cancel) =>
        await service.FindAsync(id, cancel) is { } view ? Answers.WithVersion(context, view.Agent.Version, TypedResults.Ok(view)) : Answers.NotFound();

    private static async Task<IResult> SaveAsync(int id, AgentForm form, AgentService service, HttpContext context, CancellationToken cancel)
    {
        var (version, refusal) = Answers.IfMatch(context.Request);
        if (refusal is not null)
        {
            return refusal;
        }

        (form.Id, form.Version) = (id, version);
        var saved = await service.SaveAsync(form, cancel);
        return saved is Outcome<AgentRow>.Done ? await FindAsync(id, service, context, cancel) : Answers.Of(saved, row => Versioned(context, row), row => row);
    }

    private static async Task<IResult> TakeAsync(int id, AgentExchange exchange, HttpContext context, CancellationToken cancel, bool dryRun = false, string? seen = null)
    {
        var taken = dryRun ? null : await exchange.TakeAsync(id, Answers.VersionIn(context.Request), seen, cancel);
        return taken is null or Outcome<AgentRow>.Done
            ? Answers.Of(await exchange.CompareAsync(id, false, cancel), difference => Versioned(context, difference))
            : Answers.Of(taken, row => Versioned(context, row), row => row);
    }

    private static IResult Versioned(HttpContext context, AgentRow row) => Answers.WithVersion(context, row.Version, TypedResults.Ok(row));

    private static IResult Versioned(HttpContext context, AgentDifference difference) => Answers.WithVersion(context, difference.Agent.Agent.Version, TypedResults.Ok(difference));
}
