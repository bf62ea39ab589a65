using Sanctum.Configurator.Features.DryRuns;
using Sanctum.Configurator.Features.Letta.Probe;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Features.Agents.Moving;

internal static class MoveEndpoints
{
    public static void Map(RouteGroupBuilder agents)
    {
        var move = agents.MapGroup("/move-from-v1").RequireAuthorization(Policies.WriteRegistry);
        move.MapGet(
                "/server",
                async (V1Server server, CancellationToken cancel) =>
                    Answers.Of(await server.FindAsync(cancel), view => view is null ? Answers.NotFound() : (IResult)TypedResults.Ok(view))
            )
            .WithSummary("The V1 server that agents are moved from; its token is never returned")
            .Produces<V1ServerView>()
            .ProducesProblem(StatusCodes.Status404NotFound);
        move.MapPut(
                "/server",
                async (V1ServerForm form, V1Server server, CancellationToken cancel) =>
                    Answers.Of(await server.SaveAsync(form, cancel), TypedResults.Ok)
            )
            .WithSummary(
                "Sets the V1 server that agents are moved from; without a token the stored one is kept, if the address is the same"
            )
            .OffersDryRun()
            .Produces<V1ServerView>()
            .ProducesValidationProblem();
        move.MapPost(
                "/test",
                async (V1ServerForm form, V1Server server, CancellationToken cancel) =>
                    Answers.Of(await server.TestAsync(form, cancel), TypedResults.Ok)
            )
            .RequireAuthorization(Policies.TestLetta)
            .WithSummary("Tests the connection to a V1 server, step by step")
            .WritesNothing()
            .Produces<LettaReport>()
            .ProducesValidationProblem();
        move.MapGet(
                "/agents",
                async (AgentMove moves, CancellationToken cancel) => Answers.Of(await moves.ListAsync(cancel), TypedResults.Ok)
            )
            .WithSummary("The agents of the V1 server")
            .Produces<IReadOnlyList<V1AgentRow>>()
            .ProducesValidationProblem();
        move.MapPost(
                "/plan",
                async (MoveForm form, AgentMove moves, CancellationToken cancel) =>
                    Answers.Of(await moves.PlanAsync(form, cancel), TypedResults.Ok)
            )
            .WithSummary("What moving these agents would bring along and lose, and which models must be chosen")
            .WritesNothing()
            .Produces<MovePlan>()
            .ProducesValidationProblem();
        move.MapPost("/", MoveAsync)
            .WithSummary(
                "Moves agents of the V1 server to the App Server of the system settings, and answers with a report; format markdown returns it as text. Hanging up stops the move after the present agent. With dryRun nothing is written"
            )
            .Produces<MoveReport>()
            .ProducesValidationProblem();
    }

    private static async Task<IResult> MoveAsync(
        MoveForm form,
        AgentMove moves,
        CancellationToken cancel,
        bool dryRun = false,
        string? format = null
    ) =>
        Answers.Of(
            await moves.MoveAsync(form, dryRun, (_, _, _) => { }, cancel),
            report =>
                format == "markdown" ? TypedResults.Text(MoveReportText.Of(report), "text/markdown") : (IResult)TypedResults.Ok(report)
        );
}
