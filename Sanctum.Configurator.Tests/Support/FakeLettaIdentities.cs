using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Sanctum.Configurator.Tests.Support;

/// <summary>The identities of people, and the blocks that tell agents of them, as Broca makes them on a V1 server.</summary>
public sealed partial class FakeLettaAgents
{
    private readonly List<JsonObject> _identities = [];

    /// <summary>Deletes of identities are refused with this status; 0 where they are not.</summary>
    public int RefusesDeletes { get; set; }

    public IReadOnlyList<string> IdentityIds
    {
        get
        {
            lock (_lock)
            {
                return [.. _identities.Select(identity => (string)identity["id"]!)];
            }
        }
    }

    /// <summary>Makes an identity and a block, as a bridge does; gives their ids.</summary>
    public (string Identity, string Block) AddPerson(string name)
    {
        lock (_lock)
        {
            return ((string)NewIdentity($"broca_user_{name}", name)["id"]!, (string)NewBlock("human", name)["id"]!);
        }
    }

    /// <summary>As a bridge does before it asks an agent; one that ends meanwhile leaves it so.</summary>
    public void AttachBlock(int agent, string block) => Change(agent, has => has["blocks"]!.AsArray().Add(_blocks[block].DeepClone()));

    private (int Status, string Json)? AnswerIdentities(HttpRequest request, string[] path, JsonObject? body) =>
        (request.Method, path) switch
        {
            ("GET", ["", "v1", "identities", ""]) => (
                200,
                new JsonArray([
                    .. _identities
                        .Where(identity =>
                            request.Query["identifier_key"].Count == 0
                            || (string)identity["identifier_key"]! == request.Query["identifier_key"]
                        )
                        .Select(identity => identity.DeepClone()),
                ]).ToJsonString()
            ),
            ("POST", ["", "v1", "identities", ""]) => (
                200,
                NewIdentity((string)body!["identifier_key"]!, (string)body["name"]!).ToJsonString()
            ),
            ("GET", ["", "v1", "identities", var id]) => FindIdentity(id) is { } identity ? (200, identity.ToJsonString()) : NoIdentity,
            ("DELETE", ["", "v1", "identities", _]) when RefusesDeletes > 0 => (RefusesDeletes, """{"detail":"Database is locked"}"""),
            ("DELETE", ["", "v1", "identities", var id]) => FindIdentity(id) is { } identity && _identities.Remove(identity)
                ? (200, "null")
                : NoIdentity,
            ("POST", ["", "v1", "blocks", ""]) => (200, NewBlock((string)body!["label"]!, (string?)body["value"]).ToJsonString()),
            ("GET", ["", "v1", "blocks", var id]) => _blocks.TryGetValue(id, out var block)
                ? (200, block.ToJsonString())
                : (404, """{"detail":"Block not found"}"""),
            ("PATCH", ["", "v1", "agents", var agent, "core-memory", "blocks", "detach", var block]) when Find(agent) is { } has => Detach(
                has,
                block
            ),
            _ => null,
        };

    private static (int, string) NoIdentity => (404, """{"detail":"Identity not found"}""");

    private JsonObject? FindIdentity(string id) => _identities.Find(identity => (string)identity["id"]! == id);

    private JsonObject NewIdentity(string key, string name)
    {
        var identity = new JsonObject
        {
            ["id"] = $"identity-{Guid.NewGuid()}",
            ["identifier_key"] = key,
            ["name"] = name,
            ["identity_type"] = "user",
            ["agent_ids"] = new JsonArray(),
            ["block_ids"] = new JsonArray(),
        };
        _identities.Add(identity);
        return identity;
    }

    private static (int, string) Detach(JsonObject agent, string block)
    {
        agent["blocks"] = new JsonArray([
            .. agent["blocks"]!.AsArray().Where(has => (string?)has!["id"] != block).Select(has => has!.DeepClone()),
        ]);
        return (200, "null");
    }
}
