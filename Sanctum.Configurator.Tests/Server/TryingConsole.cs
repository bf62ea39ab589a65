using System.Net;
using System.Text.Json.Nodes;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Server;

/// <summary>A console with one of everything that can be written, beside a Letta server and an installation with two plugins.</summary>
public sealed class TryingConsole : ConsoleServer
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;
    private static readonly string[] GitFolder = ["smcp/plugins/git"];
    private static readonly string[] FirstAgent = [FakeLettaAgents.IdOf(1)];
    private readonly DirectoryInfo _installation = Directory.CreateTempSubdirectory("sanctum-installation-");
    private readonly Dictionary<string, string> _ids = [];
    private const string Secret = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";
    private FakeLetta _letta = null!;

    public override async ValueTask InitializeAsync()
    {
        foreach (var plugin in new[] { "git", "lamp" })
        {
            var folder = _installation.CreateSubdirectory($"smcp/plugins/{plugin}");
            await File.WriteAllTextAsync(
                Path.Join(folder.FullName, "cli.py"),
                """echo '{"plugin": {"version": "1.4.0"}, "commands": [{"name": "run"}]}'""",
                Cancel
            );
        }

        _letta = await FakeLetta.StartAsync(new FakeLettaBehaviour { Store = new(3) });
        Set("Sanctum:sanctum_base_path", _installation.FullName);
        File.WriteAllText(Path.Combine(_installation.CreateSubdirectory("bin").FullName, "nightly.sh"), "#!/bin/sh\n");
        File.WriteAllText(
            Path.Combine(_installation.CreateSubdirectory("control/cron").FullName, "sanctum-crontab"),
            $"@daily {_installation.FullName}/bin/nightly.sh\n"
        );
        Set("Plugins:Python", "/bin/sh");
        Set("Sanctum:letta_server_address", "http://localhost");
        Set("Sanctum:letta_server_port", $"{_letta.Port}");
        Set("Sanctum:letta_server_token", FakeLetta.Password);
        await base.InitializeAsync();
        using var program = WithKey(FirstKey);
        await FillAsync(program);
        await FillPeopleAsync();
    }

    /// <summary>The text with the ids of what is there in place of its names.</summary>
    public string Named(string text) =>
        _ids.Aggregate(text, (named, id) => named.Replace($"<{id.Key}>", id.Value, StringComparison.Ordinal));

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _letta.DisposeAsync();
        _installation.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>People are made by messages, which no call of these tests sends.</summary>
    private async Task FillPeopleAsync()
    {
        await Sqlite3.RunAsync(
            Path.Combine(Home, "registry.db"),
            "INSERT INTO letta_users (id, display_name, merged_into) VALUES (1, 'Ada', NULL), (2, 'Countess', NULL), (3, 'A. L.', 1);"
                + "INSERT INTO queue (id, agent_id, status) VALUES (1, NULL, 'failed'), (2, NULL, 'pending');"
                + "INSERT INTO queue_acts (id, kind, chosen, acted_by, acted_at, total, finished, state, stage_number, is_at_once) "
                + "VALUES (1, 'retry', 'all', 'root', '2099-01-01 00:00:00.000', 2, 1, 'running', 0, FALSE);"
                + "INSERT INTO queue_act_rows (act_id, queue_id, status, stage) VALUES (1, 2, 'failed', 0), (1, 1, 'failed', 1);"
                + "INSERT INTO queue_pauses (id, scope, subject, paused_by, paused_at) "
                + "VALUES (1, 'platform', 'none', 'root', '2026-01-01 00:00:00.000');"
                + $"INSERT INTO outbox (channel_id, chat, text, status) VALUES ({_ids["channel"]}, '7', 'Hello', 'unknown')"
        );
        (_ids["person"], _ids["other person"], _ids["merged person"]) = ("1", "2", "3");
    }

    /// <summary>A server that was tested once and is not watched, with one tool that waits for a person.</summary>
    private async Task FillMcpAsync(Caller program)
    {
        await using var server = await FakeMcpServer.StartAsync(instructions: null);
        var body = new
        {
            name = "Fake",
            url = server.Url,
            is_enabled = false,
        };
        using var made = await program.SendAsync(HttpMethod.Post, "/api/mcp-servers", body);
        _ids["mcp"] = $"{JsonNode.Parse(await made.Content.ReadAsStringAsync(Cancel))!["id"]}";
        using var tested = await program.SendAsync(HttpMethod.Post, $"/api/mcp-servers/{_ids["mcp"]}/test");
        using var pins = await program.SendAsync(HttpMethod.Get, $"/api/mcp-servers/{_ids["mcp"]}/approvals");
        _ids["mcp hash"] = $"{JsonNode.Parse(await pins.Content.ReadAsStringAsync(Cancel))![0]!["hash"]}";
    }

    private async Task FillAsync(Caller program)
    {
        async Task<JsonNode> DoAsync(HttpMethod method, string path, object? body = null, string? ifMatch = null)
        {
            using var answer = await program.SendAsync(method, path, body, ifMatch);
            var text = await answer.Content.ReadAsStringAsync(Cancel);
            Assert.True(answer.IsSuccessStatusCode, $"{method} {path}: {text}");
            return text.Length == 0 ? new JsonObject() : JsonNode.Parse(text)!;
        }

        async Task MakeAsync(string name, string path, object? body, string id = "id") =>
            _ids[name] = $"{(await DoAsync(HttpMethod.Post, path, body))[id]}";
        _ids["agent"] = $"{(await DoAsync(HttpMethod.Post, "/api/agents/adopt", new { letta_uids = FirstAgent }))["ids"]![0]}";
        _ids["new agent"] = FakeLettaAgents.IdOf(2);
        var part = new
        {
            variables = Array.Empty<string>(),
            agent = new
            {
                name = "Prime",
                model = "openai/gpt-4.1",
                embedding = "openai/text-embedding-3-small",
            },
        };
        await MakeAsync(
            "agents",
            "/api/templates",
            new
            {
                name = "Prime",
                kind = "agent",
                content = part,
            }
        );
        await MakeAsync("declared", $"/api/templates/{_ids["agents"]}/apply", new { values = new { } });
        await MakeAsync("tool", "/api/tools", new { name = "Caller" });
        await FillMcpAsync(program);
        await MakeAsync(
            "channel",
            "/api/channels",
            new
            {
                name = "Website",
                connector = "webhook",
                platform = "website",
                agent_id = int.Parse(_ids["agent"], System.Globalization.CultureInfo.InvariantCulture),
                is_enabled = false,
                settings = new { url = "http://127.0.0.1:9/answers" },
                secret = Secret,
            }
        );
        await MakeAsync(
            "instance",
            "/api/tool-instances",
            new
            {
                tool_id = int.Parse(_ids["tool"], System.Globalization.CultureInfo.InvariantCulture),
                name = "One",
                config = new
                {
                    kind = "http",
                    method = "GET",
                    url = "http://lamp.example.org",
                    headers = Array.Empty<string>(),
                    secrets = Array.Empty<string>(),
                },
            }
        );
        await MakeAsync(
            "job",
            "/api/jobs",
            new
            {
                name = "First",
                cron_expression = "0 0 1 1 *",
                action = "test_letta",
            }
        );
        await MakeAsync("run", $"/api/jobs/{_ids["job"]}/run", new { });
        await Wait.ForAsync(
            () => DoAsync(HttpMethod.Get, $"/api/runs/{_ids["run"]}"),
            run => (string)run["run"]!["outcome"]! is not ("queued" or "running")
        );

        await MakeAsync("low", "/api/plugins", new { name = "low", plugin_version = "1.2.0" });
        await MakeAsync("lone", "/api/plugins", new { name = "lone" });
        await DoAsync(HttpMethod.Put, $"/api/plugins/{_ids["low"]}/config/depth", new { value = "3", type = "number" });
        await MakeAsync(
            "link",
            $"/api/plugins/{_ids["low"]}/links",
            new { tool_id = int.Parse(_ids["tool"], System.Globalization.CultureInfo.InvariantCulture) }
        );
        _ids["git"] = $"{(await DoAsync(HttpMethod.Post, "/api/plugins/adopt", new { folders = GitFolder }))["ids"]![0]}";
        await DoAsync(HttpMethod.Post, $"/api/plugins/{_ids["git"]}/describe");
        await DoAsync(
            HttpMethod.Post,
            "/api/configurations",
            new
            {
                key = "depth",
                value = "3",
                scope = "system",
            }
        );
        _ids["configuration"] = $"{(await DoAsync(HttpMethod.Get, "/api/configurations?key=depth"))["items"]![0]!["id"]}";
        _ids["set"] = $"{(await DoAsync(HttpMethod.Get, "/api/history?table=configurations"))["items"]![0]!["id"]}";
        await MakeAsync("template", $"/api/templates/from-tool/{_ids["tool"]}", new { name = "Calling" });
        await DoAsync(HttpMethod.Put, $"/api/tools/{_ids["tool"]}", new { name = "Caller", description = "Calls." }, "\"1\"");
        _ids["change"] = $"{(await DoAsync(HttpMethod.Get, "/api/history?table=tools&act=update"))["items"]![0]!["id"]}";
        await MakeAsync("view", "/api/log-views", new { name = "Errors", query = "level>=error" });

        // Switched off, so that no worker writes into them meanwhile.
        await MakeAsync(
            "alert",
            "/api/alerts",
            new
            {
                name = "Errors",
                query = "level>=error",
                is_enabled = false,
            }
        );
        await MakeAsync("file", "/api/log-files", new { path = Path.Combine(Path.GetTempPath(), "one.log"), is_on = false });
        Assert.DoesNotContain("", _ids.Values);
    }
}
