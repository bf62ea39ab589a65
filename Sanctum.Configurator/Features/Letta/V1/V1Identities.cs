using System.Net.Http.Json;
using Sanctum.Configurator.Features.Letta.Client;

namespace Sanctum.Configurator.Features.Letta.V1;

/// <summary>A person on a V1 server: who they are to it.</summary>
public sealed record V1Identity(string Id, string? Name, string? Key);

/// <summary>The identities of a V1 server, and the blocks that tell agents of people. Nothing else of Letta has them.</summary>
public sealed class V1Identities(V1Connection connection)
{
    private const int AgentsAtOnce = 100;

    /// <summary>Null where the server has no such identity.</summary>
    public async Task<V1Identity?> FindAsync(string id, CancellationToken cancel)
    {
        using var answer = await connection.FindAsync($"v1/identities/{Uri.EscapeDataString(id)}", cancel);
        return answer is null ? null : Read(answer.RootElement);
    }

    public async Task<V1Identity?> FindByKeyAsync(string key, CancellationToken cancel)
    {
        using var answer = await connection.GetAsync($"v1/identities/?identifier_key={Uri.EscapeDataString(key)}&limit=2", cancel);
        return answer.RootElement.EnumerateArray().Select(Read).FirstOrDefault(identity => identity.Key == key);
    }

    public async Task<V1Identity> CreateAsync(string key, string name, CancellationToken cancel)
    {
        var body = new JsonObject
        {
            ["identifier_key"] = key,
            ["name"] = name,
            ["identity_type"] = "user",
        };
        using var answer = await connection.PostAsync("v1/identities/", JsonContent.Create(body), cancel);
        return Read(answer.RootElement);
    }

    /// <summary>False where it was not there.</summary>
    public Task<bool> DeleteAsync(string id, CancellationToken cancel) =>
        connection.DeleteAsync($"v1/identities/{Uri.EscapeDataString(id)}", cancel);

    /// <summary>The block's label; null where the server has no such block.</summary>
    public async Task<string?> FindBlockAsync(string id, CancellationToken cancel)
    {
        using var answer = await connection.FindAsync($"v1/blocks/{Uri.EscapeDataString(id)}", cancel);
        return answer is null ? null : LettaAgent.TextOf(answer.RootElement, "label") ?? "";
    }

    /// <summary>Makes a block; gives its id.</summary>
    public async Task<string> CreateBlockAsync(string label, string value, CancellationToken cancel)
    {
        var body = new JsonObject { ["label"] = label, ["value"] = value };
        using var answer = await connection.PostAsync("v1/blocks/", JsonContent.Create(body), cancel);
        return LettaAgent.TextOf(answer.RootElement, "id") ?? throw new JsonException("The block has no id.");
    }

    /// <summary>The agents that a block is attached to, by id and name.</summary>
    public async Task<IReadOnlyList<(string Id, string Name)>> AgentsOfBlockAsync(string id, CancellationToken cancel)
    {
        using var answer = await connection.GetAsync($"v1/blocks/{Uri.EscapeDataString(id)}/agents?limit={AgentsAtOnce}", cancel);
        return
        [
            .. answer
                .RootElement.EnumerateArray()
                .Select(agent =>
                {
                    var agentId = LettaAgent.TextOf(agent, "id") ?? throw new JsonException("An agent has no id.");
                    return (agentId, LettaAgent.TextOf(agent, "name") ?? agentId);
                })
                .DistinctBy(agent => agent.agentId),
        ];
    }

    public Task DetachAsync(string agent, string block, CancellationToken cancel) =>
        connection.PatchAsync(
            $"v1/agents/{Uri.EscapeDataString(agent)}/core-memory/blocks/detach/{Uri.EscapeDataString(block)}",
            null,
            cancel
        );

    /// <summary>False where it was not there.</summary>
    public Task<bool> DeleteBlockAsync(string id, CancellationToken cancel) =>
        connection.DeleteAsync($"v1/blocks/{Uri.EscapeDataString(id)}", cancel);

    private static V1Identity Read(JsonElement identity) =>
        new(
            LettaAgent.TextOf(identity, "id") ?? throw new JsonException("An identity has no id."),
            LettaAgent.TextOf(identity, "name"),
            LettaAgent.TextOf(identity, "identifier_key")
        );
}
