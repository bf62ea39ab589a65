using System.Globalization;
using System.Text.Json;

namespace Sanctum.Configurator.Features.Conversations.Transfer;

/// <summary>How each program writes a conversation.</summary>
internal static class ImportShapes
{
    private const string NoParent = "00000000-0000-0000-0000-000000000000";

    /// <summary>A tree of nodes by id, of which many hold no message, or one of a tool.</summary>
    public static ImportedConversation ChatGpt(JsonElement item)
    {
        var nodes = item.GetProperty("mapping").EnumerateObject().ToDictionary(node => node.Name, node => node.Value);
        var shown = new Dictionary<string, ImportedMessage>();
        foreach (var (id, node) in nodes)
        {
            if (
                ImportFields.Find(node, "message") is { } message
                && ImportFields.Find(message, "author") is { } author
                && ImportFields.RoleOf(ImportFields.Text(author, "role")) is { } role
                && ImportFields.ContentOf(ImportFields.Find(message, "content")) is { Length: > 0 } text
                && !IsHidden(message)
            )
            {
                shown[id] = new(id, null, role, text, ImportFields.Time(message, "create_time"))
                {
                    Model = ImportFields.Find(message, "metadata") is { } more ? ImportFields.Text(more, "model_slug") : null,
                };
            }
        }

        string? ParentOf(string id)
        {
            var seen = new HashSet<string>();
            for (
                var at = ImportFields.Text(nodes[id], "parent");
                at is not null && seen.Add(at);
                at = nodes.TryGetValue(at, out var node) ? ImportFields.Text(node, "parent") : null
            )
            {
                if (shown.ContainsKey(at))
                {
                    return at;
                }
            }

            return null;
        }

        var leaf = ImportFields.Text(item, "current_node");
        return new(
            ImportFields.Text(item, "conversation_id") ?? ImportFields.Text(item, "id") ?? "",
            ImportFields.Text(item, "title"),
            ImportFields.Time(item, "create_time"),
            leaf is null || !nodes.ContainsKey(leaf) ? null
                : shown.ContainsKey(leaf) ? leaf
                : ParentOf(leaf),
            [.. shown.Values.Select(message => message with { Parent = ParentOf(message.Id) })]
        )
        {
            IsArchived = ImportFields.Is(item, "is_archived"),
        };
    }

    public static ImportedConversation Claude(JsonElement item)
    {
        List<ImportedMessage> messages = [];
        var parents = new HashSet<string>();
        foreach (var message in item.GetProperty("chat_messages").EnumerateArray())
        {
            var id = ImportFields.Text(message, "uuid") ?? Number(messages.Count);
            var text = ImportFields.Text(message, "text") is { Length: > 0 } whole
                ? whole
                : ImportFields.ContentOf(ImportFields.Find(message, "content"));
            var files = ImportFields.Find(message, "attachments") is { ValueKind: JsonValueKind.Array } attached
                ? string.Concat(
                    attached
                        .EnumerateArray()
                        .Select(file => $"\n\n{ImportFields.Text(file, "file_name")}:\n{ImportFields.Text(file, "extracted_content")}")
                )
                : "";
            if (ImportFields.RoleOf(ImportFields.Text(message, "sender")) is { } role && text.Length + files.Length > 0)
            {
                var parent = ImportFields.Text(message, "parent_message_uuid");
                var isTold = parent is not null && parents.Contains(parent);
                messages.Add(
                    new(
                        id,
                        isTold ? parent
                            : parent == NoParent ? null
                            : messages.LastOrDefault()?.Id,
                        role,
                        text + files,
                        ImportFields.Time(message, "created_at")
                    )
                );
                parents.Add(id);
            }
        }

        return new(
            ImportFields.Text(item, "uuid") ?? "",
            ImportFields.Text(item, "name"),
            ImportFields.Time(item, "created_at"),
            ImportFields.Text(item, "current_leaf_message_uuid"),
            messages
        );
    }

    /// <summary>A chat with a tree of messages by id; older ones have a list only.</summary>
    public static ImportedConversation OpenWebUi(JsonElement item)
    {
        var chat = ImportFields.Find(item, "chat") ?? item;
        var history = ImportFields.Find(chat, "history");
        var all =
            history is { } tree && ImportFields.Find(tree, "messages") is { ValueKind: JsonValueKind.Object } byId
                ? byId.EnumerateObject().Select(message => (message.Name, message.Value)).ToList()
                : [];
        if (all.Count == 0)
        {
            return Other(chat) with { Id = ImportFields.Text(item, "id") ?? ImportFields.Text(chat, "id") ?? "" };
        }

        return new(
            ImportFields.Text(item, "id") ?? ImportFields.Text(chat, "id") ?? "",
            ImportFields.Text(item, "title") ?? ImportFields.Text(chat, "title"),
            ImportFields.Time(item, "created_at") ?? ImportFields.Time(chat, "timestamp"),
            history is { } shown ? ImportFields.Text(shown, "currentId") : null,
            [
                .. from one in all
                let role = ImportFields.RoleOf(ImportFields.Text(one.Value, "role"))
                where role is not null
                select new ImportedMessage(
                    one.Name,
                    ImportFields.Text(one.Value, "parentId"),
                    role,
                    ImportFields.ContentOf(ImportFields.Find(one.Value, "content")),
                    ImportFields.Time(one.Value, "timestamp")
                )
                {
                    Model = ImportFields.Text(one.Value, "modelName") ?? ImportFields.Text(one.Value, "model"),
                },
            ]
        )
        {
            IsArchived = ImportFields.Is(item, "archived"),
            IsPinned = ImportFields.Is(item, "pinned"),
        };
    }

    /// <summary>Messages in a list that name their parents, or, exported as a tree, hold their children.</summary>
    public static ImportedConversation LibreChat(JsonElement item)
    {
        List<ImportedMessage> messages = [];
        var open = new Stack<(JsonElement Message, string? Parent)>(
            item.GetProperty("messages").EnumerateArray().Reverse().Select(message => (message, (string?)null))
        );
        while (open.TryPop(out var next))
        {
            var (message, above) = next;
            var id = ImportFields.Text(message, "messageId") ?? Number(messages.Count);
            var parent = ImportFields.Text(message, "parentMessageId") ?? above;
            var text = ImportFields.Text(message, "text") is { Length: > 0 } whole
                ? whole
                : ImportFields.ContentOf(ImportFields.Find(message, "content"));
            var isUser = ImportFields.Is(message, "isCreatedByUser") || ImportFields.RoleOf(ImportFields.Text(message, "sender")) == "user";
            messages.Add(
                new(id, parent == NoParent ? null : parent, isUser ? "user" : "assistant", text, ImportFields.Time(message, "createdAt"))
                {
                    Model = isUser ? null : ImportFields.Text(message, "model"),
                }
            );
            foreach (
                var child in ImportFields.Find(message, "children") is { ValueKind: JsonValueKind.Array } children
                    ? children.EnumerateArray().Reverse()
                    : []
            )
            {
                open.Push((child, id));
            }
        }

        return new(
            item.GetProperty("conversationId").GetString() ?? "",
            ImportFields.Text(item, "title"),
            ImportFields.Time(item, "createdAt", "exportAt"),
            null,
            messages
        );
    }

    /// <summary>Messages with role and content in a list, as most programs keep them; the console's own name their parents too.</summary>
    public static ImportedConversation Other(JsonElement item)
    {
        List<ImportedMessage> messages = [];
        foreach (var message in (ImportFields.Find(item, "messages") ?? item.GetProperty("history")).EnumerateArray())
        {
            var id = ImportFields.Text(message, "id") ?? Number(messages.Count);
            var hasParents = message.TryGetProperty("parent_id", out _);
            if (ImportFields.RoleOf(ImportFields.Text(message, "role") ?? ImportFields.Text(message, "sender")) is { } role)
            {
                messages.Add(
                    new(
                        id,
                        hasParents ? ImportFields.Text(message, "parent_id") : messages.LastOrDefault()?.Id,
                        role,
                        ImportFields.ContentOf(ImportFields.Find(message, "content") ?? ImportFields.Find(message, "text")),
                        ImportFields.Time(message, "created_at", "createdAt", "timestamp")
                    )
                    {
                        Model = ImportFields.Text(message, "model"),
                        Reasoning = ImportFields.Text(message, "reasoning"),
                    }
                );
            }
        }

        return new(
            ImportFields.Text(item, "id") ?? "",
            ImportFields.Text(item, "title") ?? ImportFields.Text(item, "name"),
            ImportFields.Time(item, "created_at", "createdAt", "timestamp"),
            ImportFields.Text(item, "leaf"),
            messages
        );
    }

    private static bool IsHidden(JsonElement message) =>
        ImportFields.Find(message, "metadata") is { } more && ImportFields.Is(more, "is_visually_hidden_from_conversation");

    private static string Number(int at) => at.ToString(CultureInfo.InvariantCulture);
}
