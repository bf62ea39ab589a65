using Sanctum.Configurator.Features.Notifications;
using Sanctum.Configurator.Registry.Notifications;
using Sanctum.Configurator.Registry.Proposals;

namespace Sanctum.Configurator.Features.Proposals;

/// <summary>Tells people that an agent waits for their decision, until it is made.</summary>
public sealed class ProposalNotices(Notifier notifier)
{
    /// <summary>Says what would be done, in the console's own words: the agent's reason is no part of what leaves by a channel.</summary>
    public Task OpenAsync(Proposal proposal, string does, CancellationToken cancel) =>
        notifier.RaiseAsync(
            new(NoticeLevel.Warning, NoticeSources.Proposals, $"The key {proposal.KeyName} proposes a change")
            {
                Message = string.Create(
                    CultureInfo.InvariantCulture,
                    $"{proposal.Title}: {does} Approve or reject it until {proposal.ExpiresAt.UtcDateTime:yyyy-MM-dd HH:mm} UTC."
                ),
                Link = Urls.Proposal(proposal.Id),
                GroupKey = KeyOf(proposal.Id),
                IsLasting = true,
            },
            cancel
        );

    public Task CloseAsync(int id, CancellationToken cancel) => notifier.ResolveAsync(KeyOf(id), cancel);

    private static string KeyOf(int id) => string.Create(CultureInfo.InvariantCulture, $"proposal:{id}");
}
