using System.Text.Json;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Platform.Letta;

namespace Sanctum.Configurator.Features.Agents.AgentFiles;

/// <summary>Reads agent files of Letta's second form, also where their JSON stands in a JSON text again. Whatever else is refused with the reason.</summary>
internal static class AgentFileReader
{
    public const int LongestFile = 32 << 20;
    public const string TooLong = "The file is longer than 32 MB, which no agent file needs to be.";

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 64, AllowDuplicateProperties = false };
    private static readonly string[] OfTheFirstForm = ["core_memory", "agent_type", "llm_config", "message_buffer_autoclear"];

    public static Outcome<AgentFile> Read(ReadOnlyMemory<byte> file)
    {
        if (file.Length > LongestFile)
        {
            return Refuse(TooLong);
        }

        try
        {
            using var outer = JsonDocument.Parse(WithoutMark(file), Options);
            if (outer.RootElement.ValueKind != JsonValueKind.String)
            {
                return Read(outer.RootElement);
            }

            using var inner = JsonDocument.Parse(outer.RootElement.GetString()!, Options);
            return Read(inner.RootElement);
        }
        catch (JsonException e)
        {
            return Refuse($"The file can't be read as JSON{(e.LineNumber is { } line ? $" in line {line + 1}" : "")}: it is damaged or cut off, nests too deeply, or names a field twice.");
        }
        catch (InvalidOperationException)
        {
            return Refuse("The file can't be read: a text in it is no Unicode.");
        }
    }

    private static Outcome<AgentFile>.Refused Refuse(string reason) => new("file", reason);

    private static ReadOnlyMemory<byte> WithoutMark(ReadOnlyMemory<byte> file) => file.Span is [0xEF, 0xBB, 0xBF, ..] ? file[3..] : file;

    private static Outcome<AgentFile> Read(JsonElement file)
    {
        if (file.ValueKind != JsonValueKind.Object)
        {
            return Refuse("This is JSON, but no agent file: it holds no object.");
        }

        if (!file.TryGetProperty("agents", out var listed))
        {
            return Refuse(Array.Exists(OfTheFirstForm, name => file.TryGetProperty(name, out _))
                ? "This is an agent file of the first form, which Letta takes no longer. Import it into an older Letta server that still takes it, and export it there again."
                : "This is JSON, but no agent file: it names no agents.");
        }

        if (listed.ValueKind != JsonValueKind.Array || listed.GetArrayLength() == 0)
        {
            return Refuse("The file holds no agent.");
        }

        var (agents, tools, blocks) = (ObjectsIn(file, "agents"), ObjectsIn(file, "tools"), ObjectsIn(file, "blocks"));
        return agents.Count < listed.GetArrayLength() || agents.Exists(agent => LettaAgent.TextOf(agent, "name") is not { Length: > 0 }) ? Refuse("An agent in the file has no name.")
            : (Twice(agents, "agents") ?? Twice(tools, "tools") ?? Twice(blocks, "blocks")) is { } twice ? Refuse(twice)
            : new Outcome<AgentFile>.Done(Gather(agents, tools, blocks));
    }

    private static AgentFile Gather(List<JsonElement> agents, List<JsonElement> tools, List<JsonElement> blocks)
    {
        var read = tools.Select(tool => new ToolInFile(LettaAgent.TextOf(tool, "id") ?? "", LettaAgent.TextOf(tool, "name") ?? "", LettaAgent.TextOf(tool, "source_code") is { Length: > 0 })).ToList();
        var toolNames = read.Where(tool => tool.Id.Length > 0).ToDictionary(tool => tool.Id, tool => tool.Name);
        var labels = blocks.Where(block => LettaAgent.TextOf(block, "id") is not null).ToDictionary(block => LettaAgent.TextOf(block, "id")!, block => LettaAgent.TextOf(block, "label") ?? "");
        var warnings = new List<string>();
        return new([.. agents.Select(agent => Gather(agent, toolNames, labels, warnings))], read, [.. warnings.Distinct()]);
    }

    private static AgentInFile Gather(JsonElement agent, Dictionary<string, string> tools, Dictionary<string, string> labels, List<string> warnings)
    {
        var name = LettaAgent.TextOf(agent, "name")!;
        IReadOnlyList<string> Named(string field, Dictionary<string, string> names)
        {
            var ids = LettaAgent.ItemsOf(agent, field).Where(id => id.ValueKind == JsonValueKind.String).Select(id => id.GetString()!).ToList();
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
            [.. BlankIn(agent, "tool_exec_environment_variables").Concat(BlankIn(agent, "secrets")).Distinct()]);
    }

    private static IEnumerable<string> BlankIn(JsonElement agent, string field) =>
        agent.TryGetProperty(field, out var values) && values.ValueKind == JsonValueKind.Object
            ? values.EnumerateObject().Where(value => value.Value.ValueKind == JsonValueKind.Null || (value.Value.ValueKind == JsonValueKind.String && value.Value.GetString() == "")).Select(value => value.Name)
            : [];

    private static List<JsonElement> ObjectsIn(JsonElement file, string name) => [.. LettaAgent.ItemsOf(file, name).Where(item => item.ValueKind == JsonValueKind.Object)];

    private static string? Twice(List<JsonElement> items, string what) =>
        items.Select(item => LettaAgent.TextOf(item, "id")).OfType<string>().GroupBy(id => id).FirstOrDefault(ids => ids.Count() > 1) is { } twice
            ? $"Two of the {what} in the file have the id {twice.Key[..Math.Min(twice.Key.Length, 60)]}." : null;
}
