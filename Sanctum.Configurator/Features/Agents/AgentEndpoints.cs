using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Sanctum.Configurator.Features.Agents.AgentFiles;
using Sanctum.Configurator.Features.Agents.AppServers;
using Sanctum.Configurator.Features.Agents.Creating;
using Sanctum.Configurator.Features.Agents.Moving;
using Sanctum.Configurator.Features.Agents.Removing;
using Sanctum.Configurator.Features.Agents.Talking;
using Sanctum.Configurator.Features.DryRuns;
using Sanctum.Configurator.Platform.Requests;
using Sanctum.Configurator.Registry.Agents;
using Sanctum.Configurator.Registry.Data.History;

namespace Sanctum.Configurator.Features.Agents;

internal static class AgentEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var agents = routes.MapLazyGroup("/api/agents").RequireAuthorization(Policies.ReadRegistry).WithTags("Agents");
        agents
            .MapGet("/", ListAsync)
            .WithSummary(
                "Lists agents; sort is name, status or updated, tag is a declared tag, cursor is the next_cursor of the previous page"
            );
        agents
            .MapGet(
                "/{id:int}",
                async (int id, AgentService service, CancellationToken cancel) => Answers.Found(await service.FindAsync(id, cancel))
            )
            .WithSummary("An agent with its declared fields; the ETag is its version");
        agents
            .MapPut("/{id:int}", SaveAsync)
            .RequireAuthorization(Policies.WriteRegistry)
            .WithSummary("Changes an agent's declared fields; If-Match names the version that was read")
            .OffersDryRun();
        agents
            .MapPost(
                "/",
                async (NewAgentForm form, AgentCreation creation, CancellationToken cancel, bool dryRun = false) =>
                    Answers.Created(await creation.CreateAsync(form, dryRun, cancel), dryRun, made => $"/api/agents/{made.Id}")
            )
            .RequireAuthorization(Policies.WriteRegistry)
            .WithSummary(
                "Creates an agent on the Letta server and adds it to the registry; with dryRun only returns whether that is possible and what would be sent"
            );
        agents
            .MapDelete("/{id:int}", DeleteAsync)
            .RequireAuthorization(Policies.WriteRegistry)
            .WithSummary(
                "Deletes an agent from the registry, and with on_server also from the Letta server; with_blocks also deletes the blocks there that no other agent uses. With dryRun only returns what would be deleted"
            )
            .OffersDryRun();
        agents
            .MapGet("/tags", (AgentService service, CancellationToken cancel) => service.TagsAsync(cancel))
            .WithSummary("The tags declared by agents");
        agents
            .MapGet("/parts", async (AgentCreation creation, CancellationToken cancel) => Answers.Of(await creation.PartsAsync(cancel)))
            .RequireAuthorization(Policies.WriteRegistry)
            .WithSummary("The models, embeddings and tools that the Letta server offers for a new agent");
        MapActivation(agents, "activate", isActive: true);
        MapActivation(agents, "deactivate", isActive: false);
        MapLetta(agents);
        TalkEndpoints.Map(agents);
        AppServerEndpoints.Map(agents);
        FileEndpoints.Map(agents);
        MoveEndpoints.Map(agents);
    }

    private static void MapActivation(LazyGroup agents, string verb, bool isActive) =>
        agents
            .MapPost(
                $"/{{id:int}}/{verb}",
                async (int id, IfMatch seen, AgentService service, CancellationToken cancel) =>
                    Answers.Of(await service.ActivateAsync(id, isActive, seen.Version, cancel))
            )
            .RequireAuthorization(Policies.OperateRegistry)
            .WithSummary($"Makes an agent {(isActive ? "active" : "inactive")} in the registry")
            .OffersDryRun();

    private static void MapLetta(LazyGroup agents)
    {
        agents
            .MapPost(
                "/sync",
                async (AgentSync sync, CancellationToken cancel, bool dryRun = false) =>
                    Answers.Of(await sync.SynchroniseAsync(dryRun, (_, _) => { }, cancel))
            )
            .RequireAuthorization(Policies.OperateRegistry)
            .WithSummary("Compares with the Letta server and updates the statuses; with dryRun only compares");
        agents
            .MapPost(
                "/adopt",
                async (AdoptForm form, AgentSync sync, CancellationToken cancel) =>
                    Answers.Of(await sync.AdoptAsync(form.LettaUids, (_, _) => { }, cancel))
            )
            .RequireAuthorization(Policies.WriteRegistry)
            .WithSummary("Adds agents of the Letta server to the registry")
            .OffersDryRun();
        agents
            .MapPost(
                "/{id:int}/create-on-server",
                async (int id, IfMatch seen, ServerCreation creation, CancellationToken cancel, bool dryRun = false) =>
                    Answers.Of(await creation.CreateAsync(id, seen.Version, dryRun, cancel))
            )
            .RequireAuthorization(Policies.WriteRegistry)
            .WithSummary(
                "Creates an agent that is only declared on the Letta server and stores its Letta id; with dryRun only returns whether that is possible and what would be sent"
            );
        agents
            .MapPost("/{id:int}/take", TakeAsync)
            .RequireAuthorization(Policies.WriteRegistry)
            .WithSummary("Takes the agent's fields from the Letta server; with dryRun only returns the difference");
        agents
            .MapPost(
                "/{id:int}/push",
                async (
                    int id,
                    IfMatch version,
                    AgentExchange exchange,
                    CancellationToken cancel,
                    bool dryRun = false,
                    string? seen = null
                ) =>
                    Answers.Of(
                        dryRun ? await exchange.CompareAsync(id, true, cancel) : await exchange.PushAsync(id, version.Version, seen, cancel)
                    )
            )
            .RequireAuthorization(Policies.WriteRegistry)
            .WithSummary(
                "Pushes the declared fields to the Letta server and returns what still differs; with dryRun returns what differs now"
            );
    }

    private static async Task<Results<Shown<PageOf<AgentRow>>, ValidationProblem>> ListAsync(
        [AsParameters] PageQuery query,
        AgentService service,
        CancellationToken cancel,
        string? status = null,
        bool? active = null,
        string? tag = null
    )
    {
        var wanted = EnumText<RunState>.Find(status);
        return status is { Length: > 0 } && wanted is null
            ? Answers.Refused("status", $"The status must be one of {string.Join(", ", EnumText<RunState>.All)}.")
            : Answers.Show(await service.PageAsync(new(wanted, active, tag), query.Page, cancel));
    }

    private static async Task<Results<Answer<NoContent>, Answer<Shown<Removed>>, Answer<Shown<RemovalPlan>>>> DeleteAsync(
        int id,
        IfMatch seen,
        AgentService service,
        AgentRemoval removal,
        DryRun trial,
        CancellationToken cancel,
        [FromQuery(Name = "on_server")] bool onServer = false,
        [FromQuery(Name = "with_blocks")] bool withBlocks = false
    )
    {
        if (onServer && trial.IsOn)
        {
            // What the server does can't be taken back, so it is planned instead.
            trial.End();
            return Answers.Of(await removal.PlanAsync(id, cancel));
        }

        return onServer
            ? Answers.Of(await removal.DeleteAsync(id, seen.Version, withBlocks, cancel))
            : Answers.Deleted(await service.DeleteAsync(id, seen.Version, cancel));
    }

    private static async Task<Answer<Shown<AgentView>>> SaveAsync(
        int id,
        AgentForm form,
        NeededIfMatch seen,
        AgentService service,
        CancellationToken cancel
    )
    {
        (form.Id, form.Version) = (id, seen.Version);
        return await Answers.AfterAsync(await service.SaveAsync(form, cancel), () => service.FindAsync(id, cancel));
    }

    private static async Task<Answer<Shown<AgentDifference>>> TakeAsync(
        int id,
        IfMatch version,
        AgentExchange exchange,
        CancellationToken cancel,
        bool dryRun = false,
        string? seen = null
    )
    {
        var taken = dryRun ? null : await exchange.TakeAsync(id, version.Version, seen, cancel);
        return taken is null or Outcome<AgentRow>.Ok
            ? Answers.Of(await exchange.CompareAsync(id, false, cancel))
            : Answers.Undone<AgentRow, AgentDifference>(taken);
    }
}
