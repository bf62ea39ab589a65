namespace Sanctum.Configurator.Registry.Data.Search;

/// <summary>
/// SQLite's index of the words of messages follows behind what is written, so that a message that is answered soon is indexed once, and nobody
/// who writes waits for it. Triggers keep in a table which messages it does not know, or knows as they were. What is deleted goes out of it at
/// once. PostgreSQL's index is never behind.
/// </summary>
internal static class MessageWordsBehind
{
    /// <summary>How many it does not know as they are.</summary>
    public static Task<int> CountAsync(RegistryDbContext registry, CancellationToken cancel) =>
        registry.IsSqlite
            ? registry.Database.SqlQuery<int>($"SELECT count(*) AS Value FROM messages_unindexed").SingleAsync(cancel)
            : Task.FromResult(0);

    /// <summary>Indexes the oldest of them, within the caller's transaction.</summary>
    /// <returns>How many it was.</returns>
    public static async Task<int> IndexAsync(RegistryDbContext registry, int most, CancellationToken cancel)
    {
        if (!registry.IsSqlite)
        {
            return 0;
        }

        var last = await registry
            .Database.SqlQuery<long>(
                $"SELECT coalesce(max(id), 0) AS Value FROM (SELECT id FROM messages_unindexed ORDER BY id LIMIT {most})"
            )
            .SingleAsync(cancel);

        // In the order of their ids, as the index would write what it has gathered at each step back.
        await registry.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO messages_words (messages_words, rowid, message, agent_response)
            SELECT 'delete', id, message, agent_response FROM messages_unindexed WHERE is_indexed AND id <= {last} ORDER BY id
            """,
            cancel
        );
        await registry.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO messages_words (rowid, message, agent_response)
            SELECT m.id, m.message, m.agent_response FROM messages_unindexed AS u CROSS JOIN messages AS m ON m.id = u.id WHERE u.id <= {last} ORDER BY u.id
            """,
            cancel
        );
        return await registry.Database.ExecuteSqlAsync($"DELETE FROM messages_unindexed WHERE id <= {last}", cancel);
    }
}
