using Sanctum.Configurator.Registry.Conversations;

namespace Sanctum.Configurator.Features.Conversations.Keeping;

/// <summary>
/// The branches of a conversation. A branch is read from its last message upwards. What other programs write has no parent: before each of
/// these stands the one that was written before it.
/// </summary>
internal static class ConversationTree
{
    /// <summary>No branch is longer.</summary>
    public const int Longest = 1_000_000;

    /// <summary>The last message of the branch that is shown; null where nothing has been said.</summary>
    public static async Task<Guid?> LeafAsync(RegistryDbContext registry, Conversation conversation, CancellationToken cancel)
    {
        var leaf = conversation.LeafMessageId is { } id
            ? await registry
                .ConversationMessages.Where(m => m.Id == id && m.ConversationId == conversation.Id)
                .Select(m => new { m.Id, m.CreatedAt })
                .FirstOrDefaultAsync(cancel)
            : null;
        var outside = await registry
            .ConversationMessages.Where(m => m.ConversationId == conversation.Id && m.ParentId == null && !m.IsFirst)
            .OrderByDescending(m => m.CreatedAt)
            .ThenByDescending(m => m.Id)
            .Select(m => new { m.Id, m.CreatedAt })
            .FirstOrDefaultAsync(cancel);
        return leaf is null || outside?.CreatedAt > leaf.CreatedAt ? outside?.Id ?? leaf?.Id : leaf.Id;
    }

    /// <summary>The ids from a message upwards, itself first.</summary>
    public static async Task<List<Guid>> UpwardsAsync(
        RegistryDbContext registry,
        Guid conversation,
        Guid from,
        int most,
        CancellationToken cancel
    )
    {
        const string Sql = """
            WITH RECURSIVE path(id, parent_id, is_first, created_at, number) AS (
                SELECT id, parent_id, is_first, created_at, 1 FROM conversation_messages WHERE id = {0} AND conversation_id = {1}
                UNION ALL
                SELECT m.id, m.parent_id, m.is_first, m.created_at, path.number + 1
                FROM path JOIN conversation_messages AS m ON m.id = COALESCE(path.parent_id, CASE WHEN path.is_first THEN NULL ELSE (
                    SELECT o.id FROM conversation_messages AS o
                    WHERE o.conversation_id = {1} AND (o.created_at < path.created_at OR (o.created_at = path.created_at AND o.id < path.id))
                    ORDER BY o.created_at DESC, o.id DESC LIMIT 1) END)
                WHERE path.number < {2})
            SELECT id AS "Value" FROM path ORDER BY number
            """;
        return await registry.Database.SqlQueryRaw<Guid>(Sql, Key(registry, from), Key(registry, conversation), most).ToListAsync(cancel);
    }

    /// <summary>The last message of the branch that goes on from a message by the newest of each.</summary>
    public static async Task<Guid> DownwardsAsync(RegistryDbContext registry, Guid from, CancellationToken cancel)
    {
        const string Sql = """
            WITH RECURSIVE path(id, number) AS (
                SELECT id, 1 FROM conversation_messages WHERE id = {0}
                UNION ALL
                SELECT (SELECT c.id FROM conversation_messages AS c WHERE c.parent_id = path.id ORDER BY c.created_at DESC, c.id DESC LIMIT 1), path.number + 1
                FROM path WHERE path.id IS NOT NULL AND path.number < {1})
            SELECT id AS "Value" FROM path WHERE id IS NOT NULL ORDER BY number DESC LIMIT 1
            """;
        return await registry.Database.SqlQueryRaw<Guid>(Sql, Key(registry, from), Longest).SingleAsync(cancel);
    }

    /// <summary>An id as the database compares it.</summary>
    private static object Key(RegistryDbContext registry, Guid id) => registry.Database.IsSqlite() ? GuidTextConverter.Of(id) : id;
}
