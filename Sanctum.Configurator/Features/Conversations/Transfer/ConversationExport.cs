using Sanctum.Configurator.Features.Conversations.Keeping;
using Sanctum.Configurator.Registry.Conversations;

namespace Sanctum.Configurator.Features.Conversations.Transfer;

/// <summary>As what a conversation is saved.</summary>
public enum ExportFormat
{
    /// <summary>The branch that is shown, to be read.</summary>
    Markdown,

    /// <summary>All branches, to be imported again.</summary>
    Json,
}

/// <summary>Writes conversations as files, as long as they are.</summary>
internal sealed class ConversationExport(IDbContextFactory<RegistryDbContext> registries, ConversationAccess access)
{
    private const int AtOnce = 50;

    /// <summary>Null where it is not there for the caller.</summary>
    public async Task<Conversation?> FindAsync(Guid id, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return await access.MayAsync()
            ? await access.Readable(registry).AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, cancel)
            : null;
    }

    public static string FileNameOf(Conversation conversation, ExportFormat format) =>
        FileNames.Of(conversation.Title, "conversation", format == ExportFormat.Json ? "json" : "md", char.IsLetterOrDigit);

    public Task WriteAsync(Conversation conversation, ExportFormat format, Stream to, CancellationToken cancel) =>
        format == ExportFormat.Json ? WriteJsonAsync(conversation, to, cancel) : WriteMarkdownAsync(conversation, to, cancel);

    private async Task WriteMarkdownAsync(Conversation conversation, Stream to, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        await using var text = new StreamWriter(to, new UTF8Encoding(false), leaveOpen: true);
        await text.WriteAsync(
            string.Create(
                CultureInfo.InvariantCulture,
                $"# {conversation.Title ?? "Conversation"}\n\nBegun {conversation.CreatedAt.UtcDateTime:yyyy-MM-dd HH:mm} UTC.\n"
            )
        );
        await foreach (var message in ConversationReader.BranchAsync(registry, conversation, cancel))
        {
            var who = message.Role switch
            {
                ConversationMessage.User => "User",
                ConversationMessage.System => "System",
                _ => message.Model ?? "Assistant",
            };
            await text.WriteAsync(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"\n## {who}, {message.CreatedAt.UtcDateTime:yyyy-MM-dd HH:mm} UTC\n\n{message.Content}\n"
                )
            );
            foreach (var file in message.Attachments)
            {
                await text.WriteAsync($"\nAttached: {file.Name}\n");
            }

            if (message.Problem is { } problem)
            {
                await text.WriteAsync($"\n> {problem}\n");
            }
        }
    }

    /// <summary>
    /// All branches of many, to be imported again, into an object that has been begun. Whoever may have them is for the caller to know.
    /// </summary>
    internal static async Task WriteAllAsync(
        RegistryDbContext registry,
        IQueryable<Conversation> conversations,
        Utf8JsonWriter json,
        CancellationToken cancel
    )
    {
        json.WriteString("format", SanctumFile.Format);
        json.WriteStartArray("conversations");
        foreach (var id in await conversations.Select(c => c.Id).ToListAsync(cancel))
        {
            if (await conversations.SingleOrDefaultAsync(c => c.Id == id, cancel) is { } conversation)
            {
                await WriteOneAsync(registry, json, conversation, cancel);
            }
        }

        json.WriteEndArray();
    }

    private async Task WriteJsonAsync(Conversation conversation, Stream to, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        await using var json = Begin(to);
        await WriteOneAsync(registry, json, conversation, cancel);
        End(json);
    }

    private static Utf8JsonWriter Begin(Stream to)
    {
        var json = new Utf8JsonWriter(to, new() { Indented = true });
        json.WriteStartObject();
        json.WriteString("format", SanctumFile.Format);
        json.WriteStartArray("conversations");
        return json;
    }

    private static void End(Utf8JsonWriter json)
    {
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static async Task WriteOneAsync(
        RegistryDbContext registry,
        Utf8JsonWriter json,
        Conversation conversation,
        CancellationToken cancel
    )
    {
        json.WriteStartObject();
        json.WriteString("id", conversation.Id);
        json.WriteString("title", conversation.Title);
        json.WriteString("created_at", conversation.CreatedAt);
        json.WriteString("leaf", (await ConversationTree.LeafAsync(registry, conversation, cancel))?.ToString());
        json.WriteStartArray("messages");
        DateTimeOffset? at = null;
        Guid? last = null;
        while (true)
        {
            var part = await registry
                .ConversationMessages.AsNoTracking()
                .Where(m => m.ConversationId == conversation.Id && (at == null || m.CreatedAt > at || (m.CreatedAt == at && m.Id > last)))
                .OrderBy(m => m.CreatedAt)
                .ThenBy(m => m.Id)
                .Take(AtOnce)
                .ToListAsync(cancel);
            foreach (var message in part)
            {
                // The serializer would flush the writer by itself, at once, which a server's answer refuses.
                json.WriteRawValue(JsonSerializer.SerializeToUtf8Bytes(SanctumFile.Of(message), ApiJson.Options));
            }

            await json.FlushAsync(cancel);
            if (part.Count < AtOnce)
            {
                break;
            }

            (at, last) = (part[^1].CreatedAt, part[^1].Id);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
