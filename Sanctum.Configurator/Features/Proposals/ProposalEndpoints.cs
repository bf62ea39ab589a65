using Sanctum.Configurator.Platform.Requests;
using Sanctum.Configurator.Registry.Proposals;

namespace Sanctum.Configurator.Features.Proposals;

internal static class ProposalEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var proposals = routes.MapLazyGroup("/api/proposals").RequireAuthorization(Policies.ReadHistory).WithTags("Proposals");
        proposals
            .MapGet(
                "/",
                (ProposalService service, CancellationToken cancel, string? state = null, int skip = 0, int take = 50) =>
                    service.PageAsync(new(StateOf(state)), PageQuery.Of(skip, take), cancel)
            )
            .WithSummary("Lists the proposals of agents, newest first; state is pending, approved, rejected, failed or expired");
        proposals
            .MapGet(
                "/{id:int}",
                async (int id, ProposalService service, CancellationToken cancel) => Answers.Found(await service.FindAsync(id, cancel))
            )
            .WithSummary("A proposal with what it would change, and what became of it");
        proposals
            .MapPost(
                "/{id:int}/approve",
                async (int id, ProposalDecisions decisions, CancellationToken cancel) =>
                    Answers.Of(await decisions.ApproveAsync(id, cancel))
            )
            .ForPeopleOnly()
            .WithSummary("Approves a proposal and carries it out, as its key, as far as the caller may do it too");
        proposals
            .MapPost(
                "/{id:int}/reject",
                async (int id, RejectForm form, ProposalDecisions decisions, CancellationToken cancel) =>
                    Answers.Of(await decisions.RejectAsync(id, form.Reason, cancel))
            )
            .ForPeopleOnly()
            .WithSummary("Rejects a proposal; the agent reads the reason");
    }

    private static ProposalState? StateOf(string? word) =>
        string.IsNullOrEmpty(word)
            ? null
            : EnumText<ProposalState>.Find(word)
                ?? throw new BadHttpRequestException($"Allowed states: {string.Join(", ", EnumText<ProposalState>.All)}.");
}
