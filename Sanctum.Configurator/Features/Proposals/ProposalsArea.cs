using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Overview;

namespace Sanctum.Configurator.Features.Proposals;

/// <summary>On the Overview: whether agents wait for a decision.</summary>
internal sealed class ProposalsArea(ProposalService proposals) : IOverviewArea
{
    private const string Waiting = "?state=pending";

    public string Title => "Proposals";

    public string Url => Urls.Proposals;

    public string Icon => "chat";

    public int Order => 75;

    public string Policy => Policies.ReadHistory;

    public bool HasTile => false;

    public IReadOnlyCollection<string>? Follows => [Tables.Proposals];

    public async Task<AreaReading> ReadAsync(CancellationToken cancel)
    {
        var waiting = await proposals.WaitingAsync(cancel);
        return new()
        {
            Attention =
                waiting == 0
                    ? []
                    :
                    [
                        new(
                            Tone.Warning,
                            $"{Counts.Of(waiting, "proposal")} of agents {(waiting == 1 ? "waits" : "wait")} for a decision",
                            "Nothing is changed before a person approves."
                        )
                        {
                            Act = new("Review", Policies.ReadHistory)
                            {
                                Url = Urls.Proposals + Waiting,
                                Api = "GET /api/proposals?state=pending",
                            },
                        },
                    ],
        };
    }
}
