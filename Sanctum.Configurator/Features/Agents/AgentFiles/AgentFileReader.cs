using System.IO.Compression;
using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Platform.Outbound;

namespace Sanctum.Configurator.Features.Agents.AgentFiles;

/// <summary>
/// Reads agent files of Letta's second form, also where their JSON stands in a JSON text again, and the console's own. Whatever else is
/// refused with the reason.
/// </summary>
internal static class AgentFileReader
{
    public const int LongestFile = 32 << 20;
    public const string TooLong = "The file is larger than 32 MB.";

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 64, AllowDuplicateProperties = false };
    private static readonly string[] OfTheFirstForm = ["core_memory", "agent_type", "llm_config", "message_buffer_autoclear"];

    /// <summary>
    /// The file as plain JSON in UTF-8: some programs save it in UTF-16, or packed by gzip. Null where it is too long then, or can't be
    /// unpacked.
    /// </summary>
    public static ReadOnlyMemory<byte>? Plain(ReadOnlyMemory<byte> file)
    {
        if (file.Length > LongestFile)
        {
            return null;
        }

        if (file.Span is not [0x1F, 0x8B, ..])
        {
            return OutsideText.ToUtf8(file);
        }

        try
        {
            using var packed = new MemoryStream(file.ToArray());
            using var unpacked = new AnswerFollower(new GZipStream(packed, CompressionMode.Decompress), LongestFile);
            using var held = new MemoryStream();
            unpacked.CopyTo(held);
            return OutsideText.ToUtf8(held.ToArray());
        }
        catch (OutboundFailedException e)
        {
            return e.Failure == OutboundFailure.TooLarge ? default(ReadOnlyMemory<byte>?) : ReadOnlyMemory<byte>.Empty;
        }
    }

    public static Outcome<AgentFile> Read(ReadOnlyMemory<byte> file)
    {
        if (Plain(file) is not { } plain)
        {
            return Refuse(TooLong);
        }

        try
        {
            using var outer = JsonDocument.Parse(plain, Options);
            if (outer.RootElement.ValueKind != JsonValueKind.String)
            {
                return Read(outer.RootElement);
            }

            using var inner = JsonDocument.Parse(outer.RootElement.GetString()!, Options);
            return Read(inner.RootElement);
        }
        catch (JsonException e)
        {
            return WhyOf(file.Span, plain.Span) is { } why
                ? Refuse(why)
                : Refuse(
                    $"The file can't be read as JSON{(e.LineNumber is { } line ? $" in line {line + 1}" : "")}: it is damaged, nested too deeply, or contains a field twice."
                );
        }
        catch (InvalidOperationException)
        {
            return Refuse("The file can't be read: it contains invalid Unicode.");
        }
    }

    private static Outcome<AgentFile>.Invalid Refuse(string reason) => new("file", reason);

    private static string? WhyOf(ReadOnlySpan<byte> file, ReadOnlySpan<byte> plain) =>
        file switch
        {
            [] => "The file is empty. Export the agent again.",
            [(byte)'P', (byte)'K', ..] => "This is a ZIP file. Unpack it and import its agent files (.af) one by one.",
            [0x1F, 0x8B, ..] when plain.IsEmpty => "The gzip file is damaged or incomplete. Copy it again.",
            _ => JsonAnswer.FaultOf(plain, Options.MaxDepth) switch
            {
                JsonFault.Empty => "The file is blank. Export the agent again.",
                JsonFault.WebPage => "This is a web page, perhaps a saved sign-in page, not an agent file. Export the agent again.",
                JsonFault.Cut => "The file is incomplete. Copy or export it again.",
                _ => null,
            },
        };

    private static Outcome<AgentFile> Read(JsonElement file)
    {
        if (file.ValueKind == JsonValueKind.Object && CarriedAgents.IsOwn(file))
        {
            return ReadOwn(file);
        }

        if (file.ValueKind != JsonValueKind.Object)
        {
            return Refuse("This is JSON, but not an agent file: it doesn't contain an object.");
        }

        if (!file.TryGetProperty("agents", out var listed))
        {
            return Refuse(
                Array.Exists(OfTheFirstForm, name => file.TryGetProperty(name, out _))
                    ? "This agent file has the first format, which Letta no longer supports. Import it into an older Letta server and export it from there again."
                    : "This is JSON, but not an agent file: it contains no agents."
            );
        }

        if (listed.ValueKind != JsonValueKind.Array || listed.GetArrayLength() == 0)
        {
            return Refuse("The file contains no agents.");
        }

        var (agents, tools, blocks) = (ObjectsIn(file, "agents"), ObjectsIn(file, "tools"), ObjectsIn(file, "blocks"));
        return agents.Count < listed.GetArrayLength() || agents.Exists(agent => LettaAgent.TextOf(agent, "name") is not { Length: > 0 })
                ? Refuse("An agent in the file has no name.")
            : (Twice(agents, "agents") ?? Twice(tools, "tools") ?? Twice(blocks, "blocks")) is { } twice ? Refuse(twice)
            : new Outcome<AgentFile>.Ok(
                Gather(new(agents, tools, blocks, ObjectsIn(file, "skills"), ObjectsIn(file, "mcp_servers"))) with
                {
                    Carried = CarriedAgents.Read(file, out _),
                }
            );
    }

    private static Outcome<AgentFile> ReadOwn(JsonElement file)
    {
        try
        {
            var carried = CarriedAgents.Read(file, out _);
            return new Outcome<AgentFile>.Ok(new([.. carried.Select(InFile)], [], []) { IsOwn = true, Carried = carried });
        }
        catch (LettaCallException e)
        {
            return Refuse($"{char.ToUpperInvariant(e.Message[0])}{e.Message[1..]}");
        }
    }

    private static AgentInFile InFile(CarriedAgent agent) =>
        new(
            agent.Name,
            agent.Description,
            agent.Model,
            null,
            agent.Messages ?? 0,
            [],
            [.. agent.Memory.Select(file => file.Label).OfType<string>()],
            []
        )
        {
            Files = [.. agent.Memory.Where(file => file.Label is null).Select(file => file.Path)],
        };

    private sealed record Parts(
        List<JsonElement> Agents,
        List<JsonElement> Tools,
        List<JsonElement> Blocks,
        List<JsonElement> Skills,
        List<JsonElement> McpServers
    );

    private static AgentFile Gather(Parts file)
    {
        var (agents, tools, blocks) = (file.Agents, file.Tools, file.Blocks);
        var read = tools
            .Select(tool => new ToolInFile(
                LettaAgent.TextOf(tool, "id") ?? "",
                LettaAgent.TextOf(tool, "name") ?? "",
                LettaAgent.TextOf(tool, "source_code") is { Length: > 0 }
            ))
            .ToList();
        var toolNames = read.Where(tool => tool.Id.Length > 0).ToDictionary(tool => tool.Id, tool => tool.Name);
        var labels = blocks
            .Where(block => LettaAgent.TextOf(block, "id") is not null)
            .ToDictionary(block => LettaAgent.TextOf(block, "id")!, block => LettaAgent.TextOf(block, "label") ?? "");
        var warnings = new List<string>();
        return new([.. agents.Select(agent => Gather(agent, toolNames, labels, warnings))], read, [.. warnings.Distinct()])
        {
            Skills = [.. file.Skills.Select(SkillOf)],
            McpServers = [.. file.McpServers.Select(ServerOf)],
        };
    }

    private static SkillInFile SkillOf(JsonElement skill)
    {
        var text = LettaAgent.TextOf(skill, "source_url") ?? LettaAgent.TextOf(skill, "url");
        var files =
            skill.TryGetProperty("files", out var held) && held.ValueKind == JsonValueKind.Object
                ? held.EnumerateObject().Select(item => item.Name).ToList()
                : [];
        return new(LettaAgent.TextOf(skill, "name") ?? LettaAgent.TextOf(skill, "id") ?? "a skill without a name", text, files);
    }

    /// <summary>
    /// What the server would call or start. Values of its environment and headers may be secrets: only their names are told.
    /// </summary>
    private static McpServerInFile ServerOf(JsonElement server)
    {
        var config = server.TryGetProperty("stdio_config", out var stdio) && stdio.ValueKind == JsonValueKind.Object ? stdio : server;
        var arguments = LettaAgent
            .ItemsOf(config, "args")
            .Where(each => each.ValueKind == JsonValueKind.String)
            .Select(each => each.GetString()!);
        var command = LettaAgent.TextOf(config, "command") is { } program ? string.Join(' ', [program, .. arguments]) : null;
        return new(
            LettaAgent.TextOf(server, "server_name")
                ?? LettaAgent.TextOf(server, "name")
                ?? LettaAgent.TextOf(server, "id")
                ?? "a server without a name",
            LettaAgent.TextOf(server, "server_type") ?? LettaAgent.TextOf(server, "type"),
            LettaAgent.TextOf(server, "server_url") ?? LettaAgent.TextOf(server, "url"),
            command
        );
    }

    private static AgentInFile Gather(
        JsonElement agent,
        Dictionary<string, string> tools,
        Dictionary<string, string> labels,
        List<string> warnings
    )
    {
        var name = LettaAgent.TextOf(agent, "name")!;
        IReadOnlyList<string> Named(string field, Dictionary<string, string> names)
        {
            var ids = LettaAgent
                .ItemsOf(agent, field)
                .Where(id => id.ValueKind == JsonValueKind.String)
                .Select(id => id.GetString()!)
                .ToList();
            warnings.AddRange(ids.Where(id => !names.ContainsKey(id)).Select(id => $"{name} refers to {id}, which is not in the file."));
            return [.. ids.Where(names.ContainsKey).Select(id => names[id])];
        }

        return new(
            name,
            LettaAgent.TextOf(agent, "description"),
            LettaAgent.TextOf(agent, "model") ?? LettaAgent.HandleIn(agent, "llm_config", "model"),
            LettaAgent.TextOf(agent, "embedding") ?? LettaAgent.HandleIn(agent, "embedding_config", "embedding_model"),
            LettaAgent.ItemsOf(agent, "messages").Count(),
            Named("tool_ids", tools),
            Named("block_ids", labels),
            [.. BlankIn(agent, "tool_exec_environment_variables").Concat(BlankIn(agent, "secrets")).Distinct()]
        );
    }

    private static IEnumerable<string> BlankIn(JsonElement agent, string field) =>
        agent.TryGetProperty(field, out var values) && values.ValueKind == JsonValueKind.Object
            ? values
                .EnumerateObject()
                .Where(value =>
                    value.Value.ValueKind == JsonValueKind.Null
                    || (value.Value.ValueKind == JsonValueKind.String && value.Value.GetString() == "")
                )
                .Select(value => value.Name)
            : [];

    private static List<JsonElement> ObjectsIn(JsonElement file, string name) =>
        [.. LettaAgent.ItemsOf(file, name).Where(item => item.ValueKind == JsonValueKind.Object)];

    private static string? Twice(List<JsonElement> items, string what) =>
        items.Select(item => LettaAgent.TextOf(item, "id")).OfType<string>().GroupBy(id => id).FirstOrDefault(ids => ids.Count() > 1)
            is { } twice
            ? $"Two {what} in the file have the same id {twice.Key[..Math.Min(twice.Key.Length, 60)]}."
            : null;
}
