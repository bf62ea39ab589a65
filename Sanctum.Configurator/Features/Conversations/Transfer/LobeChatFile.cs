namespace Sanctum.Configurator.Features.Conversations.Transfer;

/// <summary>LobeChat's: the messages of all conversations in one list, and beside it what the conversations are called.</summary>
internal static class LobeChatFile
{
    private const string Messages = "messages";

    /// <summary>Its conversations, each as an object with its messages; null where the file is none of these.</summary>
    public static IReadOnlyList<JsonElement>? Read(JsonElement root, JsonDocumentOptions options)
    {
        var all = new[] { root, ImportFields.Find(root, "state") ?? default, ImportFields.Find(root, "data") ?? default }.FirstOrDefault(
            IsOne
        );
        if (all.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var titles = TitlesIn(all, "sessions", "sessionGroups", "topics", "agents");
        return
        [
            .. all.GetProperty(Messages)
                .EnumerateArray()
                .GroupBy(message => (Session: ImportFields.Text(message, "sessionId"), Topic: ImportFields.Text(message, "topicId")))
                .Select(group =>
                    Conversation($"{group.Key.Session} {group.Key.Topic}", Title(group.Key.Topic ?? group.Key.Session), group)
                ),
        ];

        string? Title(string? id) => id is null ? null : titles.GetValueOrDefault(id);

        JsonElement Conversation(string id, string? title, IEnumerable<JsonElement> messages)
        {
            var head = new JsonObject { ["id"] = id, ["title"] = title }.ToJsonString()[..^1];
            var written = messages.OrderBy(message => ImportFields.Time(message, "createdAt") ?? DateTimeOffset.MinValue);
            return JsonDocument
                .Parse($"{head},\"{Messages}\":[{string.Join(',', written.Select(message => message.GetRawText()))}]}}", options)
                .RootElement;
        }
    }

    private static bool IsOne(JsonElement file) =>
        ImportFields.Find(file, Messages) is { ValueKind: JsonValueKind.Array } messages
        && (ImportFields.Find(file, "sessions") is not null || ImportFields.Find(file, "topics") is not null)
        && messages
            .EnumerateArray()
            .Any(message => ImportFields.Text(message, "sessionId") is not null || ImportFields.Text(message, "topicId") is not null);

    private static Dictionary<string, string> TitlesIn(JsonElement all, params string[] lists)
    {
        var titles = new Dictionary<string, string>();
        foreach (var list in lists)
        {
            foreach (var one in ImportFields.Find(all, list) is { ValueKind: JsonValueKind.Array } rows ? rows.EnumerateArray() : [])
            {
                var meta = ImportFields.Find(one, "meta") ?? default;
                if (
                    ImportFields.Text(one, "id") is { } id
                    && (ImportFields.Text(one, "title") ?? ImportFields.Text(meta, "title")) is { } title
                )
                {
                    titles.TryAdd(id, title);
                }
            }
        }

        return titles;
    }
}
