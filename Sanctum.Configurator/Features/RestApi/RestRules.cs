using Sanctum.Configurator.Features.Conversations.Keeping;
using Sanctum.Configurator.Features.Memories;
using Sanctum.Configurator.Features.RestApi.Catalog;
using Sanctum.Configurator.Features.RestApi.Parsing;
using Sanctum.Configurator.Features.RestApi.Sql;

namespace Sanctum.Configurator.Features.RestApi;

/// <summary>What goes for the rows of a table besides their types: whose they are, and what changes with them.</summary>
internal sealed class RestRules(
    RestAccess access,
    MemoryIntake memories,
    ShortTermMemory said,
    Signal<ConversationChanged> conversations,
    Signal<RegistryChange> changes,
    TimeProvider clock
)
{
    private const string Messages = "conversation_messages";

    private static readonly string[] Times = ["created_at", "updated_at", "last_accessed"];

    public RowChanges Follow(RestStore store, RestTable table) => new(store, table, said, conversations, changes);

    /// <summary>Gives new rows what nobody said: an id, an owner, the time.</summary>
    public void Complete(RestTable table, List<Dictionary<string, object?>> rows)
    {
        var now = clock.GetUtcNow();
        for (var at = 0; at < rows.Count; at++)
        {
            var row = rows[at];
            row.TryAdd(RestTable.Key, RowIds.Of(now, at));
            foreach (var time in Times.Where(table.Has))
            {
                row.TryAdd(time, now);
            }

            if (table.Has(RestAccess.Owner))
            {
                row.TryAdd(RestAccess.Owner, access.Me);
            }

            if (table.Name == Tables.Conversations && row.GetValueOrDefault("title") is string)
            {
                row["named_by_hand"] = true;
            }

            if (table.Name == Tables.Memories)
            {
                var why = WhyHeld(row, isSummary: row.GetValueOrDefault("memory_type") is "summary");
                (row["status"], row["held_because"]) = (why is null ? "active" : "held", why);
            }

            if (row.GetValueOrDefault("is_shared") is true && row.GetValueOrDefault("is_temporary") is true)
            {
                throw SharedAndTemporary();
            }
        }
    }

    /// <summary>What new rows refer to is the caller's.</summary>
    public async Task CheckNewAsync(RestStore store, RestTable table, List<Dictionary<string, object?>> rows, CancellationToken cancel)
    {
        var column = table.Name == Tables.Memories ? "source_conversation_id" : RestAccess.Conversation;
        if (table.Name is Messages or Tables.CodeBlocks or Tables.Memories)
        {
            await CheckOwnAsync(store, table, column, IdsIn(rows, column), "conversations AS t WHERE t.user_id = {0}", cancel);
        }

        if (table.Name == Tables.CodeBlocks)
        {
            const string OfMine =
                "conversation_messages AS t WHERE EXISTS (SELECT 1 FROM conversations AS o WHERE o.id = t.conversation_id AND o.user_id = {0})";
            await CheckOwnAsync(store, table, "message_id", IdsIn(rows, "message_id"), OfMine, cancel);
        }
    }

    /// <summary>Nothing of an answer that is being made is changed, and what is temporary is not shared.</summary>
    public static async Task CheckChangeAsync(
        RestStore store,
        RestTable table,
        Dictionary<string, object?> values,
        List<Guid> ids,
        CancellationToken cancel
    )
    {
        if (
            table.Name == Messages
            && await AnyAsync(store, $"conversation_messages AS t WHERE t.state IN ({WriteSql.Unfinished})", ids, cancel)
        )
        {
            throw new RestFault(
                StatusCodes.Status409Conflict,
                "55006",
                "a message is being made by the console",
                null,
                "Stop the answer first: POST /api/conversations/{id}/stop."
            );
        }

        if (
            table.Name == Tables.Conversations
            && values.GetValueOrDefault("is_shared") is true
            && await AnyAsync(store, "conversations AS t WHERE t.is_temporary", ids, cancel)
        )
        {
            throw SharedAndTemporary();
        }
    }

    /// <summary>What changes in a row with what somebody changes.</summary>
    public IEnumerable<string> AlsoSet(RestTable table, Dictionary<string, object?> values, SqlText sql)
    {
        // A conversation's is the time of what was said last, which a new title is not.
        if (table.Name != Tables.Conversations && table.Has("updated_at") && !values.ContainsKey("updated_at"))
        {
            yield return $"updated_at = {sql.Add(clock.GetUtcNow())}";
        }

        if (table.Name == Tables.Conversations && values.TryGetValue("title", out var title))
        {
            yield return $"named_by_hand = {sql.Add(title is not null)}";
        }

        if (table.Name == Tables.Memories && values.ContainsKey("content"))
        {
            yield return "content_key = NULL"; // As where another program wrote it: its words are read anew.
            yield return "embedding = NULL";
            if (WhyHeld(values, isSummary: false) is { } why)
            {
                yield return $"status = 'held', held_because = {sql.Add(why)}";
            }
        }
    }

    /// <summary>A conversation counts its messages, and knows when the last one was said.</summary>
    public async Task AddedAsync(
        RestStore store,
        RestTable table,
        List<Dictionary<string, object?>> rows,
        List<Guid> added,
        CancellationToken cancel
    )
    {
        if (table.Name == Messages)
        {
            var those = added.ToHashSet();
            foreach (
                var conversation in rows.Where(row => those.Contains((Guid)row[RestTable.Key]!))
                    .GroupBy(row => (Guid)row[RestAccess.Conversation]!)
            )
            {
                await CountAsync(store, conversation.Key, conversation.Count(), touches: true, cancel);
            }
        }
    }

    public async Task DeletingAsync(RestStore store, RestTable table, List<Guid> ids, CancellationToken cancel)
    {
        if (table.Name == Tables.Memories)
        {
            await memories.ForgetAsync(store.Registry, ids, cancel);
        }

        if (table.Name != Messages || ids.Count == 0)
        {
            return;
        }

        await memories.ForgetOfMessagesAsync(store.Registry, ids, cancel);

        var values = store.NewValues();
        var conversations = await store.IdsAsync(
            $"SELECT conversation_id FROM conversation_messages WHERE id IN ({WriteSql.Ids(ids, values)})",
            values,
            cancel
        );
        foreach (var conversation in conversations.GroupBy(id => id))
        {
            await CountAsync(store, conversation.Key, -conversation.Count(), touches: false, cancel);
        }
    }

    private static string? WhyHeld(Dictionary<string, object?> row, bool isSummary) =>
        row.GetValueOrDefault("content") is string content ? MemoryIntake.WhyHeld(content, isSummary) : null;

    private async Task CountAsync(RestStore store, Guid conversation, int more, bool touches, CancellationToken cancel)
    {
        var values = store.NewValues();
        var touch = touches ? $", updated_at = {values.Add(clock.GetUtcNow())}" : "";
        await store.ExecuteAsync(
            $"UPDATE conversations SET message_count = CASE WHEN message_count + {values.Add(more)} < 0 THEN 0 ELSE message_count + {values.Add(more)} END{touch} WHERE id = {values.Add(conversation)}",
            values,
            cancel
        );
    }

    /// <summary>What is not the caller's is to him as if it were not there.</summary>
    private async Task CheckOwnAsync(RestStore store, RestTable table, string column, List<Guid> ids, string own, CancellationToken cancel)
    {
        if (ids.Count == 0)
        {
            return;
        }

        var values = store.NewValues();
        var from = own.Replace("{0}", values.Add(access.Me), StringComparison.Ordinal);
        var found = await store.IdsAsync($"SELECT t.id FROM {from} AND t.id IN ({WriteSql.Ids(ids, values)})", values, cancel);
        if (ids.Except(found).Cast<Guid?>().FirstOrDefault() is { } missing)
        {
            throw new RestFault(
                StatusCodes.Status409Conflict,
                "23503",
                $"insert or update on table \"{table.Resource}\" violates foreign key constraint",
                $"Key ({column})=({missing}) is not present in a table, or is somebody else's.",
                "Write into conversations of your own."
            );
        }
    }

    private static async Task<bool> AnyAsync(RestStore store, string from, List<Guid> ids, CancellationToken cancel)
    {
        var values = store.NewValues();
        return ids.Count > 0
            && await store.AskAsync($"SELECT 1 FROM {from} AND t.id IN ({WriteSql.Ids(ids, values)}) LIMIT 1", values, cancel) is not null;
    }

    private static List<Guid> IdsIn(List<Dictionary<string, object?>> rows, string column) =>
        [.. rows.Select(row => row.GetValueOrDefault(column)).OfType<Guid>().Distinct()];

    private static RestFault SharedAndTemporary() =>
        new(
            StatusCodes.Status400BadRequest,
            "23514",
            "a temporary conversation can't be shared",
            null,
            "Leave out is_shared or is_temporary."
        );
}
