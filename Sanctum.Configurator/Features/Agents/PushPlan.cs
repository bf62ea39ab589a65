using Sanctum.Configurator.Features.Letta.Client;

namespace Sanctum.Configurator.Features.Agents;

/// <summary>The calls that bring what the registry declares to the Letta server.</summary>
/// <param name="LeftOut">What can't be brought there, in sentences.</param>
internal sealed record PushPlan(
    JsonObject Fields,
    IReadOnlyList<LettaTool> Attach,
    IReadOnlyList<LettaTool> Detach,
    IReadOnlyList<LettaBlock> Blocks,
    IReadOnlyList<string> LeftOut
)
{
    public static async Task<PushPlan> MakeAsync(ILettaAgents server, DeclaredAgent declared, LettaAgent live, CancellationToken cancel)
    {
        var now = DeclaredAgent.Of(live);
        var leftOut = new List<string>();
        if (server.Kind == LettaKind.AppServer)
        {
            leftOut.AddRange(
                new[] { ("tools", declared.Tools is { Count: > 0 }), ("embedding", declared.Embedding is not null) }
                    .Where(declares => declares.Item2)
                    .Select(declares => $"An App Server has no {declares.Item1} of an agent. What the registry declares stays there.")
            );
            declared = declared.AsFarAs(live);
        }

        var differing = AgentDifference.Between(declared, live).Select(difference => difference.Field).ToHashSet();
        var fields = new JsonObject();
        foreach (var (field, value) in ValuesOf(declared).Where(value => differing.Contains(value.Field)))
        {
            fields[field] = value;
        }

        var attach = new List<LettaTool>();
        foreach (var name in (declared.Tools ?? []).Except(now.Tools ?? []))
        {
            if (await server.FindToolAsync(name, cancel) is { } id)
            {
                attach.Add(new(id, name));
            }
            else
            {
                leftOut.Add($"The Letta server has no tool {name}, so it can't be attached.");
            }
        }

        var blocks = (declared.Blocks ?? new Dictionary<string, string>())
            .Where(block => differing.Contains(AgentDifference.BlockPrefix + block.Key))
            .ToList();
        leftOut.AddRange(
            blocks
                .Where(block => !now.Blocks!.ContainsKey(block.Key))
                .Select(block => $"The agent has no block {block.Key} on the Letta server, so its value can't be pushed.")
        );
        leftOut.AddRange(
            declared.Blocks is null
                ? []
                : now.Blocks!.Keys.Except(declared.Blocks.Keys)
                    .Select(label => $"The block {label} exists only on the Letta server and stays there.")
        );
        return new(
            fields,
            attach,
            declared.Tools is null ? [] : [.. live.Tools.Where(tool => !declared.Tools.Contains(tool.Name))],
            [.. blocks.Where(block => now.Blocks!.ContainsKey(block.Key)).Select(block => new LettaBlock(block.Key, block.Value))],
            leftOut
        );
    }

    /// <summary>Brings it there. Where the server refuses a call, those before it have had their effect.</summary>
    public async Task SendAsync(ILettaAgents server, string id, CancellationToken cancel)
    {
        if (Fields.Count > 0)
        {
            await server.PatchAsync(id, Fields, cancel);
        }

        foreach (var tool in Attach)
        {
            await server.AttachToolAsync(id, tool.Id, cancel);
        }

        foreach (var tool in Detach)
        {
            await server.DetachToolAsync(id, tool.Id, cancel);
        }

        foreach (var block in Blocks)
        {
            await server.PatchBlockAsync(id, block.Label, block.Value, cancel);
        }
    }

    /// <summary>Letta takes null for "as it is", so that nothing is said as empty text.</summary>
    private static IEnumerable<(string Field, JsonNode? Value)> ValuesOf(DeclaredAgent declared) =>
        [
            ("name", declared.Name),
            (AgentConfig.Description, declared.Description ?? ""),
            (AgentConfig.Model, declared.Model),
            (AgentConfig.Embedding, declared.Embedding),
            (AgentConfig.System, declared.System),
            (AgentConfig.Tags, new JsonArray([.. (declared.Tags ?? []).Select(tag => JsonValue.Create(tag))])),
        ];
}
