namespace Sanctum.Configurator.Features.Messaging.Channels;

/// <summary>A connector whose platform can show an answer while it is written.</summary>
internal interface IDraftingConnector : IConnector
{
    /// <summary>Whether this channel is to.</summary>
    bool Drafts(ChannelSettings settings);

    /// <summary>Shows how far it is; the person can stop it there.</summary>
    /// <param name="id">The answer's own number, the same each time.</param>
    /// <param name="text">The answer so far; empty where the agent still thinks.</param>
    /// <param name="before">What this said of the same answer the last time; null at first.</param>
    /// <returns>What the platform has to be told next time.</returns>
    Task<ShownDraft> ShowAsync(OpenChannel channel, string chat, int id, string text, ShownDraft? before, CancellationToken cancel);

    /// <summary>Takes away what is no answer; that goes out by the outbox.</summary>
    Task EndAsync(OpenChannel channel, string chat, ShownDraft shown, CancellationToken cancel);
}

/// <summary>An answer that is shown while it is written.</summary>
/// <param name="HasDrafts">The platform has drafts of its own; else a message is edited.</param>
/// <param name="MessageId">That message.</param>
/// <param name="Text">What it shows.</param>
/// <param name="Rest">How long nothing more is to be shown.</param>
internal sealed record ShownDraft(bool HasDrafts, int? MessageId, string Text, TimeSpan Rest);
