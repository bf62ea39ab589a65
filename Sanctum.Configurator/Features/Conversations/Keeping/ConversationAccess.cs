using Sanctum.Configurator.Registry.Conversations;

namespace Sanctum.Configurator.Features.Conversations.Keeping;

/// <summary>
/// Who may see and change which conversation: its owner all of it, others what is shared, and nobody anything else. Administrators are no
/// exception.
/// </summary>
public sealed class ConversationAccess(CurrentUser caller)
{
    internal const string MayNot = "You don't have permission to use conversations. It requires conversations:use.";
    internal const string MayNotTalk = "You don't have permission to talk to agents. It requires registry:operate.";
    internal const string NoUser = "Conversations belong to users. Sign in, or use a key of a user.";

    /// <summary>The owner's word in the table; null for nobody.</summary>
    public string? Owner => caller.Id?.ToString(CultureInfo.InvariantCulture);

    public int? UserId => caller.Id;

    /// <summary>As agents' servers name whoever speaks.</summary>
    public string Name => caller.Actor.Name;

    public Task<bool> MayTalkAsync() => caller.MayAsync(Policies.OperateRegistry);

    public Task<bool> MayEverythingAsync() => caller.MayAsync(Policies.Everything);

    /// <summary>Null where whoever asks may have conversations.</summary>
    public async Task<Outcome<T>.Invalid?> RefuseAsync<T>() =>
        !await caller.MayAsync(Policies.UseConversations) ? new("", MayNot)
        : Owner is null ? new("", NoUser)
        : null;

    internal async Task<bool> MayAsync() => Owner is not null && await caller.MayAsync(Policies.UseConversations);

    internal IQueryable<Conversation> Own(RegistryDbContext registry)
    {
        var owner = Owner;
        return registry.Conversations.Where(c => owner != null && c.UserId == owner);
    }

    internal IQueryable<Conversation> Readable(RegistryDbContext registry)
    {
        var owner = Owner;
        return registry.Conversations.Where(c => owner != null && (c.UserId == owner || (c.IsShared && !c.IsTemporary)));
    }
}
