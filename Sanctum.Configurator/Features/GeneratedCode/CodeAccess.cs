using CodeBlock = Sanctum.Configurator.Registry.GeneratedCode.CodeBlock;

namespace Sanctum.Configurator.Features.GeneratedCode;

/// <summary>
/// Who may see and delete which code: its owner all of it, others what is of a conversation that is shared. Administrators are no exception.
/// </summary>
public sealed class CodeAccess(CurrentUser caller)
{
    internal const string MayNot = "You don't have permission to use conversations. It requires conversations:use.";
    internal const string NoUser = "Generated code belongs to users. Sign in, or use a key of a user.";

    /// <summary>The owner's word in the table; null for nobody.</summary>
    internal string? Owner => caller.Id?.ToString(CultureInfo.InvariantCulture);

    /// <summary>Null where whoever asks may have code.</summary>
    internal async Task<Outcome<T>.Invalid?> RefuseAsync<T>() =>
        !await caller.MayAsync(Policies.UseConversations) ? new("", MayNot)
        : Owner is null ? new("", NoUser)
        : null;

    internal async Task<bool> MayAsync() => Owner is not null && await caller.MayAsync(Policies.UseConversations);

    internal IQueryable<CodeBlock> Own(RegistryDbContext registry, IQueryable<CodeBlock>? code = null)
    {
        var owner = Owner;
        return (code ?? registry.CodeBlocks).Where(c => owner != null && c.UserId == owner);
    }

    internal IQueryable<CodeBlock> Readable(RegistryDbContext registry, IQueryable<CodeBlock>? code = null)
    {
        var owner = Owner;
        return (code ?? registry.CodeBlocks).Where(c =>
            owner != null
            && (c.UserId == owner || registry.Conversations.Any(t => t.Id == c.ConversationId && t.IsShared && !t.IsTemporary))
        );
    }
}
