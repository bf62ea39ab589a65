namespace Sanctum.Configurator.Features.Models.Usage;

/// <summary>On whose account a model is called, and as a part of what.</summary>
/// <param name="Conversation">Such as a conversation's id, or <see cref="Test"/>.</param>
public sealed record UsageContext(int? UserId, string Conversation, int? AgentId = null)
{
    /// <summary>Of a call that only tried whether the model works.</summary>
    public const string Test = "test";
}
