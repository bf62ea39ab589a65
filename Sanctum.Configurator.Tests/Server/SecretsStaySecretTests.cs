using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Sanctum.Configurator.Tests.Features.Agents.AgentFiles;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Server;

/// <summary>
/// Secrets are brought in on every way there is, each with one word in it, which is then looked for wherever it must not be.
/// </summary>
public sealed class SecretsStaySecretTests : IAsyncDisposable
{
    private const string Word = "canary";

    private static readonly string[] ReadScopes = ["settings:read"];

    private static readonly string[] AgentIds = [FakeLettaAgents.IdOf(1)];

    private static readonly string[] Formats = ["env", "json", "yaml"];

    private static readonly string[] Pages =
    [
        "/overview",
        "/system-settings",
        "/system-settings/history",
        "/system-settings/transfer",
        "/import-old-configurator",
        "/broca",
        "/letta",
        "/agents",
        "/agents/move-from-v1",
        "/history",
        "/logs?time=all",
        "/logs/alerts",
        "/logs/retention",
        "/logs/sources",
        "/templates",
        "/scheduled-jobs",
        "/scheduled-jobs?tab=runs",
        "/scheduled-jobs/1",
        "/models",
        "/notifications",
        "/notifications?tab=channels",
        "/users",
        "/account/api-keys",
        "/account/sessions",
    ];

    private static readonly string[] Reads =
    [
        "/api/settings",
        "/api/settings/profiles/staging",
        "/api/settings/history?take=200",
        "/api/settings/compare?from=1",
        "/api/letta/state",
        "/api/letta/checks",
        "/api/agents",
        "/api/agents/move-from-v1/server",
        "/api/configurations",
        "/api/history?take=200",
        "/api/history/export?format=csv",
        "/api/history/export?format=json",
        "/api/logs?limit=1000",
        "/api/logs/export?format=ndjson",
        "/api/log-views",
        "/api/alerts",
        "/api/log-files",
        "/api/templates",
        "/api/jobs",
        "/api/jobs/1",
        "/api/jobs/runnables",
        "/api/jobs/coming",
        "/api/runs",
        "/api/runs/1",
        "/api/notifications",
        "/api/notification-channels",
        "/api/llm-configs",
        "/api/llm-configs/1",
        "/api/llm-configs/1/checks",
        "/api/llm-configs/start",
        "/api/llm-usage",
        "/api/users",
        "/api/api-keys",
        "/api/openapi.json",
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;
    private readonly ConsoleProcess _console = new()
    {
        Password = "a quiet canary at dawn",
        FirstKey = "the-first-key-of-this-console-whose-end-holds-the-canary",
    };

    /// <summary>What the console answered, but for the one answer that is asked for a secret.</summary>
    private readonly Dictionary<string, string> _answers = [];

    public ValueTask DisposeAsync() => _console.DisposeAsync();

    [Fact]
    public async Task No_secret_is_in_a_file_a_line_of_output_an_export_a_page_or_an_answer()
    {
        await using var letta = await FakeLetta.StartAsync(FakeLettaMood.EchoesTheToken);
        await _console.StartAsync();
        await BringInByTheApiAsync();
        await ImportAgentAsync();
        await RunJobAsync(letta);
        await TestAsync(letta);
        var made = await MakeKeyAsync();
        await SignInAsync();
        await BringInFromOutsideAsync();
        await TakeOutAsync();

        foreach (var (what, answer) in _answers)
        {
            AssertFree(what, answer);
        }

        // Somebody may just be reading the file when the old text is wiped; then it is wiped a moment later.
        await Wait.ForAsync(() => FilesWithAsync(Word, made), files => files.Count == 0);
        await _console.KillAsync();
        Assert.Empty(await FilesWithAsync(Word, made));
        AssertFree("output", _console.Said);
        Assert.DoesNotContain(made, _console.Said, StringComparison.Ordinal);
    }

    private async Task BringInByTheApiAsync()
    {
        await CallAsync(
            HttpMethod.Put,
            "/api/settings",
            new { openai_api_key = "sk-canary-put-0123456789", letta_server_token = "canary-token-0123456789" }
        );
        await CallAsync(
            HttpMethod.Put,
            "/api/agents/move-from-v1/server",
            new { address = "http://localhost:8283", token = "canary-of-v1-0123456789" }
        );
        await CallAsync(
            HttpMethod.Put,
            "/api/settings",
            new { openai_api_key = "a canary with blanks", smcp_port = 70_000 },
            HttpStatusCode.BadRequest
        );
        await CallAsync(HttpMethod.Put, "/api/settings/profiles/staging", new { anthropic_api_key = "sk-canary-profile-0123456789" });
        await CallAsync(
            HttpMethod.Post,
            "/api/settings/import?dryRun=true",
            new { text = "ANTHROPIC_API_KEY=sk-canary-import-0123456789", mode = "overwrite" }
        );
        await CallAsync(
            HttpMethod.Post,
            "/api/settings/import",
            new { text = "ANTHROPIC_API_KEY=sk-canary-import-0123456789", mode = "overwrite" }
        );
        await CallAsync(HttpMethod.Post, "/api/settings/profiles/staging/activate");
        await CallAsync(HttpMethod.Post, "/api/settings/profiles/development/activate");
        await CallAsync(
            HttpMethod.Post,
            "/api/users",
            new
            {
                username = "ada",
                role = "admin",
                password = "an evening with her own canary",
            },
            HttpStatusCode.Created
        );
        var revealed = await _console.SendAsync(HttpMethod.Get, "/api/settings/secrets/openai_api_key");
        Assert.Contains("sk-canary-put-0123456789", await revealed.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    /// <summary>An agent file whose author left a secret in it, and a value for one that he took out.</summary>
    private async Task ImportAgentAsync()
    {
        await using var letta = await FakeLetta.StartAsync(new FakeLettaBehaviour { Store = new(0) });
        await CallAsync(
            HttpMethod.Put,
            "/api/settings",
            new
            {
                letta_server_address = "http://localhost",
                letta_server_port = letta.Port,
                letta_server_token = FakeLetta.Password,
            }
        );
        var file = JsonNode.Parse(
            AgentFileTexts.Whole.Replace(
                "\"API_KEY\":\"\"",
                "\"API_KEY\":\"\",\"OTHER_KEY\":\"canary-in-an-agent-file\"",
                StringComparison.Ordinal
            )
        );
        await CallAsync(HttpMethod.Post, "/api/agents/import?dryRun=true", file);
        await CallAsync(HttpMethod.Post, "/api/agents/import", file, HttpStatusCode.BadRequest);
        await CallAsync(HttpMethod.Post, "/api/agents/import?override_existing_tools=false", file);
        Assert.Equal("false", letta.Behaviour.Store!.Imported["override_existing_tools"]);
    }

    /// <summary>A job whose tool has a secret, which the server says back.</summary>
    private async Task RunJobAsync(FakeLetta letta)
    {
        var tool = JsonNode.Parse(
            await CallAsync(
                HttpMethod.Post,
                "/api/tools",
                new
                {
                    name = "Lamp",
                    config_schema = new { type = "object", properties = new { token = new { type = "string", writeOnly = true } } },
                },
                HttpStatusCode.Created
            )
        )!;
        var config = new
        {
            kind = "http",
            method = "GET",
            url = $"http://localhost:{letta.Port}/v1/agents/count",
            headers = new[] { new[] { "Authorization", "Bearer {{secret:token}}" } },
            secrets = new[] { "token" },
            token = "canary-of-the-lamp-0123456789",
        };
        var instance = JsonNode.Parse(
            await CallAsync(
                HttpMethod.Post,
                "/api/tool-instances",
                new
                {
                    tool_id = (int)tool["id"]!,
                    name = "Lamp",
                    config,
                },
                HttpStatusCode.Created
            )
        )!;
        var job = JsonNode.Parse(
            await CallAsync(
                HttpMethod.Post,
                "/api/jobs",
                new
                {
                    name = "Lamp",
                    cron_expression = "@yearly",
                    tool_instance_id = (int)instance["id"]!,
                },
                HttpStatusCode.Created
            )
        )!;
        var run = JsonNode.Parse(await CallAsync(HttpMethod.Post, $"/api/jobs/{job["id"]}/run", new { }, HttpStatusCode.Accepted))!;
        var now = await Wait.ForAsync(
            async () => JsonNode.Parse(await CallAsync(HttpMethod.Get, $"/api/runs/{run["id"]}"))!,
            seen => seen["run"]!["ended_at"] is not null
        );

        Assert.True(
            letta.Requests.Any(request => request.Authorization?.Contains("lamp", StringComparison.Ordinal) == true),
            $"The secret was not sent: {now}"
        );
    }

    /// <summary>Of a server that says the token back, and of a port where nobody is.</summary>
    private async Task TestAsync(FakeLetta letta)
    {
        var echoing = new
        {
            letta_server_address = "http://localhost",
            letta_server_port = letta.Port,
            letta_server_token = "canary-wrong-token-0123456789",
        };
        await CallAsync(HttpMethod.Post, "/api/letta/test", echoing);
        await CallAsync(HttpMethod.Put, "/api/settings", echoing);
        await CallAsync(HttpMethod.Post, "/api/agents/sync", null, HttpStatusCode.BadRequest);
        await CallAsync(HttpMethod.Post, "/api/agents/adopt", new { letta_uids = AgentIds }, HttpStatusCode.BadRequest);
        Assert.Contains(letta.Requests, request => request.Authorization?.Contains(Word, StringComparison.Ordinal) == true);
        await letta.StopAsync();
        await CallAsync(HttpMethod.Post, "/api/letta/test", echoing);
        await CallAsync(
            HttpMethod.Post,
            "/api/letta/test",
            new { letta_server_address = "http://root:canary@localhost" },
            HttpStatusCode.BadRequest
        );
    }

    private async Task<string> MakeKeyAsync()
    {
        var made = await _console.SendAsync(HttpMethod.Post, "/api/api-keys", new { name = "script", scopes = ReadScopes });
        return (string)(await made.Content.ReadFromJsonAsync<JsonNode>(Cancel))!["key"]!;
    }

    private async Task SignInAsync()
    {
        using var browser = _console.Stranger();
        var wrong = await browser.LogInAsync(ConsoleServer.Administrator, "a wrong canary at dusk");
        _answers["wrong password"] = await wrong.Content.ReadAsStringAsync(Cancel);
        Assert.Equal(HttpStatusCode.Found, (await browser.LogInAsync(ConsoleServer.Administrator, _console.Password)).StatusCode);
        foreach (var page in Pages)
        {
            _answers[page] = await browser.ReadAsync(page);
        }
    }

    private async Task BringInFromOutsideAsync()
    {
        var file = Path.Combine(_console.Home, "registry.db");
        await Sqlite3.RunAsync(file, "UPDATE system_config SET openai_api_key = 'sk-canary-outside-0123456789'");
        await Sqlite3.RunAsync(
            file,
            "INSERT INTO configurations (key, value, type, is_encrypted) VALUES ('smtp_password', 'canary-of-the-mail', 'string', 1)"
        );
        await Sqlite3.RunAsync(
            file,
            "INSERT INTO notification_channels (name, kind, config) VALUES ('phone', 'ntfy', '{\"token\": \"canary-of-the-phone\"}')"
        );
        await Sqlite3.RunAsync(
            file,
            "INSERT INTO llm_config (type, model, api_key) VALUES ('gemini', 'gemini-2.0', 'canary-of-the-model')"
        );
        await Sqlite3.RunAsync(
            file,
            "INSERT INTO mcp_servers (name, url, api_key, environment) VALUES ('smcp', 'http://localhost:9000/sse', 'canary-of-the-server', '{\"TOKEN\": \"canary-of-the-child\"}')"
        );
        await Wait.ForAsync(
            () =>
                Sqlite3.RunAsync(
                    file,
                    "SELECT openai_api_key, (SELECT value FROM configurations), (SELECT config FROM notification_channels), (SELECT group_concat(api_key) FROM llm_config), (SELECT api_key || environment FROM mcp_servers) FROM system_config"
                ),
            stored => !stored.Contains(Word, StringComparison.Ordinal)
        );
    }

    private async Task TakeOutAsync()
    {
        foreach (var format in Formats)
        {
            await CallAsync(HttpMethod.Get, $"/api/settings/export?format={format}");
            var sealedFile = await CallAsync(
                HttpMethod.Post,
                "/api/settings/export",
                new { passphrase = "a long canary passphrase", format }
            );
            await CallAsync(
                HttpMethod.Post,
                "/api/settings/import?dryRun=true",
                new
                {
                    text = sealedFile,
                    passphrase = "another canary passphrase",
                    mode = "overwrite",
                },
                null
            );
            Assert.Contains("OPENAI_API_KEY", sealedFile, StringComparison.OrdinalIgnoreCase);
        }

        foreach (var path in Reads)
        {
            await CallAsync(HttpMethod.Get, path);
        }
    }

    private async Task<string> CallAsync(HttpMethod method, string path, object? body = null, HttpStatusCode? status = HttpStatusCode.OK)
    {
        using var answer = await _console.SendAsync(method, path, body);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        _answers[$"{_answers.Count} {method} {path}"] =
            text + string.Concat(answer.Headers.Select(h => $"\n{h.Key}: {string.Join(' ', h.Value)}"));
        Assert.True(status is null || answer.StatusCode == status, $"{method} {path}: {(int)answer.StatusCode} {text}");
        return text;
    }

    private async Task<IReadOnlyList<string>> FilesWithAsync(params string[] words)
    {
        var found = new List<string>();
        foreach (var file in Directory.EnumerateFiles(_console.Home, "*", SearchOption.AllDirectories))
        {
            // SQLite's companion files come and go with its connections.
            var bytes = File.Exists(file) ? await File.ReadAllBytesAsync(file, Cancel) : [];
            found.AddRange(
                words
                    .Where(word =>
                        bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(word)) >= 0
                        || bytes.AsSpan().IndexOf(Encoding.Unicode.GetBytes(word)) >= 0
                    )
                    .Select(_ => Path.GetFileName(file))
            );
        }

        return found;
    }

    private static void AssertFree(string what, string text)
    {
        var at = text.IndexOf(Word, StringComparison.Ordinal);
        Assert.True(at < 0, at < 0 ? "" : $"{what} holds a secret: …{text[Math.Max(0, at - 60)..Math.Min(text.Length, at + 30)]}…");
    }
}
