using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Sanctum.Configurator.Tests.Support;

/// <summary>An agent of a <see cref="FakeAppServer"/>.</summary>
public sealed class FakeAppAgent(string id, string name)
{
    public string Id => id;

    public string Name { get; set; } = name;

    public string? Description { get; set; }

    public string System { get; set; } = "";

    public string Model { get; set; } = "";

    /// <summary>Why its memory can't be read.</summary>
    public string? Broken { get; set; }

    public IReadOnlyList<string> Tags { get; set; } = ["git-memory-enabled", "origin:letta-code"];

    /// <summary>Path → the file with its front matter.</summary>
    public ConcurrentDictionary<string, string> Memory { get; } = new();

    /// <summary>Path → a file that is no text, in Base64.</summary>
    public ConcurrentDictionary<string, string> Binary { get; } = new();

    /// <summary>Path → a text file that is no Markdown: it lies in the folder, and the list leaves it out.</summary>
    public ConcurrentDictionary<string, string> Unlisted { get; } = new();

    public JsonObject? ModelSettings { get; set; }

    public ConcurrentDictionary<string, FakeConversation> Conversations { get; } = new();

    public FakeConversation Open(string conversation) => Conversations.GetOrAdd(conversation, static made => new(made));

    public JsonObject ToJson() =>
        new()
        {
            ["id"] = id,
            ["name"] = Name,
            ["description"] = Description,
            ["system"] = System,
            ["tools"] = new JsonArray(),
            ["tags"] = new JsonArray([.. Tags.Select(tag => JsonValue.Create(tag))]),
            ["model"] = Model,
            ["model_settings"] = ModelSettings?.DeepClone(),
            ["last_run_completion"] = "2026-11-29T02:16:31.315Z",
        };

    /// <summary>As the program reads it: the rest of the line as it stands, or the block below.</summary>
    private static string DescriptionIn(string front)
    {
        var lines = front.Split('\n');
        var said = lines[0]["description: ".Length..];
        return said is "|" or "|-"
            ? string.Join(
                '\n',
                lines
                    .Skip(1)
                    .TakeWhile(line => line.Length == 0 || line.StartsWith("  ", StringComparison.Ordinal))
                    .Select(line => line.Length > 2 ? line[2..] : "")
            ) + (said == "|" ? "\n" : "")
            : said;
    }

    public JsonArray MemoryEntries() =>
        new([
            .. Memory
                .OrderBy(file => file.Key, StringComparer.Ordinal)
                .Select(file =>
                {
                    var end = file.Value.IndexOf("\n---\n", StringComparison.Ordinal);
                    var front = file.Value["---\n".Length..end];
                    return new JsonObject
                    {
                        ["relative_path"] = file.Key,
                        ["is_system"] = file.Key.StartsWith("system/", StringComparison.Ordinal),
                        ["description"] = DescriptionIn(front),
                        ["content"] = file.Value[(end + 5)..].ReplaceLineEndings("\n").Trim(),
                        ["kind"] = "markdown",
                    };
                }),
            .. Binary.Keys.Select(path => new JsonObject
            {
                ["relative_path"] = path,
                ["is_system"] = false,
                ["content"] = "",
                ["kind"] = "image",
            }),
        ]);
}

/// <summary>A conversation of a <see cref="FakeAppAgent"/>.</summary>
public sealed class FakeConversation(string id)
{
    public string Id => id;

    public string? Summary { get; init; }

    public bool IsArchived { get; set; }

    public bool IsBusy { get; set; }

    /// <summary>At the end of a turn, which is when skills are told.</summary>
    internal bool IsAnswered { get; set; }

    public string Mode { get; set; } = "unrestricted";

    public Dictionary<string, JsonObject> Pending { get; } = [];

    /// <summary>Messages that wait until those before them are answered.</summary>
    public List<JsonObject> Queue { get; } = [];

    /// <summary>The oldest first.</summary>
    public IReadOnlyList<JsonObject> Messages
    {
        get
        {
            lock (_messages)
            {
                return [.. _messages];
            }
        }
    }

    internal FakeSocket? Owner { get; set; }

    private readonly List<JsonObject> _messages = [];

    public void Add(JsonObject message)
    {
        lock (_messages)
        {
            _messages.Add(message);
        }
    }

    public JsonObject ToJson(string agent) =>
        new()
        {
            ["id"] = id,
            ["agent_id"] = agent,
            ["archived"] = IsArchived,
            ["created_at"] = "2026-11-29T02:18:59.935Z",
            ["last_message_at"] = Messages is [.., var last] ? (string?)last["date"] : null,
            ["summary"] = Summary,
        };
}
