using Sanctum.Configurator.Features.Letta.Client;

namespace Sanctum.Configurator.Features.Letta.AppServer;

/// <summary>
/// Carries agents of an App Server by files. Letta has none for it, so they are the console's own: the agent, its memory, and what was said,
/// which no server takes back. Secrets are not asked for.
/// </summary>
internal static class AppServerFiles
{
    /// <summary>Of all conversations of an agent together, so that the file stays one that can be imported.</summary>
    private const int MostMessageBytes = 12 << 20;

    private const int MessagesAtOnce = 200;

    /// <summary>Before the tag of agents that are being imported.</summary>
    private const string Importing = "importing:";

    /// <summary>Makes the agents of a file, all or none.</summary>
    /// <exception cref="LettaCallException">A model is not offered, or the server refused something; what was made is taken away again.</exception>
    public static async Task<IReadOnlyList<string>> ImportAsync(
        AppServerAgents agents,
        AppServerMemory memory,
        ReadOnlyMemory<byte> file,
        IEnumerable<KeyValuePair<string, string>> wishes,
        CancellationToken cancel
    )
    {
        var (carried, wished) = (CarriedAgents.Read(file, out _), wishes.ToDictionary());
        var (chosen, offered) = (wished.GetValueOrDefault(LettaImport.Model), await agents.ModelsAsync(cancel));
        if (carried.FirstOrDefault(agent => (chosen ?? agent.Model) is not { } model || !offered.Contains(model)) is { } lacking)
        {
            // It would take any name, and fail only when the agent is talked to.
            throw new LettaCallException(
                $"the App Server offers no model {chosen ?? lacking.Model ?? $"for {lacking.Name}"}. Import the file on the page Agents and choose one that it offers."
            );
        }

        // The server may say no and have made the agent all the same: by the tag it is found again.
        var (made, tag) = (new List<string>(), $"{Importing}{Guid.CreateVersion7():N}");
        try
        {
            foreach (var agent in carried)
            {
                var json = (agent with { Tags = [.. agent.Tags, tag] }).ToJson(
                    LettaKind.AppServer,
                    LettaImport.NameOf(agent, wished),
                    chosen
                );
                made.Add((await agents.CreateAsync(json, cancel)).Id);
                await WriteAsync(memory, made[^1], agent, cancel);
            }

            foreach (var (agent, id) in carried.Zip(made))
            {
                await agents.PatchAsync(id, new() { ["tags"] = TagsOf(agent) }, cancel);
            }
        }
        catch (Exception e) when (LettaFailures.WhyOf(e, cancel) is { } why)
        {
            throw new LettaCallException($"{why.TrimEnd('.')}. {await RemoveAsync(agents, tag, carried.Count)}", e);
        }

        return made;
    }

    /// <summary>Writes the agent's file as it is read, so that no more than a page of messages is held.</summary>
    /// <param name="ownTags">Of the program itself, which the next server gives anew.</param>
    /// <param name="hide">Leaves out the token.</param>
    public static async Task ExportAsync(
        JsonElement agent,
        HashSet<string> ownTags,
        AppServerMemory memory,
        AppServerConversations conversations,
        Func<string, string> hide,
        Stream to,
        CancellationToken cancel
    )
    {
        var id = LettaAgent.TextOf(agent, "id") ?? throw new JsonException("The agent has no id.");
        await using var file = new Utf8JsonWriter(to, new JsonWriterOptions { Indented = true });
        file.WriteStartObject();
        file.WriteString("format", CarriedAgents.Format);
        file.WriteNumber("version", CarriedAgents.Version);
        Write(file, agent, ownTags);
        var files = await memory.ListAllAsync(id, cancel);
        file.WriteBoolean("memory_is_whole", files.IsWhole);
        file.WriteStartArray("memory");
        foreach (var entry in files.Files)
        {
            var content = entry.IsText ? entry.Content : await memory.ReadBytesAsync(id, entry.Path, cancel);
            file.WriteStartObject();
            file.WriteString("path", entry.Path);
            file.WriteString("description", entry.Description);
            file.WriteString("encoding", entry.IsText ? "utf8" : "base64");
            file.WriteString("content", content);
            file.WriteEndObject();
            await file.FlushAsync(cancel);
        }

        file.WriteEndArray();
        await WriteAsync(file, id, conversations, hide, cancel);
        file.WriteEndObject();
        await file.FlushAsync(cancel);
    }

    private static void Write(Utf8JsonWriter file, JsonElement agent, HashSet<string> ownTags)
    {
        file.WriteStartObject("agent");
        foreach (var name in new[] { "id", "name", "description", "system", "model", "model_settings" })
        {
            if (agent.TryGetProperty(name, out var value))
            {
                file.WritePropertyName(name);
                value.WriteTo(file);
            }
        }

        file.WriteStartArray("tags");
        foreach (var tag in LettaAgent.ItemsOf(agent, "tags").Where(tag => !ownTags.Contains(tag.GetString() ?? "")))
        {
            tag.WriteTo(file);
        }

        file.WriteEndArray();
        file.WriteEndObject();
    }

    private static async Task WriteAsync(
        Utf8JsonWriter file,
        string id,
        AppServerConversations conversations,
        Func<string, string> hide,
        CancellationToken cancel
    )
    {
        var room = MostMessageBytes;
        file.WriteStartArray("conversations");
        foreach (var conversation in (await conversations.ListAsync(id, cancel)).Prepend(default))
        {
            var isDefault = conversation.ValueKind == JsonValueKind.Undefined;
            var scope = new AppServerScope(id, isDefault ? AppServerScope.Default : LettaAgent.TextOf(conversation, "id")!);
            var (messages, before) = await conversations.PageAsync(scope, MessagesAtOnce, null, cancel);
            if (isDefault && messages.Count == 0)
            {
                continue;
            }

            file.WriteStartObject();
            file.WriteString("id", scope.Conversation);
            foreach (var name in isDefault ? [] : new[] { "summary", "created_at", "last_message_at", "archived" })
            {
                if (conversation.TryGetProperty(name, out var value))
                {
                    file.WritePropertyName(name);
                    value.WriteTo(file);
                }
            }

            file.WriteStartArray("messages");
            while (true)
            {
                foreach (var message in messages)
                {
                    var text = hide(message.GetRawText());
                    room -= text.Length;
                    if (room < 0)
                    {
                        break;
                    }

                    file.WriteRawValue(text);
                }

                await file.FlushAsync(cancel);
                if (before is null || room < 0)
                {
                    break;
                }

                (messages, before) = await conversations.PageAsync(scope, MessagesAtOnce, before, cancel);
            }

            file.WriteEndArray();
            file.WriteBoolean("is_whole", room >= 0);
            file.WriteEndObject();
        }

        file.WriteEndArray();
    }

    /// <summary>
    /// What of the memory is no block, as those came with the agent; but where a block's description has several lines, the server has made
    /// one of them.
    /// </summary>
    private static async Task WriteAsync(AppServerMemory memory, string id, CarriedAgent agent, CancellationToken cancel)
    {
        foreach (var (label, block) in agent.Blocks(LettaKind.AppServer))
        {
            if (block.Description?.Contains('\n', StringComparison.Ordinal) == true)
            {
                await memory.WriteFileAsync(
                    id,
                    new(MemoryPaths.PathOf(label), IsSystem: true, block.Description, block.Text!, IsText: true),
                    cancel
                );
            }
        }

        foreach (var file in agent.Memory.Where(file => file.Label is null))
        {
            if (file.Text is { } text)
            {
                await memory.WriteFileAsync(id, new(file.Path, IsSystem: false, file.Description, text, IsText: true), cancel);
            }
            else
            {
                await memory.WriteBytesAsync(id, file.Path, file.Bytes!, cancel);
            }
        }
    }

    private static JsonArray TagsOf(CarriedAgent agent) => new([.. agent.Tags.Distinct().Select(tag => JsonValue.Create(tag))]);

    /// <summary>Takes away what was made. Says so, or what is left where that failed too.</summary>
    private static async Task<string> RemoveAsync(AppServerAgents agents, string tag, int most)
    {
        try
        {
            for (var at = 0; at < most && await agents.FindTaggedAsync(tag, CancellationToken.None) is { } id; at++)
            {
                await agents.DeleteAsync(id, CancellationToken.None);
            }

            return "What was made before was deleted again.";
        }
        catch (Exception e) when (LettaFailures.WhyOf(e, CancellationToken.None) is not null)
        {
            return $"Agents with the tag {tag} may still be on the server and incomplete. Delete them there and try again.";
        }
    }
}
