using Sanctum.Configurator.Features.Conversations.Keeping;
using Sanctum.Configurator.Features.GeneratedCode;
using Sanctum.Configurator.Features.Users;

namespace Sanctum.Configurator.Features.Conversations.Transfer;

/// <summary>The conversations of a user, with the code that came of them.</summary>
internal sealed class ConversationBelongings(Signal<ConversationChanged> changes, Signal<CodeChanged> code) : IUserBelongings
{
    public async Task<IReadOnlyList<string>> CountAsync(RegistryDbContext registry, string owner, CancellationToken cancel)
    {
        var conversations = await registry.Conversations.CountAsync(c => c.UserId == owner && !c.IsTemporary, cancel);
        var blocks = await registry.CodeBlocks.CountAsync(c => c.UserId == owner, cancel);
        return
        [
            .. conversations > 0 ? [Counted(conversations, "conversation")] : Array.Empty<string>(),
            .. blocks > 0 ? [Counted(blocks, "block", " of generated code")] : Array.Empty<string>(),
        ];
    }

    /// <summary>Temporary ones go by themselves.</summary>
    public async Task<IReadOnlyList<LeftBelongings>> LeftAsync(
        RegistryDbContext registry,
        IReadOnlyList<string> users,
        CancellationToken cancel
    )
    {
        var conversations = await registry
            .Conversations.Where(c => c.UserId != null && !c.IsTemporary && !users.Contains(c.UserId))
            .GroupBy(c => c.UserId!)
            .Select(same => new LeftBelongings(same.Key, BelongingKind.Conversation, same.Count(), same.Max(c => c.UpdatedAt)))
            .ToListAsync(cancel);
        var blocks = await registry
            .CodeBlocks.Where(c => c.UserId != null && !users.Contains(c.UserId))
            .GroupBy(c => c.UserId!)
            .Select(same => new LeftBelongings(same.Key, BelongingKind.Code, same.Count(), same.Max(c => c.CreatedAt)))
            .ToListAsync(cancel);
        return [.. conversations, .. blocks];
    }

    /// <summary>One that the next owner imported too loses by what it would be known. Links to them end.</summary>
    public async Task GiveAsync(RegistryDbContext registry, string owner, string next, CancellationToken cancel)
    {
        var imported = registry.Conversations.Where(c => c.UserId == next && c.SourceKey != null).Select(c => c.SourceKey);
        await registry
            .Conversations.Where(c => c.UserId == owner && imported.Contains(c.SourceKey))
            .ExecuteUpdateAsync(set => set.SetProperty(c => c.SourceKey, (string?)null), cancel);
        await registry
            .Conversations.Where(c => c.UserId == owner)
            .ExecuteUpdateAsync(set => set.SetProperty(c => c.UserId, next).SetProperty(c => c.IsShared, false), cancel);
        await registry.CodeBlocks.Where(c => c.UserId == owner).ExecuteUpdateAsync(set => set.SetProperty(c => c.UserId, next), cancel);
    }

    /// <summary>All of it, what is temporary too.</summary>
    public async Task DeleteAsync(RegistryDbContext registry, string owner, CancellationToken cancel)
    {
        await registry.Conversations.Where(c => c.UserId == owner).ExecuteDeleteAsync(cancel);
        await registry.CodeBlocks.Where(c => c.UserId == owner).ExecuteDeleteAsync(cancel);
    }

    public void Tell(string owner)
    {
        changes.Publish(new(Guid.Empty));
        code.Publish(new(null));
    }

    /// <summary>As a file of one conversation has them, so that they can be imported.</summary>
    public Task WriteAsync(RegistryDbContext registry, string owner, Utf8JsonWriter json, CancellationToken cancel) =>
        ConversationExport.WriteAllAsync(
            registry,
            registry.Conversations.AsNoTracking().Where(c => c.UserId == owner && !c.IsTemporary).OrderBy(c => c.Id),
            json,
            cancel
        );

    private static string Counted(int number, string what, string of = "") =>
        string.Create(CultureInfo.InvariantCulture, $"{number:N0} {what}{(number == 1 ? "" : "s")}{of}");
}
