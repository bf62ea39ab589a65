using System.Text;
using System.Text.Json.Nodes;

namespace Sanctum.Configurator.Tests.Support;

/// <summary>The agents that it keeps, with their memory and skills.</summary>
public sealed partial class FakeAppServer
{
    private JsonObject OfAgent(JsonObject command, Func<FakeAppAgent, JsonObject> answer) =>
        Agents.TryGetValue((string?)command["agent_id"] ?? "", out var agent)
            ? answer(agent)
            : No(command, $"Agent {command["agent_id"]} not found");

    private JsonObject AgentList(JsonObject command)
    {
        var query = command["query"] as JsonObject ?? [];
        var limit = (int?)query["limit"] ?? 20;
        var all = Agents.Values.OrderBy(agent => agent.Id, StringComparer.Ordinal).ToList();
        if ((string?)query["after"] is { } after)
        {
            all = [.. all.SkipWhile(agent => agent.Id != after).Skip(1)];
        }

        if (query["tags"] is JsonArray tags)
        {
            all = [.. all.Where(agent => tags.All(tag => agent.Tags.Contains((string)tag!)))];
        }

        return Yes(command, ("agents", new JsonArray([.. all.Take(limit).Select(agent => agent.ToJson())])));
    }

    private JsonObject Create(JsonObject command, JsonObject body, bool standard)
    {
        var agent = new FakeAppAgent(IdOf(900 + Agents.Count), (string?)body["name"] ?? "Hermes")
        {
            Description = (string?)body["description"],
            System = standard ? "The standard prompt." : (string?)body["system"] ?? "",
            Model = (string?)body["model"] ?? "local/default",
            ModelSettings = (JsonObject?)body["model_settings"]?.DeepClone(),
            Tags = [.. (body["tags"] as JsonArray ?? []).Select(tag => (string)tag!), "git-memory-enabled"],
        };
        foreach (var block in (body["memory_blocks"] as JsonArray ?? []).OfType<JsonObject>())
        {
            // It makes one line of a description.
            var said = ((string?)block["description"] ?? "").ReplaceLineEndings(" ").Trim();
            agent.Memory[$"system/{block["label"]}.md"] = $"---\ndescription: {said}\n---\n{block["value"]}\n";
        }

        Agents[agent.Id] = agent;
        if (agent.Memory.Keys.Any(path => path.Contains(' ', StringComparison.Ordinal)))
        {
            return No(
                command,
                "Command failed: git commit -m chore: initialize local memory\nMemory validation could not read Git contents."
            );
        }

        return standard
            ? Yes(command, ("agent_id", agent.Id), ("name", agent.Name), ("model", agent.Model))
            : Yes(command, ("agent", agent.ToJson()));
    }

    private static JsonObject Update(JsonObject command, FakeAppAgent agent)
    {
        var body = (JsonObject)command["body"]!;
        agent.Name = (string?)body["name"] ?? agent.Name;
        agent.Description = body.ContainsKey("description") ? (string?)body["description"] : agent.Description;
        agent.System = (string?)body["system"] ?? agent.System;
        agent.Model = (string?)body["model"] ?? agent.Model;
        agent.Tags = body["tags"] is JsonArray tags ? [.. tags.Select(tag => (string)tag!)] : agent.Tags;
        return Yes(command, ("agent", agent.ToJson()));
    }

    private JsonObject Delete(JsonObject command, FakeAppAgent agent)
    {
        Agents.TryRemove(agent.Id, out _);
        return Yes(command, ("agent_id", agent.Id));
    }

    private static JsonObject WriteMemory(JsonObject command, FakeAppAgent agent)
    {
        var (path, content) = ((string)command["path"]!, (string)command["content"]!);
        var committed = Yes(command, ("committed", true), ("commit_sha", "255b1542812c725647e4f50a78865d715d0d6c11"));
        if ((string?)command["encoding"] == "base64")
        {
            if (path.EndsWith(".txt", StringComparison.Ordinal))
            {
                agent.Unlisted[path] = Encoding.UTF8.GetString(Convert.FromBase64String(content));
            }
            else
            {
                agent.Binary[path] = content;
            }

            return committed;
        }

        // What is refused stays in the folder.
        var before = agent.Memory.GetValueOrDefault(path);
        agent.Memory[path] = content;
        return content == before ? Yes(command, ("committed", false))
            : !content.StartsWith("---\ndescription:", StringComparison.Ordinal) || path == "refuse.md"
                ? No(command, "the pre-commit hook refused the file: frontmatter is missing")
            : path.Contains("picky", StringComparison.Ordinal)
                ? No(
                    command,
                    $"Command failed: git -c commit.gpgsign=false commit -m t\nFrontmatter validation failed:\n\n  {path}: unknown frontmatter key"
                )
            : committed;
    }

    private JsonObject Tree(JsonObject command) =>
        Agents.GetValueOrDefault(((string?)command["path"] ?? "").Split('/')[^1]) is { } agent
            ? Yes(
                command,
                (
                    "entries",
                    new JsonArray([
                        new JsonObject { ["path"] = "system", ["type"] = "dir" },
                        .. agent
                            .Memory.Keys.Concat(agent.Binary.Keys)
                            .Concat(agent.Unlisted.Keys)
                            .Select(path => new JsonObject { ["path"] = path, ["type"] = "file" }),
                    ])
                ),
                ("has_more_depth", false)
            )
            : No(command, "ENOENT: no such file or directory");

    private JsonObject EnableSkill(JsonObject command)
    {
        var path = (string?)command["skill_path"] ?? "";
        if (!path.StartsWith("/skills/", StringComparison.Ordinal))
        {
            return No(command, $"Path does not exist: {path}");
        }

        var name = path.Split('/')[^1];
        Skills.Add(
            new()
            {
                ["id"] = name,
                ["name"] = name,
                ["description"] = $"What {name} is for",
                ["path"] = $"{path}/SKILL.md",
                ["source"] = "global",
            }
        );
        return Yes(command, ("name", name));
    }
}
