namespace Sanctum.Configurator.Features.Conversations.Transfer;

/// <summary>How each program writes a conversation.</summary>
internal static class ImportShapes
{
    private const string NoParent = "00000000-0000-0000-0000-000000000000";

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

        return ImportTree.Of(
            new(
                ImportFields.Text(item, "id") ?? ImportFields.Text(chat, "id") ?? "",
                ImportFields.Text(item, "title") ?? ImportFields.Text(chat, "title"),
                ImportFields.Time(item, "created_at") ?? ImportFields.Time(chat, "timestamp"),
                history is { } shown ? ImportFields.Text(shown, "currentId") : null,
                []
            )
            {
                IsArchived = ImportFields.Is(item, "archived"),
                IsPinned = ImportFields.Is(item, "pinned"),
            },
            [.. all.Select(one => OpenWebUiNode(one.Name, one.Value))]
        );
    }

    private static ImportedMessage OpenWebUiNode(string id, JsonElement message)
    {
        var (words, thoughts) = ImportBlocks.Parted(ImportFields.ContentOf(ImportFields.Find(message, "content")));
        if (words.Length == 0 && ImportFields.Find(message, "output") is { ValueKind: JsonValueKind.Array } output)
        {
            words = Of("message");
            thoughts ??= Of("reasoning") is { Length: > 0 } reasoning ? reasoning : null;

            string Of(string type) =>
                ImportFields.ContentOf(output.EnumerateArray().Where(part => ImportFields.Text(part, "type") == type));
        }

        return new(
            id,
            ImportFields.Text(message, "parentId"),
            ImportFields.RoleOf(ImportFields.Text(message, "role")) ?? "",
            words,
            ImportFields.Time(message, "timestamp")
        )
        {
            Model = ImportFields.Text(message, "modelName") ?? ImportFields.Text(message, "model"),
            Reasoning = thoughts,
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
            var (text, thoughts) = ImportFields.Text(message, "text") is { Length: > 0 } whole
                ? ImportBlocks.Parted(whole)
                : LibreChatParts(message);
            var isUser = ImportFields.Is(message, "isCreatedByUser") || ImportFields.RoleOf(ImportFields.Text(message, "sender")) == "user";
            messages.Add(
                new(id, parent == NoParent ? null : parent, isUser ? "user" : "assistant", text, ImportFields.Time(message, "createdAt"))
                {
                    Model = isUser ? null : ImportFields.Text(message, "model"),
                    Reasoning = isUser ? null : thoughts,
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

    /// <summary>Parts of words, thoughts, errors and calls of tools, of which the last are nothing to read.</summary>
    private static (string Words, string? Thoughts) LibreChatParts(JsonElement message)
    {
        if (ImportFields.Find(message, "content") is not { ValueKind: JsonValueKind.Array } parts)
        {
            return ImportBlocks.Parted(ImportFields.ContentOf(ImportFields.Find(message, "content")));
        }

        var kept = parts.EnumerateArray().Where(part => ImportFields.Text(part, "type") != "tool_call").ToList();
        var thoughts = string.Join(
            "\n\n",
            kept.Select(part => ImportFields.Text(part, "think")).Where(text => !string.IsNullOrEmpty(text))
        );
        var words = kept.Select(part => ImportFields.Text(part, "error") ?? ImportFields.ContentOf(part)).Where(text => text.Length > 0);
        return (string.Join("\n\n", words), thoughts.Length == 0 ? null : thoughts);
    }

    /// <summary>Messages with role and content in a list, as most programs keep them; the console's own name their parents too.</summary>
    public static ImportedConversation Other(JsonElement item)
    {
        List<ImportedMessage> nodes = [];
        foreach (var message in (ImportFields.Find(item, "messages") ?? item.GetProperty("history")).EnumerateArray())
        {
            var hasParents = message.ValueKind == JsonValueKind.Object && message.TryGetProperty("parent_id", out _);
            var node = new ImportedMessage(
                ImportFields.Text(message, "id") ?? Number(nodes.Count),
                hasParents ? ImportFields.Text(message, "parent_id") : nodes.LastOrDefault()?.Id,
                ImportFields.RoleOf(ImportFields.Text(message, "role") ?? ImportFields.Text(message, "sender")) ?? "",
                ImportFields.ContentOf(
                    ImportFields.Find(message, "content")
                        ?? ImportFields.Find(message, "text")
                        ?? ImportFields.Find(message, "contentParts")
                ),
                ImportFields.Time(message, "created_at", "createdAt", "timestamp")
            )
            {
                Model = ImportFields.Text(message, "model"),
                Reasoning = ImportFields.ContentOf(ImportFields.Find(message, "reasoning")),
            };
            nodes.Add(SanctumFile.With(node, message));
        }

        return ImportTree.Of(
            new(
                ImportFields.Text(item, "id") ?? "",
                ImportFields.Text(item, "title") ?? ImportFields.Text(item, "name"),
                ImportFields.Time(item, "created_at", "createdAt", "timestamp"),
                ImportFields.Text(item, "leaf"),
                []
            ),
            nodes
        );
    }

    private static string Number(int at) => at.ToString(CultureInfo.InvariantCulture);
}
