using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Registry.Proposals;

namespace Sanctum.Configurator.Features.Proposals;

/// <summary>Proposals in words and tones.</summary>
internal static class ProposalLabels
{
    public static string Of(ProposalState state) =>
        state switch
        {
            ProposalState.Pending => "Waiting",
            ProposalState.Approved => "Approved",
            ProposalState.Rejected => "Rejected",
            ProposalState.Failed => "Not done",
            _ => "Expired",
        };

    public static Tone ToneOf(ProposalState state) =>
        state switch
        {
            ProposalState.Pending => Tone.Warning,
            ProposalState.Approved => Tone.Good,
            ProposalState.Failed => Tone.Bad,
            _ => Tone.Neutral,
        };
}
