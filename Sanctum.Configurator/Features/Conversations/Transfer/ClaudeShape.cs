namespace Sanctum.Configurator.Features.Conversations.Transfer;

/// <summary>Claude's: messages of blocks, of which some are thoughts, or calls of the tools that make artifacts and files.</summary>
internal static class ClaudeShape
{
    public static ImportedConversation Of(JsonElement item)
    {
        var all = item.GetProperty("chat_messages");
        var given = all.EnumerateArray().Select(message => ImportFields.Text(message, "uuid")).ToHashSet();
        List<ImportedMessage> nodes = [];
        foreach (var message in all.EnumerateArray())
        {
            var text = string.Join("\n\n", new[] { SaidIn(message), FilesOf(message) }.Where(part => part.Length > 0));
            var parent = ImportFields.Text(message, "parent_message_uuid");
            nodes.Add(
                new(
                    ImportFields.Text(message, "uuid") ?? nodes.Count.ToString(CultureInfo.InvariantCulture),
                    parent is null ? nodes.LastOrDefault()?.Id
                        : given.Contains(parent) ? parent
                        : null,
                    text.Length > 0 && ImportFields.RoleOf(ImportFields.Text(message, "sender")) is { } role ? role : "",
                    text,
                    ImportFields.Time(message, "created_at")
                )
                {
                    Reasoning = string.Join("\n\n", BlocksOf(message, "thinking").Select(block => ImportFields.Text(block, "thinking"))),
                    Model = ImportFields.Text(message, "sender") == "assistant" ? ImportFields.Text(item, "model") : null,
                }
            );
        }

        return ImportTree.Of(
            new(
                ImportFields.Text(item, "uuid") ?? "",
                ImportFields.Text(item, "name"),
                ImportFields.Time(item, "created_at"),
                ImportFields.Text(item, "current_leaf_message_uuid"),
                []
            ),
            nodes
        );
    }

    /// <summary>By its blocks where it has any: the text beside them says of others that this device doesn't show them.</summary>
    private static string SaidIn(JsonElement message)
    {
        var said = string.Join(
            "\n\n",
            BlocksOf(message, null)
                .Select(block =>
                    ImportFields.Text(block, "type") switch
                    {
                        "tool_use" => MadeBy(block),
                        "tool_result" or "thinking" or "redacted_thinking" => "",
                        _ => ImportFields.ContentOf(block),
                    }
                )
                .Where(text => text.Length > 0)
        );
        return said.Length > 0 ? said : ImportFields.Text(message, "text") ?? "";
    }

    private static IEnumerable<JsonElement> BlocksOf(JsonElement message, string? type) =>
        ImportFields.Find(message, "content") is { ValueKind: JsonValueKind.Array } blocks
            ? blocks.EnumerateArray().Where(block => type is null || ImportFields.Text(block, "type") == type)
            : [];

    /// <summary>An artifact or a file as it was written; changes of a part of one are nothing to read.</summary>
    private static string MadeBy(JsonElement block)
    {
        if (ImportFields.Find(block, "input") is not { } input)
        {
            return "";
        }

        var (made, kind, name) = ImportFields.Text(block, "name") switch
        {
            "artifacts" => (
                ImportFields.Text(input, "content"),
                ImportFields.Text(input, "language") ?? ImportFields.Text(input, "type"),
                ImportFields.Text(input, "title")
            ),
            "create_file" => (
                ImportFields.Text(input, "file_text"),
                Path.GetExtension(ImportFields.Text(input, "path"))?.TrimStart('.'),
                Path.GetFileName(ImportFields.Text(input, "path"))
            ),
            "repl" => (ImportFields.Text(input, "code"), "javascript", null),
            _ => (null, null, null),
        };
        return made is { Length: > 0 } ? ImportBlocks.Fenced(made, kind, name) : "";
    }

    private static string FilesOf(JsonElement message)
    {
        var texts = Names(
            "attachments",
            file => $"{ImportFields.Text(file, "file_name")}:\n{ImportFields.Text(file, "extracted_content")}"
        );
        var rest = Names("files", file => ImportFields.Text(file, "file_name") is { Length: > 0 } name ? ImportBlocks.Missing(name) : "");
        return string.Join("\n\n", texts.Concat(rest).Where(text => text.Length > 0));

        IEnumerable<string> Names(string list, Func<JsonElement, string> of) =>
            ImportFields.Find(message, list) is { ValueKind: JsonValueKind.Array } files ? files.EnumerateArray().Select(of) : [];
    }
}
