namespace Sanctum.Configurator.Features.Conversations.Transfer;

/// <summary>ChatGPT's: a tree of nodes by id, of which many hold no message, or one of a tool, or thoughts.</summary>
internal static class ChatGptShape
{
    private const string ToCanvas = "canmore.";

    public static ImportedConversation Of(JsonElement item)
    {
        var model = ImportFields.Text(item, "default_model_slug");
        return ImportTree.Of(
            new(
                ImportFields.Text(item, "conversation_id") ?? ImportFields.Text(item, "id") ?? "",
                ImportFields.Text(item, "title"),
                ImportFields.Time(item, "create_time"),
                ImportFields.Text(item, "current_node"),
                []
            )
            {
                IsArchived = ImportFields.Is(item, "is_archived"),
            },
            [.. item.GetProperty("mapping").EnumerateObject().Select(node => NodeOf(node.Name, node.Value, model))]
        );
    }

    private static ImportedMessage NodeOf(string id, JsonElement node, string? model)
    {
        var message = ImportFields.Find(node, "message") ?? default;
        var content = ImportFields.Find(message, "content");
        var role = ImportFields.Find(message, "author") is { } author ? ImportFields.RoleOf(ImportFields.Text(author, "role")) : null;
        var text = role is null || IsHidden(message) ? "" : TextOf(message, content);
        return new(id, ImportFields.Text(node, "parent"), text.Length > 0 ? role! : "", text, ImportFields.Time(message, "create_time"))
        {
            Model =
                role != "assistant" ? null
                : ImportFields.Find(message, "metadata") is { } more ? ImportFields.Text(more, "model_slug") ?? model
                : model,
            Reasoning = ThoughtsOf(content),
        };
    }

    private static string TextOf(JsonElement message, JsonElement? content)
    {
        var kind = content is { } one ? ImportFields.Text(one, "content_type") : null;
        if (kind is "thoughts" or "reasoning_recap" or "user_editable_context" or "model_editable_context")
        {
            return "";
        }

        var text = ImportFields.ContentOf(content);
        return ImportFields.Text(message, "recipient") is { } recipient and not "all" ? MadeBy(recipient, text)
            : kind == "code" && text.Length > 0 ? ImportBlocks.Fenced(text, ImportFields.Text(content!.Value, "language"), null)
            : text.Length == 0 ? MissingIn(content)
            : ImportBlocks.WithoutMarks(Cited(message, text));
    }

    /// <summary>What an answer made by a tool, such as a document beside the chat; the rest of what it asks tools is nothing to read.</summary>
    private static string MadeBy(string recipient, string text)
    {
        if (recipient == "python")
        {
            return text.Length == 0 ? "" : ImportBlocks.Fenced(text, "python", null);
        }

        if (!recipient.StartsWith(ToCanvas, StringComparison.Ordinal) || ImportFields.Parsed(text) is not { } made)
        {
            return "";
        }

        var whole =
            ImportFields.Text(made, "content")
            ?? (
                ImportFields.Find(made, "updates") is { ValueKind: JsonValueKind.Array } updates
                && updates.GetArrayLength() == 1
                && ImportFields.Text(updates[0], "pattern") == ".*"
                    ? ImportFields.Text(updates[0], "replacement")
                    : null
            );
        return whole is { Length: > 0 } ? ImportBlocks.Fenced(whole, ImportFields.Text(made, "type"), ImportFields.Text(made, "name")) : "";
    }

    /// <summary>Marks in the text stand for what is cited.</summary>
    private static string Cited(JsonElement message, string text)
    {
        if (
            !text.Contains('\uE200', StringComparison.Ordinal)
            || ImportFields.Find(message, "metadata") is not { } more
            || ImportFields.Find(more, "content_references") is not { ValueKind: JsonValueKind.Array } references
        )
        {
            return text;
        }

        foreach (var reference in references.EnumerateArray().Take(200))
        {
            if (ImportFields.Text(reference, "matched_text") is ['\uE200', ..] mark)
            {
                text = text.Replace(mark, ImportFields.Text(reference, "alt") ?? "", StringComparison.Ordinal);
            }
        }

        return text;
    }

    private static string? ThoughtsOf(JsonElement? content) =>
        content is { } one && ImportFields.Find(one, "thoughts") is { ValueKind: JsonValueKind.Array } thoughts
            ? string.Join(
                "\n\n",
                thoughts
                    .EnumerateArray()
                    .Select(thought => ImportFields.Text(thought, "content") ?? ImportFields.Text(thought, "summary"))
                    .Where(thought => !string.IsNullOrEmpty(thought))
            )
            : null;

    /// <summary>Of a message without words, so that its answer does not stand alone.</summary>
    private static string MissingIn(JsonElement? content) =>
        content is { } one && ImportFields.Find(one, "parts") is { ValueKind: JsonValueKind.Array } parts
            ? string.Join(
                "\n\n",
                parts
                    .EnumerateArray()
                    .Select(part => ImportFields.Text(part, "content_type"))
                    .Where(kind => kind?.EndsWith("_pointer", StringComparison.Ordinal) == true)
                    .Select(kind => ImportBlocks.Missing(kind!.StartsWith("image", StringComparison.Ordinal) ? "Image" : "Recording"))
            )
            : "";

    private static bool IsHidden(JsonElement message) =>
        ImportFields.Find(message, "metadata") is { } more && ImportFields.Is(more, "is_visually_hidden_from_conversation");
}
