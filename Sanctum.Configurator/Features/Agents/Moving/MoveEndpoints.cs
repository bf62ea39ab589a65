using Microsoft.AspNetCore.Http.HttpResults;
using Sanctum.Configurator.Features.DryRuns;
using Sanctum.Configurator.Features.Letta.Probe;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Platform.Requests;

namespace Sanctum.Configurator.Features.Agents.Moving;

internal static class MoveEndpoints
{
    public static void Map(LazyGroup agents)
    {
        var move = agents.MapGroup("/move-from-v1").RequireAuthorization(Policies.WriteRegistry);
        move.MapGet("/server", ServerAsync).WithSummary("The V1 server that agents are moved from; its token is never returned");
        move.MapPut(
                "/server",
                async (V1ServerForm form, V1Server server, CancellationToken cancel) => Answers.Of(await server.SaveAsync(form, cancel))
            )
            .WithSummary(
                "Sets the V1 server that agents are moved from; without a token the stored one is kept, if the address is the same"
            )
            .OffersDryRun();
        move.MapPost(
                "/test",
                async (V1ServerForm form, V1Server server, CancellationToken cancel) => Answers.Of(await server.TestAsync(form, cancel))
            )
            .RequireAuthorization(Policies.TestLetta)
            .WithSummary("Tests the connection to a V1 server, step by step")
            .WritesNothing();
        move.MapGet("/agents", async (AgentMove moves, CancellationToken cancel) => Answers.Of(await moves.ListAsync(cancel)))
            .WithSummary("The agents of the V1 server");
        move.MapPost(
                "/plan",
                async (MoveForm form, AgentMove moves, CancellationToken cancel) => Answers.Of(await moves.PlanAsync(form, cancel))
            )
            .WithSummary("What moving these agents would bring along and lose, and which models must be chosen")
            .WritesNothing();
        move.MapPost("/", MoveAsync)
            .WithSummary(
                "Moves agents of the V1 server to the App Server of the system settings, and answers with a report; format markdown returns it as text. Hanging up stops the move after the present agent. With dryRun nothing is written"
            );
    }

    private static async Task<Results<Missing, Answer<Shown<V1ServerView?>>>> ServerAsync(V1Server server, CancellationToken cancel) =>
        await server.FindAsync(cancel) is var found && found is Outcome<V1ServerView?>.Ok { Value: null }
            ? new Missing()
            : Answers.Of(found);

    private static async Task<Results<ContentHttpResult, Answer<Shown<MoveReport>>>> MoveAsync(
        MoveForm form,
        AgentMove moves,
        CancellationToken cancel,
        bool dryRun = false,
        string? format = null
    )
    {
        var outcome = await moves.MoveAsync(form, dryRun, (_, _, _) => { }, cancel);
        return format == "markdown" && outcome is Outcome<MoveReport>.Ok { Value: var report }
            ? TypedResults.Text(MoveReportText.Of(report), "text/markdown")
            : Answers.Of(outcome);
    }
}
