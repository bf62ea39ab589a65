using System.Security.Cryptography;

namespace Sanctum.Configurator.Features.Conversations.Transfer;

/// <summary>
/// Reads exports of ChatGPT, Claude, Open WebUI, LibreChat, LobeChat, of the console itself, and of a browser's localStorage. One conversation that
/// can't be read stops none of the others.
/// </summary>
internal static class ImportReader
{
    /// <summary>Bytes of a file.</summary>
    public const long MostBytes = 200_000_000;

    private const int LongestId = 200;

    /// <summary>LibreChat writes each message into the one before it.</summary>
    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = 100_000, AllowTrailingCommas = true };

    private static readonly JsonDocumentOptions Deeper = Deep with { MaxDepth = Deep.MaxDepth + 2 };

    /// <returns>The program, and each conversation or why it can't be read. Invalid files have a problem and no conversations.</returns>
    public static ImportedFile Read(ReadOnlyMemory<byte> bytes) =>
        ImportArchive.IsOne(bytes) ? ImportArchive.Read(bytes, ReadJson) : ReadJson(bytes);

    private static ImportedFile ReadJson(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using var json = JsonDocument.Parse(HalfCharacters.Replaced(OutsideText.ToUtf8(bytes)), Deep);
            return Read(json.RootElement);
        }
        catch (JsonException e)
        {
            return ImportedFile.Bad($"It is no JSON (line {(e.LineNumber ?? 0) + 1}). Choose the file that the other program exported.");
        }
    }

    private static ImportedFile Read(JsonElement root)
    {
        if (LobeChatFile.Read(root, Deeper) is { } lobes)
        {
            return new(ImportedFile.LobeChat, [.. lobes.Select((item, at) => Try(ImportedFile.Other, item, at))], null);
        }

        if (ListIn(root) is not { } list)
        {
            return root.ValueKind == JsonValueKind.Object ? OfStorage(root) : ImportedFile.Bad("It has no conversations.");
        }

        var items = list.EnumerateArray().ToList();
        var kind = items.Select(KindOf).FirstOrDefault(found => found is not null);
        return kind is null
            ? items.Count > 0 && items.TrueForAll(IsMessage)
                ? OfMessages(items)
                : ImportedFile.Bad("No conversation in it is of a kind that is known.")
            : new(kind, [.. items.Select((item, at) => Try(kind, item, at))], null);
    }

    /// <summary>The list of conversations, wherever the program puts it.</summary>
    private static JsonElement? ListIn(JsonElement root)
    {
        if (root.ValueKind == JsonValueKind.Array)
        {
            return root;
        }

        if (root.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        foreach (var name in new[] { "conversations", "chats", "data" })
        {
            if (root.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array)
            {
                return list;
            }
        }

        return KindOf(root) is null ? null : JsonDocument.Parse($"[{root.GetRawText()}]", Deeper).RootElement;
    }

    private static string? KindOf(JsonElement item) =>
        item.ValueKind != JsonValueKind.Object ? null
        : Has(item, "mapping") ? ImportedFile.ChatGpt
        : Has(item, "chat_messages") ? ImportedFile.Claude
        : Has(item, "chat") || (Has(item, "history") && Has(item, "models")) ? ImportedFile.OpenWebUi
        : Has(item, "conversationId") && Has(item, "messages") ? ImportedFile.LibreChat
        : Has(item, "messages") || Has(item, "history") ? ImportedFile.Other
        : null;

    private static ReadConversation Try(string kind, JsonElement item, int at)
    {
        var name =
            ImportFields.Text(item, "title")
            ?? ImportFields.Text(item, "name")
            ?? string.Create(CultureInfo.InvariantCulture, $"Conversation {at + 1}");
        try
        {
            var read = kind switch
            {
                ImportedFile.ChatGpt => ChatGptShape.Of(item),
                ImportedFile.Claude => ClaudeShape.Of(item),
                ImportedFile.OpenWebUi => ImportShapes.OpenWebUi(item),
                ImportedFile.LibreChat => ImportShapes.LibreChat(item),
                _ => ImportShapes.Other(item),
            };
            return read.Messages.Count == 0
                ? new(name, null, "It has no messages.")
                : new(name, read.Id.Trim().Length is > 0 and <= LongestId ? read : read with { Id = FingerprintOf(item) }, null);
        }
        catch (Exception e)
            when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or ArgumentException)
        {
            return new(name, null, "It is not as this program writes conversations. It was left out.");
        }
    }

    /// <summary>What has no id of its own is known by what it says, so that another one is not taken for it.</summary>
    private static string FingerprintOf(JsonElement item) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(item.GetRawText())));

    /// <summary>A dump of localStorage: names and texts, of which some are JSON of conversations or of messages.</summary>
    private static ImportedFile OfStorage(JsonElement root)
    {
        List<ReadConversation> read = [];
        foreach (var entry in root.EnumerateObject())
        {
            if (Inner(entry.Value) is not { } inner)
            {
                continue;
            }

            var items = ListIn(inner)?.EnumerateArray().ToList() ?? [];
            read.AddRange(
                items.Count > 0 && items.TrueForAll(IsMessage)
                    ? [Try(ImportedFile.Other, Messages(items, entry.Name), read.Count)]
                    : items.Where(item => KindOf(item) is not null).Select((item, at) => Try(KindOf(item)!, item, at))
            );
        }

        return read.Count == 0 ? ImportedFile.Bad("It has no conversations.") : new(ImportedFile.Storage, read, null);
    }

    private static JsonElement? Inner(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            return value.ValueKind is JsonValueKind.Array or JsonValueKind.Object ? value : null;
        }

        try
        {
            return JsonDocument.Parse(HalfCharacters.Replaced(Encoding.UTF8.GetBytes(value.GetString()!)), Deep).RootElement;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static ImportedFile OfMessages(List<JsonElement> items) =>
        new(ImportedFile.Other, [Try(ImportedFile.Other, Messages(items, "Imported conversation"), 0)], null);

    private static JsonElement Messages(List<JsonElement> items, string title) =>
        JsonDocument
            .Parse(
                $$"""{"title":{{JsonSerializer.Serialize(title)}},"messages":[{{string.Join(',', items.Select(item => item.GetRawText()))}}]}""",
                Deeper
            )
            .RootElement;

    private static bool IsMessage(JsonElement item) =>
        item.ValueKind == JsonValueKind.Object && Has(item, "role") && (Has(item, "content") || Has(item, "text"));

    private static bool Has(JsonElement item, string name) =>
        item.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null;
}

/// <summary>What was read of a file.</summary>
internal sealed record ImportedFile(string Source, IReadOnlyList<ReadConversation> Conversations, string? Problem)
{
    public const string ChatGpt = "ChatGPT";
    public const string Claude = "Claude";
    public const string OpenWebUi = "Open WebUI";
    public const string LibreChat = "LibreChat";
    public const string LobeChat = "LobeChat";
    public const string Storage = "localStorage";
    public const string Other = "conversations";

    public static ImportedFile Bad(string problem) => new("", [], problem);
}

/// <summary>One conversation, or why there is none.</summary>
internal sealed record ReadConversation(string Name, ImportedConversation? Conversation, string? Problem);
