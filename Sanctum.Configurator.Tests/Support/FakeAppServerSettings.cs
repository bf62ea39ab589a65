using System.Text.Json.Nodes;

namespace Sanctum.Configurator.Tests.Support;

/// <summary>What it has beside its agents: models' providers and schedules.</summary>
public sealed partial class FakeAppServer
{
    private JsonObject AddSchedule(JsonObject command)
    {
        if (((string?)command["cron"] ?? "").Split(' ').Length != 5)
        {
            return No(command, $"Invalid cron expression \"{command["cron"]}\". Schedule was not saved.");
        }

        var task = new JsonObject
        {
            ["id"] = $"task{Interlocked.Increment(ref _messages)}",
            ["conversation_id"] = "new",
            ["status"] = "active",
            ["fire_count"] = 0,
            ["failed_count"] = 0,
        };
        foreach (var name in new[] { "agent_id", "name", "description", "cron", "timezone", "recurring", "prompt" })
        {
            task[name] = command[name]?.DeepClone();
        }

        Schedules[(string)task["id"]!] = task;
        return Yes(command, ("task", task.DeepClone()));
    }

    private JsonObject OfSchedule(JsonObject command, Action<JsonObject> change)
    {
        if (!Schedules.TryGetValue((string?)command["task_id"] ?? "", out var task))
        {
            return Yes(command, ("found", false));
        }

        change(task);
        return Yes(command, ("found", true), ("task", task.DeepClone()));
    }

    private JsonObject Providers(JsonObject command)
    {
        JsonObject Provider(string id, string name, params JsonNode[] fields) =>
            new()
            {
                ["id"] = id,
                ["display_name"] = name,
                ["fields"] = new JsonArray(fields),
                ["connected_providers"] = Connected.TryGetValue(id, out var given)
                    ? new JsonArray(new JsonObject { ["is_connected"] = true, ["base_url"] = (string?)given["baseUrl"] })
                    : new JsonArray(),
            };
        JsonObject Field(string key, string label, bool secret) =>
            new()
            {
                ["key"] = key,
                ["label"] = label,
                ["secret"] = secret,
                ["required"] = true,
            };
        return Yes(
            command,
            (
                "providers",
                new JsonArray(
                    Provider("lmstudio", "LM Studio", Field("baseUrl", "Base URL", false)),
                    Provider("openai", "OpenAI", Field("apiKey", "API Key", true)),
                    Provider("github-copilot", "GitHub Copilot")
                )
            )
        );
    }

    /// <summary>It saves whatever it gets.</summary>
    private JsonObject Connect(JsonObject command)
    {
        Connected[(string)command["provider_id"]!] = (JsonObject)command["fields"]!.DeepClone();
        return Yes(command, ("models_may_have_changed", true));
    }

    private JsonObject Disconnect(JsonObject command)
    {
        Connected.TryRemove((string)command["provider_id"]!, out _);
        return Yes(command);
    }
}
