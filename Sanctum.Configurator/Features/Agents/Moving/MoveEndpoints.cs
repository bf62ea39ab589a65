using Microsoft.AspNetCore.Http.HttpResults;
using Sanctum.Configurator.Features.DryRuns;
using Sanctum.Configurator.Features.Letta.Probe;
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
                async (MoveForm form, MovePlanner planner, CancellationToken cancel) => Answers.Of(await planner.PlanAsync(form, cancel))
            )
            .WithSummary("What moving these agents would bring along and lose, and which models must be chosen")
            .WritesNothing();
        move.MapPost("/", BeginAsync)
            .WithSummary(
                "Begins to move agents of the V1 server to the App Server of the system settings, in the background; ask under runs how it stands. With dryRun nothing is written, and the report is in the answer"
            );
        move.MapGet(
                "/runs/newest",
                (MoveRuns runs, CancellationToken cancel, string? format = null) => FindAsync(runs, null, format, cancel)
            )
            .WithSummary("The newest move, with its report so far; format markdown returns the report as text");
        move.MapGet(
                "/runs/{id:int}",
                (int id, MoveRuns runs, CancellationToken cancel, string? format = null) => FindAsync(runs, id, format, cancel)
            )
            .WithSummary("A move, with its report so far; format markdown returns the report as text");
        move.MapPost(
                "/runs/{id:int}/cancel",
                async (int id, MoveRuns runs, CancellationToken cancel) => Answers.Of(await runs.CancelAsync(id, cancel))
            )
            .WithSummary("Stops a move after the present agent")
            .CannotBeTried();
        move.MapPost(
                "/runs/{id:int}/resume",
                async (int id, MoveRuns runs, CancellationToken cancel) => Answers.Of(await runs.ResumeAsync(id, cancel))
            )
            .WithSummary("Goes on with what is left of a move that has ended; nothing is made twice")
            .CannotBeTried();
    }

    private static async Task<Results<Missing, Answer<Shown<V1ServerView?>>>> ServerAsync(V1Server server, CancellationToken cancel) =>
        await server.FindAsync(cancel) is var found && found is Outcome<V1ServerView?>.Ok { Value: null }
            ? new Missing()
            : Answers.Of(found);

    private static async Task<Answer<Shown<MoveRun>>> BeginAsync(
        MoveForm form,
        AgentMove moves,
        MoveRuns runs,
        CancellationToken cancel,
        bool dryRun = false
    )
    {
        if (!dryRun)
        {
            return Answers.Of(await runs.BeginAsync(form, cancel));
        }

        return await moves.TryAsync(form, (_, _) => { }, cancel) switch
        {
            Outcome<MoveReport>.Ok { Value: var report } => Answers.Of(new Outcome<MoveRun>.Ok(MoveRun.Tried(report))),
            var refused => Answers.Undone<MoveReport, MoveRun>(refused),
        };
    }

    private static async Task<Results<ContentHttpResult, Answer<Shown<MoveRun>>>> FindAsync(
        MoveRuns runs,
        int? id,
        string? format,
        CancellationToken cancel
    )
    {
        var outcome = await runs.FindAsync(id, cancel);
        return format == "markdown" && outcome is Outcome<MoveRun>.Ok { Value: var run }
            ? TypedResults.Text(MoveReportText.Of(run.Report), "text/markdown")
            : Answers.Of(outcome);
    }
}
