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

/// <summary>
/// A Letta App Server as 0.32.18 behaves, on a real port of this machine, with agents of its own. What is said to an agent decides what it
/// does: <c>CALL Tool {json} END</c> asks for an approval, <c>SLOW</c> goes on until <see cref="Release"/>, <c>FAIL</c> fails at the
/// provider; anything else is answered with three words.
/// </summary>
public sealed partial class FakeAppServer : IAsyncDisposable
{
    public const string Password = "a-token-of-the-app-server";
    public const string Model = "lmstudio/mock-1";

    private readonly ConcurrentDictionary<FakeSocket, byte> _sockets = new();
    private TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private WebApplication? _server;
    private int _conversations;
    private int _messages;
    private int _runs;
    private int _queued;

    public int Port { get; private set; }

    public Uri Address => new($"{(Certificate is null ? "http" : "https")}://localhost:{Port}/");

    /// <summary>Null: open to anyone.</summary>
    public string? Token { get; set; } = Password;

    public string Version { get; set; } = "0.32.18";

    public int Protocol { get; set; } = 1;

    public string Backend { get; set; } = "local";

    /// <summary>What a proxy in between answers to an upgrade; null where it is let pass.</summary>
    public int? UpgradeStatus { get; set; }

    /// <summary>It says yes to another mode and keeps its own.</summary>
    public bool KeepsMode { get; set; }

    /// <summary>Says so whatever token comes, such as <c>expired websocket jwt</c>.</summary>
    public string? Refusal { get; set; }

    /// <summary>False: as before 0.29.1, it does not tell about itself over HTTP.</summary>
    public bool HasInfo { get; set; } = true;

    public bool ManagesAgents { get; set; } = true;

    /// <summary>A proxy in between adds the header Origin to whatever passes.</summary>
    public bool AddsOrigin { get; set; }

    /// <summary>A proxy in between asks for the token on every path.</summary>
    public bool IsGuarded { get; set; }

    /// <summary>With <see cref="IsGuarded"/>: paths that the proxy lets pass all the same.</summary>
    public IReadOnlyList<string> Unguarded { get; set; } = [];

    /// <summary>The connection is closed as soon as it is open.</summary>
    public bool ClosesAtOnce { get; set; }

    /// <summary>What another program behind <c>/ws</c> answers to every command.</summary>
    public string? Babble { get; set; }

    public X509Certificate2? Certificate { get; set; }

    /// <summary>The path, the Authorization and the connection of each request, in the order in which they came.</summary>
    public ConcurrentQueue<(string Path, string? Authorization, string Connection)> Requests { get; } = new();

    /// <summary>Commands that are dropped without a word, as those of other versions are.</summary>
    public HashSet<string> Unknown { get; } = [];

    /// <summary>Done before a command is answered, such as cutting the connection.</summary>
    public Func<JsonObject, Task>? OnCommand { get; set; }

    /// <summary>Changes what is answered to a command.</summary>
    public Action<JsonObject, JsonObject>? OnAnswer { get; set; }

    /// <summary>A command whose answer is as long as this in bytes.</summary>
    public Dictionary<string, int> Padded { get; } = [];

    /// <summary>In the order in which they came.</summary>
    public ConcurrentQueue<JsonObject> Commands { get; } = new();

    public ConcurrentDictionary<string, FakeAppAgent> Agents { get; } = new();

    /// <summary>When the newest answer began.</summary>
    public long LastFirstWord { get; private set; }

    /// <summary>By id.</summary>
    public ConcurrentDictionary<string, JsonObject> Schedules { get; } = new();

    /// <summary>Provider → what it was given.</summary>
    public ConcurrentDictionary<string, JsonObject> Connected { get; } = new();

    /// <summary>Of every agent.</summary>
    public List<JsonObject> Skills { get; } = [];

    public List<string> Models { get; } = [Model, "lmstudio/mock-2"];

    public static async Task<FakeAppServer> StartAsync(int agents = 0)
    {
        var server = new FakeAppServer();
        for (var at = 1; at <= agents; at++)
        {
            server.Add($"Agent {at}");
        }

        await server.StartAgainAsync();
        return server;
    }

    public static string IdOf(int number) => $"agent-local-00000000-0000-4000-8000-{number:000000000000}";

    public FakeAppAgent Add(string name)
    {
        var agent = new FakeAppAgent(IdOf(Agents.Count + 1), name) { System = "You help.", Model = Model };
        agent.Memory["system/persona.md"] = "---\ndescription: who it is\n---\nI am kind.\n";
        agent.Memory["system/human.md"] = "---\ndescription: who you are\n---\nA person.\n";
        agent.Memory["notes/today.md"] = "---\ndescription: notes\n---\nNothing yet.\n";
        Agents[agent.Id] = agent;
        return agent;
    }

    public async Task StartAgainAsync()
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromMilliseconds(100));
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(
                IPAddress.Loopback,
                Port,
                listen =>
                {
                    if (Certificate is { } certificate)
                    {
                        listen.UseHttps(certificate);
                    }
                }
            )
        );
        _server = builder.Build();
        _server.UseWebSockets();
        _server.Run(AnswerAsync);
        await _server.StartAsync();
        Port = new Uri(_server.Urls.First()).Port;
    }

    /// <summary>Ends like a killed process: connections are cut, turns and what waits in them are forgotten.</summary>
    public async Task StopAsync()
    {
        Cut();
        if (_server is { } server)
        {
            _server = null;
            await server.StopAsync();
            await server.DisposeAsync();
        }
    }

    /// <summary>Cuts the connections; the server goes on.</summary>
    public void Cut()
    {
        foreach (var socket in _sockets.Keys)
        {
            socket.Abort();
        }
    }

    /// <summary>Lets slow turns go on to their end.</summary>
    public void Release()
    {
        _released.TrySetResult();
        _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public int CountOf(string command) => Commands.Count(seen => (string?)seen["type"] == command);

    public async ValueTask DisposeAsync() => await StopAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value;
        Requests.Enqueue((path!, context.Request.Headers.Authorization.FirstOrDefault(), context.Connection.Id));
        if (AddsOrigin || context.Request.Headers.ContainsKey("Origin"))
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
        }
        else if (IsGuarded && !Unguarded.Contains(path) && WhyRefused(context.Request.Headers.Authorization) is not null)
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        }
        else if (path is "/healthz" or "/readyz")
        {
            context.Response.ContentType = "text/plain";
            await context.Response.WriteAsync("ok\n");
        }
        else if (path is not ("/app-server-info" or "/ws" or "/") || (path == "/app-server-info" && !HasInfo))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
        }
        else if (WhyRefused(context.Request.Headers.Authorization) is { } why)
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            if (path == "/app-server-info")
            {
                await context.Response.WriteAsJsonAsync(new { error = why });
            }
        }
        else if (path == "/app-server-info")
        {
            await context.Response.WriteAsJsonAsync(Info(new JsonObject { ["type"] = "app_server_info", ["request_id"] = "http-info" }));
        }
        else if (!context.WebSockets.IsWebSocketRequest)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
        }
        else if (UpgradeStatus is { } status)
        {
            context.Response.StatusCode = status;
        }
        else
        {
            var socket = new FakeSocket(await context.WebSockets.AcceptWebSocketAsync());
            if (ClosesAtOnce)
            {
                await socket.CloseAsync();
                return;
            }

            _sockets[socket] = 0;
            try
            {
                await ServeAsync(socket);
            }
            finally
            {
                _sockets.TryRemove(socket, out _);
                socket.End();
                Leave(socket);
            }
        }
    }

    private string? WhyRefused(string? authorization) =>
        Refusal is not null ? (string.IsNullOrEmpty(authorization) ? "missing websocket bearer token" : Refusal)
        : Token is null ? null
        : string.IsNullOrEmpty(authorization) ? "missing websocket bearer token"
        : !authorization.StartsWith("Bearer ", StringComparison.Ordinal) ? "invalid authorization header"
        : authorization["Bearer ".Length..] == Token ? null
        : "invalid websocket bearer token";

    private async Task ServeAsync(FakeSocket socket)
    {
        while (await socket.ReadAsync() is { } text)
        {
            if (JsonNode.Parse(text) is not JsonObject command)
            {
                continue;
            }

            if (Babble is { } words)
            {
                await socket.SendAsync(words);
                continue;
            }

            Commands.Enqueue((JsonObject)command.DeepClone());
            if (OnCommand is { } act)
            {
                await act(command);
            }

            if (!Unknown.Contains((string?)command["type"] ?? ""))
            {
                await AnswerAsync(socket, command);
            }
        }
    }

    private async Task AnswerAsync(FakeSocket socket, JsonObject command)
    {
        var type = (string?)command["type"];
        var answer = type switch
        {
            "app_server_info" => Info(command),
            "agent_list" => AgentList(command),
            "agent_retrieve" => OfAgent(command, agent => Yes(command, ("agent", agent.ToJson()))),
            "agent_create" => Create(command, (JsonObject)command["body"]!, standard: false),
            "create_agent" => Create(command, command, standard: true),
            "agent_update" => OfAgent(command, agent => Update(command, agent)),
            "agent_delete" => OfAgent(command, agent => Delete(command, agent)),
            "list_models" => Yes(
                command,
                (
                    "entries",
                    new JsonArray([
                        .. Models.Select(model => new JsonObject
                        {
                            ["id"] = model,
                            ["handle"] = model,
                            ["label"] = model,
                        }),
                    ])
                ),
                ("available_handles", new JsonArray())
            ),
            "list_memory" => OfAgent(
                command,
                agent =>
                    agent.Broken is { } why
                        ? No(command, why)
                        : Yes(command, ("entries", agent.MemoryEntries()), ("done", true), ("total", agent.Memory.Count))
            ),
            "read_memory_file" => OfAgent(
                command,
                agent =>
                    agent.Binary.TryGetValue((string)command["path"]!, out var bytes) && (string?)command["encoding"] == "base64"
                        ? Yes(command, ("content", bytes), ("encoding", "base64"))
                    : agent.Unlisted.TryGetValue((string)command["path"]!, out var text)
                        ? Yes(command, ("content", Convert.ToBase64String(Encoding.UTF8.GetBytes(text))), ("encoding", "base64"))
                    : agent.Memory.TryGetValue((string)command["path"]!, out var content)
                        ? Yes(command, ("content", content), ("encoding", "utf8"))
                    : No(command, "ENOENT: no such file or directory")
            ),
            "write_memory_file" => OfAgent(command, agent => WriteMemory(command, agent)),
            "delete_memory_file" => OfAgent(
                command,
                agent =>
                    agent.Memory.TryRemove((string)command["path"]!, out _)
                        ? No(command, "Command failed: git add\nfatal: pathspec did not match any files")
                        : Yes(command, ("committed", false))
            ),
            "get_tree" => Tree(command),
            "skill_enable" => EnableSkill(command),
            "skill_disable" => Skills.RemoveAll(skill => (string?)skill["name"] == (string?)command["name"]) > 0
                ? Yes(command, ("name", (string?)command["name"]))
                : No(command, $"Skill not found: {command["name"]}"),
            "memory_history" => OfAgent(
                command,
                _ =>
                    Yes(
                        command,
                        (
                            "commits",
                            new JsonArray(
                                new JsonObject
                                {
                                    ["sha"] = "255b1542",
                                    ["message"] = "learned a name",
                                    ["timestamp"] = "2026-11-29T02:18:52+00:00",
                                    ["author_name"] = "Hermes",
                                }
                            )
                        )
                    )
            ),
            "memory_commit_diff" => OfAgent(command, _ => Yes(command, ("diff", "@@ -1 +1 @@\n-A person.\n+A tall person.\n"))),
            "cron_list" => Yes(
                command,
                (
                    "tasks",
                    new JsonArray([
                        .. Schedules
                            .Values.Where(task => (string?)task["agent_id"] == (string?)command["agent_id"])
                            .Select(task => task.DeepClone()),
                    ])
                )
            ),
            "cron_add" => AddSchedule(command),
            "cron_pause" => OfSchedule(command, task => task["status"] = "paused"),
            "cron_resume" => OfSchedule(command, task => task["status"] = "active"),
            "cron_trigger" => OfSchedule(command, task => task["fire_count"] = (int)task["fire_count"]! + 1),
            "cron_delete" => OfSchedule(command, task => Schedules.TryRemove((string)task["id"]!, out _)),
            "list_connect_providers" => Providers(command),
            "connect_provider" => Connect(command),
            "disconnect_provider" => Disconnect(command),
            "conversation_list" => ConversationList(command),
            "conversation_create" => CreateConversation(command),
            "conversation_update" => OfConversation(command, conversation => UpdateConversation(command, conversation)),
            "conversation_messages_list" => MessageList(command),
            "runtime_start" => Start(socket, command),
            "sync" => Sync(socket, command),
            "input" => Input(socket, command),
            "abort_message" => Abort(socket, command),
            "remove_queue_item" => RemoveQueued(command),
            "resume_queue" => ResumeQueue(command),
            _ => null,
        };
        if (answer is not null)
        {
            if (Padded.TryGetValue(type!, out var length))
            {
                answer["padding"] = new string('x', length);
            }

            OnAnswer?.Invoke(command, answer);
            await socket.SendAsync(answer);
        }
    }

    private static JsonObject Yes(JsonObject command, params (string Name, JsonNode? Value)[] more)
    {
        var answer = new JsonObject
        {
            ["type"] = $"{command["type"]}_response",
            ["request_id"] = (string?)command["request_id"],
            ["success"] = true,
        };
        foreach (var (name, value) in more)
        {
            answer[name] = value;
        }

        return answer;
    }

    private static JsonObject No(JsonObject command, string error)
    {
        var answer = Yes(command, ("error", error));
        answer["success"] = false;
        return answer;
    }

    private JsonObject Info(JsonObject command) =>
        Yes(
            command,
            ("backend", Backend),
            ("letta_code_version", Version),
            ("protocol_version", Protocol),
            (
                "capabilities",
                new JsonObject
                {
                    ["agent_management"] = ManagesAgents,
                    ["conversation_management"] = true,
                    ["memory_management"] = true,
                }
            )
        );

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

    private JsonObject ConversationList(JsonObject command)
    {
        var query = command["query"] as JsonObject ?? [];
        return Agents.TryGetValue((string?)query["agent_id"] ?? "", out var agent)
            ? Yes(
                command,
                (
                    "conversations",
                    new JsonArray([.. agent.Conversations.Values.Where(c => c.Id != "default").Select(c => c.ToJson(agent.Id))])
                )
            )
            : Yes(command, ("conversations", new JsonArray()));
    }

    private JsonObject CreateConversation(JsonObject command)
    {
        var body = (JsonObject)command["body"]!;
        if (!Agents.TryGetValue((string?)body["agent_id"] ?? "", out var agent))
        {
            return No(command, $"Agent {body["agent_id"]} not found");
        }

        var conversation = new FakeConversation($"local-conv-{Interlocked.Increment(ref _conversations)}")
        {
            Summary = (string?)body["summary"],
        };
        agent.Conversations[conversation.Id] = conversation;
        return Yes(command, ("conversation", conversation.ToJson(agent.Id)));
    }

    private JsonObject OfConversation(JsonObject command, Func<FakeConversation, JsonObject> answer) =>
        Agents
            .Values.Select(agent => agent.Conversations.GetValueOrDefault((string)command["conversation_id"]!))
            .FirstOrDefault(c => c is { Id: not "default" })
            is { } found
            ? answer(found)
            : No(command, $"Conversation {command["conversation_id"]} not found");

    private static JsonObject UpdateConversation(JsonObject command, FakeConversation conversation)
    {
        conversation.IsArchived = (bool?)command["body"]!["archived"] ?? conversation.IsArchived;
        return Yes(command);
    }

    private JsonObject MessageList(JsonObject command)
    {
        var query = command["query"] as JsonObject ?? [];
        var id = (string)command["conversation_id"]!;
        var conversation = Agents.TryGetValue((string?)query["agent_id"] ?? "", out var agent)
            ? agent.Conversations.GetValueOrDefault(id)
            : null;
        if (agent is null)
        {
            return No(command, $"Agent {query["agent_id"]} not found");
        }

        List<JsonObject> older = [.. (conversation?.Messages ?? []).AsEnumerable().Reverse()];
        if ((string?)query["before"] is { } before)
        {
            older = [.. older.SkipWhile(message => (string?)message["id"] != before).Skip(1)];
        }

        List<JsonObject> messages = [.. older.Take((int?)query["limit"] ?? 50)];
        return Yes(
            command,
            ("messages", new JsonArray([.. messages.Select(message => message.DeepClone())])),
            ("next_before", (string?)messages.LastOrDefault()?["id"]),
            ("has_more", older.Count > messages.Count)
        );
    }
}
