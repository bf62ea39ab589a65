using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Tests.Features.Agents.AgentFiles;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Server;

public sealed class TryingWritesOverHttpTests(TryingConsole console) : IClassFixture<TryingConsole>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>A log file in a folder that consoles of tests may follow.</summary>
    private static readonly string Other = new JsonObject { ["path"] = Path.Combine(Path.GetTempPath(), "other.log") }.ToJsonString();

    private static readonly string[] Resources =
    [
        "agents",
        "tools",
        "tool-instances",
        "plugins",
        "configurations",
        "templates",
        "history",
        "jobs",
        "runs",
        "log-views",
        "alerts",
        "log-files",
        "mcp-servers",
        "broca",
        "channels",
        "outbox",
        "people",
        "preferences",
        "queue",
    ];

    private static readonly string[] Tables =
    [
        "agents",
        "tools",
        "tool_versions",
        "tool_instances",
        "plugins",
        "plugin_versions",
        "plugin_links",
        "plugin_config",
        "configurations",
        "templates",
        "scheduled_jobs",
        "log_views",
        "alerts",
        "log_files",
        "mcp_servers",
        "mcp_tools",
        "channels",
        "outbox",
        "queue",
        "queue_acts",
        "letta_users",
        "person_merges",
        "notifications",
        "user_preferences",
        "change_history",
        "change_history_head",
    ];

    /// <summary>What can't be tried, and so refuses to be.</summary>
    private static readonly Dictionary<string, string> LeftOut = new()
    {
        ["POST /api/agents/{id:int}/messages"] = "/api/agents/<agent>/messages",
        ["POST /api/agents/move-from-v1/runs/{id:int}/cancel"] = "/api/agents/move-from-v1/runs/1/cancel",
        ["POST /api/agents/move-from-v1/runs/{id:int}/resume"] = "/api/agents/move-from-v1/runs/1/resume",
        ["POST /api/agents/{id:int}/skills"] = "/api/agents/<agent>/skills",
        ["DELETE /api/agents/{id:int}/skills/{name}"] = "/api/agents/<agent>/skills/any",
        ["POST /api/agents/{id:int}/queue"] = "/api/agents/<agent>/queue",
        ["DELETE /api/agents/{id:int}/queue/{message}"] = "/api/agents/<agent>/queue/q-1",
        ["POST /api/agents/{id:int}/queue/resume"] = "/api/agents/<agent>/queue/resume",
        ["POST /api/agents/{id:int}/approval"] = "/api/agents/<agent>/approval",
        ["POST /api/agents/{id:int}/cancel"] = "/api/agents/<agent>/cancel",
        ["POST /api/agents/{id:int}/reset"] = "/api/agents/<agent>/reset",
        ["PUT /api/agents/{id:int}/conversations/{conversation}/mode"] = "/api/agents/<agent>/conversations/default/mode",
        ["POST /api/agents/{id:int}/schedules"] = "/api/agents/<agent>/schedules",
        ["POST /api/agents/{id:int}/schedules/{schedule}/{act}"] = "/api/agents/<agent>/schedules/1/pause",
        ["POST /api/tool-instances/{id:int}/run"] = "/api/tool-instances/<instance>/run",
        ["POST /api/mcp-servers/{id:int}/letta/register"] = "/api/mcp-servers/<mcp>/letta/register",
        ["POST /api/mcp-servers/{id:int}/letta/resync"] = "/api/mcp-servers/<mcp>/letta/resync",
        ["DELETE /api/mcp-servers/{id:int}/letta"] = "/api/mcp-servers/<mcp>/letta",
        ["POST /api/mcp-servers/{id:int}/sign-in"] = "/api/mcp-servers/<mcp>/sign-in",
        ["POST /api/mcp-servers/{id:int}/test"] = "/api/mcp-servers/<mcp>/test",
        ["POST /api/mcp-servers/{id:int}/tools/{name}/call"] = "/api/mcp-servers/<mcp>/tools/echo/call",
        ["POST /api/mcp-servers/{id:int}/tools/{name}/import"] = "/api/mcp-servers/<mcp>/tools/echo/import",
        ["POST /api/people/{id:int}/messages"] = "/api/people/<person>/messages",
        ["POST /api/people/{id:int}/erase"] = "/api/people/<person>/erase",
        ["POST /api/people/{id:int}/promote"] = "/api/people/<person>/promote",
        ["POST /api/people/{id:int}/identity"] = "/api/people/<person>/identity",
        ["POST /api/people/{id:int}/identity/detach"] = "/api/people/<person>/identity/detach",
        ["POST /api/alerts/{id:int}/test"] = "/api/alerts/<alert>/test",
        ["POST /api/outbox/{id:int}/retry"] = "/api/outbox/1/retry",
        ["POST /api/outbox/{id:int}/resolve"] = "/api/outbox/1/resolve",
        ["POST /api/outbox/{id:int}/cancel"] = "/api/outbox/1/cancel",
        ["POST /api/jobs/{id:int}/run"] = "/api/jobs/<job>/run",
        ["POST /api/runs/{id:int}/cancel"] = "/api/runs/<run>/cancel",
        ["POST /api/broca/imports"] = "/api/broca/imports",
        ["POST /api/broca/imports/{id:int}/undo"] = "/api/broca/imports/1/undo",
        ["POST /api/broca/runs/{id:int}/cancel"] = "/api/broca/runs/1/cancel",
        ["POST /api/broca/instances"] = "/api/broca/instances",
        ["DELETE /api/broca/instances/{id}"] = "/api/broca/instances/any",
        ["PUT /api/broca/instances/{id}/settings"] = "/api/broca/instances/any/settings",
        ["POST /api/broca/instances/{id}/requeue"] = "/api/broca/instances/any/requeue",
        ["POST /api/broca/instances/{id}/flush"] = "/api/broca/instances/any/flush",
        ["POST /api/runs/{id:int}/again"] = "/api/runs/<run>/again",
    };

    /// <summary>
    /// Tried by <see cref="MovingAgentsOverHttpTests"/>, as they need two Letta servers, and by <see cref="BrocaOverHttpTests"/>, as they need
    /// a file.
    /// </summary>
    private static readonly string[] Elsewhere =
    [
        "POST /api/agents/move-from-v1/",
        "POST /api/agents/move-from-v1/plan",
        "POST /api/broca/previews",
        "POST /api/broca/previews/path",
    ];

    /// <summary>Called by platforms, which try nothing.</summary>
    private static readonly string[] Signed = ["POST /api/channels/{id:int}/incoming", "POST /api/channels/{id:int}/telegram"];

    /// <summary>Route; path; body; and of the answer either the first row that would change, or what of another shape is in it.</summary>
    public static TheoryData<string, string, string?, string> Writes =>
        new()
        {
            {
                "POST /api/agents/",
                "/api/agents",
                """{"name": "Hermes", "model": "openai/gpt-4.1", "embedding": "openai/text-embedding-3-small"}""",
                "sent"
            },
            { "PUT /api/agents/{id:int}", "/api/agents/<agent>", """{"name": "Athena"}""", "update agents <agent>" },
            { "DELETE /api/agents/{id:int}", "/api/agents/<agent>", null, "delete agents <agent>" },
            { "DELETE /api/agents/{id:int}", "/api/agents/<agent>?on_server=true&with_blocks=true", null, "blocks" },
            { "POST /api/agents/{id:int}/activate", "/api/agents/<agent>/activate", null, "nothing" },
            { "POST /api/agents/{id:int}/deactivate", "/api/agents/<agent>/deactivate", null, "update agents <agent>" },
            { "POST /api/agents/sync", "/api/agents/sync", null, "statuses_changed" },
            { "POST /api/agents/adopt", "/api/agents/adopt", """{"letta_uids": ["<new agent>"]}""", "insert agents " },
            { "POST /api/agents/{id:int}/create-on-server", "/api/agents/<declared>/create-on-server", null, "sent" },
            { "POST /api/agents/{id:int}/take", "/api/agents/<agent>/take", null, "fields" },
            { "POST /api/agents/{id:int}/push", "/api/agents/<agent>/push", null, "fields" },
            { "POST /api/agents/import", "/api/agents/import", AgentFileTexts.Whole, "existing_tools" },
            {
                "PUT /api/agents/move-from-v1/server",
                "/api/agents/move-from-v1/server",
                """{"address": "http://localhost:8283", "token": "a-token"}""",
                "insert configurations "
            },
            { "POST /api/agents/move-from-v1/test", "/api/agents/move-from-v1/test", """{"address": "http://127.0.0.1:9"}""", "verdict" },
            { "PUT /api/people/{id:int}", "/api/people/<person>", """{"is_active": false}""", "update letta_users <person>" },
            {
                "POST /api/people/{id:int}/merge",
                "/api/people/<person>/merge",
                """{"merged_id": <other person>, "take": ["display_name"]}""",
                "update letta_users <other person>"
            },
            { "POST /api/people/{id:int}/split", "/api/people/<merged person>/split", null, "update letta_users <merged person>" },
            { "PUT /api/people/{id:int}/user", "/api/people/<person>/user", """{"user_id": 1}""", "update letta_users <person>" },
            { "PUT /api/preferences/", "/api/preferences", """{"preferred_style": "playful"}""", "insert user_preferences " },
            { "POST /api/tools/", "/api/tools", """{"name": "New"}""", "insert tools " },
            { "PUT /api/tools/{id:int}", "/api/tools/<tool>", """{"name": "Other", "tool_version": "2"}""", "insert tool_versions " },
            { "DELETE /api/tools/{id:int}", "/api/tools/<tool>", null, "delete tools <tool>" },
            { "POST /api/tools/{id:int}/enable", "/api/tools/<tool>/enable", null, "nothing" },
            { "POST /api/tools/{id:int}/disable", "/api/tools/<tool>/disable", null, "update tools <tool>" },
            { "POST /api/tools/from-curl", "/api/tools/from-curl", """{"command": "curl http://lamp.example.org"}""", "request" },
            {
                "POST /api/tool-instances/",
                "/api/tool-instances",
                """{"tool_id": <tool>, "name": "Two", "config": {"kind": "http", "method": "GET", "url": "http://lamp.example.org", "headers": [], "secrets": []}}""",
                "insert tool_instances "
            },
            {
                "PUT /api/tool-instances/{id:int}",
                "/api/tool-instances/<instance>",
                """{"name": "Two", "config": {"kind": "http", "method": "GET", "url": "http://lamp.example.org", "headers": [], "secrets": []}}""",
                "update tool_instances <instance>"
            },
            { "DELETE /api/tool-instances/{id:int}", "/api/tool-instances/<instance>", null, "delete tool_instances <instance>" },
            { "POST /api/tool-instances/{id:int}/activate", "/api/tool-instances/<instance>/activate", null, "nothing" },
            {
                "POST /api/tool-instances/{id:int}/deactivate",
                "/api/tool-instances/<instance>/deactivate",
                null,
                "update tool_instances <instance>"
            },
            { "POST /api/mcp-servers/", "/api/mcp-servers", """{"name": "New", "url": "http://127.0.0.1:9/mcp"}""", "insert mcp_servers " },
            {
                "PUT /api/mcp-servers/{id:int}",
                "/api/mcp-servers/<mcp>",
                """{"name": "Other", "url": "http://127.0.0.1:9/mcp"}""",
                "update mcp_servers <mcp>"
            },
            { "DELETE /api/mcp-servers/{id:int}", "/api/mcp-servers/<mcp>", null, "delete mcp_tools 1" },
            { "POST /api/mcp-servers/{id:int}/enable", "/api/mcp-servers/<mcp>/enable", null, "update mcp_servers <mcp>" },
            { "POST /api/mcp-servers/{id:int}/disable", "/api/mcp-servers/<mcp>/disable", null, "nothing" },
            {
                "POST /api/mcp-servers/{id:int}/approvals",
                "/api/mcp-servers/<mcp>/approvals",
                """{"approve": [{"id": 1, "hash": "<mcp hash>"}]}""",
                "update mcp_tools 1"
            },
            { "DELETE /api/mcp-servers/{id:int}/sign-in", "/api/mcp-servers/<mcp>/sign-in", null, "nothing" },
            { "POST /api/mcp-servers/test", "/api/mcp-servers/test", """{"name": "New", "url": "http://127.0.0.1:9/mcp"}""", "verdict" },
            {
                "POST /api/mcp-servers/import",
                "/api/mcp-servers/import",
                """{"text": "{\"mcpServers\": {\"more\": {\"url\": \"http://127.0.0.1:9/mcp\"}}}"}""",
                "insert mcp_servers "
            },
            {
                "POST /api/mcp-servers/import/preview",
                "/api/mcp-servers/import/preview",
                """{"text": "{\"mcpServers\": {\"more\": {\"url\": \"http://127.0.0.1:9/mcp\"}}}"}""",
                "servers"
            },
            {
                "POST /api/channels/",
                "/api/channels",
                """{"name": "App", "connector": "api", "platform": "app", "agent_id": <agent>}""",
                "insert channels "
            },
            {
                "PUT /api/channels/{id:int}",
                "/api/channels/<channel>",
                """{"name": "Shop", "connector": "webhook", "agent_id": <agent>, "is_enabled": false, "settings": {"url": "http://127.0.0.1:9/answers"}}""",
                "update channels <channel>"
            },
            { "DELETE /api/channels/{id:int}", "/api/channels/<channel>", null, "delete channels <channel>" },
            { "POST /api/channels/{id:int}/pause", "/api/channels/<channel>/pause", null, "nothing" },
            { "POST /api/channels/{id:int}/resume", "/api/channels/<channel>/resume", null, "update channels <channel>" },
            { "POST /api/channels/{id:int}/retry", "/api/channels/<channel>/retry", null, "nothing" },
            { "POST /api/channels/{id:int}/test", "/api/channels/<channel>/test", null, "steps" },
            { "POST /api/channels/test", "/api/channels/test", """{"name": "App", "connector": "api", "platform": "app"}""", "steps" },
            { "POST /api/queue/acts", "/api/queue/acts", """{"kind": "retry", "filter": {"status": "failed"}}""", "total" },
            { "POST /api/queue/acts/{id:int}/undo", "/api/queue/acts/1/undo", null, "undo queue_acts 1" },
            { "POST /api/queue/acts/{id:int}/stop", "/api/queue/acts/1/stop", null, "stop queue_acts 1" },
            { "POST /api/queue/pauses", "/api/queue/pauses", """{"scope": "agent", "subject": "<agent>"}""", "pause queue_pauses 2" },
            { "DELETE /api/queue/pauses/{id:int}", "/api/queue/pauses/1", null, "resume queue_pauses 1" },
            { "POST /api/outbox/acts", "/api/outbox/acts", """{"kind": "resolve", "filter": {"state": "unknown"}}""", "done" },
            { "POST /api/plugins/", "/api/plugins", """{"name": "new"}""", "insert plugins " },
            { "PUT /api/plugins/{id:int}", "/api/plugins/<low>", """{"name": "lower"}""", "update plugins <low>" },
            { "DELETE /api/plugins/{id:int}", "/api/plugins/<lone>", null, "delete plugins <lone>" },
            { "POST /api/plugins/{id:int}/enable", "/api/plugins/<low>/enable", null, "order" },
            { "POST /api/plugins/{id:int}/disable", "/api/plugins/<low>/disable", null, "order" },
            {
                "PUT /api/plugins/{id:int}/config/{key}",
                "/api/plugins/<low>/config/width",
                """{"value": "4", "type": "number"}""",
                "insert plugin_config "
            },
            { "DELETE /api/plugins/{id:int}/config/{key}", "/api/plugins/<low>/config/depth", null, "delete plugin_config 1" },
            { "POST /api/plugins/{id:int}/links", "/api/plugins/<low>/links", """{"agent_id": <agent>}""", "insert plugin_links " },
            { "DELETE /api/plugins/{id:int}/links/{link:int}", "/api/plugins/<low>/links/<link>", null, "delete plugin_links <link>" },
            { "POST /api/plugins/scan", "/api/plugins/scan", null, "new" },
            { "POST /api/plugins/adopt", "/api/plugins/adopt", """{"folders": ["smcp/plugins/lamp"]}""", "insert plugins " },
            { "POST /api/plugins/{id:int}/describe", "/api/plugins/<git>/describe", null, "described" },
            { "POST /api/plugins/{id:int}/approve", "/api/plugins/<git>/approve", null, "update plugins <git>" },
            { "POST /api/plugins/{id:int}/reject", "/api/plugins/<git>/reject", null, "update plugins <git>" },
            { "POST /api/configurations/", "/api/configurations", """{"key": "width", "value": "4", "scope": "system"}""", "reach" },
            { "PUT /api/configurations/{id:int}", "/api/configurations/<configuration>", """{"value": "4"}""", "reach" },
            { "DELETE /api/configurations/{id:int}", "/api/configurations/<configuration>", null, "reach" },
            { "POST /api/configurations/rollback", "/api/configurations/rollback", """{"at": "2020-01-01T00:00:00Z"}""", "reach" },
            { "POST /api/configurations/undo/{change:long}", "/api/configurations/undo/<set>", null, "reach" },
            { "POST /api/configurations/import", "/api/configurations/import", """{"text": "{\"width\": \"4\"}"}""", "reach" },
            {
                "POST /api/templates/",
                "/api/templates",
                """{"name": "New", "kind": "tool", "content": {"variables": [], "tool": {"name": "Lamp"}}}""",
                "insert templates "
            },
            {
                "PUT /api/templates/{id}",
                "/api/templates/<template>",
                """{"name": "New", "kind": "tool", "content": {"variables": [], "tool": {"name": "Lamp"}}}""",
                "update templates <template>"
            },
            { "DELETE /api/templates/{id}", "/api/templates/<template>", null, "delete templates <template>" },
            { "POST /api/templates/{id}/apply", "/api/templates/<template>/apply", """{"values": {"name": "Lamp"}}""", "content" },
            { "POST /api/templates/from-agent/{id:int}", "/api/templates/from-agent/<agent>", "{}", "insert templates " },
            { "POST /api/templates/from-tool/{id:int}", "/api/templates/from-tool/<tool>", "{}", "insert templates " },
            {
                "POST /api/log-views/",
                "/api/log-views",
                """{"name": "Timeouts", "query": "timeout", "is_shared": true}""",
                "insert log_views "
            },
            {
                "PUT /api/log-views/{id:int}",
                "/api/log-views/<view>",
                """{"name": "Timeouts", "query": "timeout"}""",
                "update log_views <view>"
            },
            { "DELETE /api/log-views/{id:int}", "/api/log-views/<view>", null, "delete log_views <view>" },
            { "POST /api/alerts/", "/api/alerts", """{"name": "Timeouts", "query": "timeout"}""", "insert alerts " },
            { "POST /api/alerts/preview", "/api/alerts/preview", """{"name": "Timeouts", "query": "timeout"}""", "times" },
            { "PUT /api/alerts/{id:int}", "/api/alerts/<alert>", """{"name": "Timeouts", "query": "timeout"}""", "update alerts <alert>" },
            { "DELETE /api/alerts/{id:int}", "/api/alerts/<alert>", null, "delete alerts <alert>" },
            { "POST /api/log-files/", "/api/log-files", Other, "insert log_files " },
            { "PUT /api/log-files/{id:int}", "/api/log-files/<file>", Other, "update log_files <file>" },
            { "DELETE /api/log-files/{id:int}", "/api/log-files/<file>", null, "delete log_files <file>" },
            {
                "POST /api/jobs/",
                "/api/jobs",
                """{"name": "Second", "cron_expression": "@daily", "tool_instance_id": <instance>}""",
                "insert scheduled_jobs "
            },
            { "POST /api/jobs/crontab/{line:int}/import", "/api/jobs/crontab/1/import", null, "sentence" },
            { "POST /api/jobs/preview", "/api/jobs/preview", """{"cron_expression": "@daily"}""", "sentence" },
            {
                "PUT /api/jobs/{id:int}",
                "/api/jobs/<job>",
                """{"name": "Yearly", "cron_expression": "@yearly", "tool_instance_id": <instance>}""",
                "update scheduled_jobs <job>"
            },
            { "DELETE /api/jobs/{id:int}", "/api/jobs/<job>", null, "delete scheduled_jobs <job>" },
            { "POST /api/jobs/{id:int}/enable", "/api/jobs/<job>/enable", null, "nothing" },
            { "POST /api/jobs/{id:int}/disable", "/api/jobs/<job>/disable", null, "update scheduled_jobs <job>" },
            { "POST /api/jobs/{id:int}/pause", "/api/jobs/<job>/pause", "{}", "update scheduled_jobs <job>" },
            { "POST /api/jobs/{id:int}/resume", "/api/jobs/<job>/resume", null, "nothing" },
            { "POST /api/history/{id:long}/undo", "/api/history/<change>/undo", null, "act" },
        };

    [Theory, MemberData(nameof(Writes))]
    public async Task A_write_that_is_tried_says_what_would_change_and_changes_nothing(
        string route,
        string path,
        string? body,
        string expected
    )
    {
        using var program = console.WithKey(ConsoleServer.FirstKey);
        var (method, address) = (new HttpMethod(route.Split(' ')[0]), console.Named(path));
        using var read = method == HttpMethod.Put ? await program.GetAsync(address) : null;
        var before = await SealedRowsAsync();

        using var answer = await program.SendAsync(
            method,
            $"{address}{(address.Contains('?', StringComparison.Ordinal) ? '&' : '?')}dryRun=true",
            body is null ? null : JsonNode.Parse(console.Named(body)),
            read?.Headers.ETag?.ToString()
        );

        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{(int)answer.StatusCode} {text}");
        var said = JsonNode.Parse(text)!.AsObject();
        if (expected.Contains(' ', StringComparison.Ordinal))
        {
            Assert.Contains(
                console.Named(expected),
                said["changes"]!.AsArray().Select(row => $"{row!["act"]} {row["table_name"]} {row["row_id"]}")
            );
            Assert.All(said["changes"]!.AsArray(), row => Assert.NotEmpty(row!["changes"]!.AsArray()));
        }
        else if (expected == "nothing")
        {
            Assert.Empty(said["changes"]!.AsArray());
        }
        else
        {
            Assert.True(said.ContainsKey(expected), text);
        }

        Assert.Equal(before, await RowsAsync());
    }

    [Fact]
    public async Task Every_write_can_be_tried_or_refuses_to_be()
    {
        var routes = console
            .Services.GetRequiredService<EndpointDataSource>()
            .Endpoints.OfType<RouteEndpoint>()
            .Where(route =>
                Resources.Any(resource => route.RoutePattern.RawText?.StartsWith($"/api/{resource}/", StringComparison.Ordinal) == true)
            )
            .SelectMany(route =>
                route
                    .Metadata.GetMetadata<HttpMethodMetadata>()!
                    .HttpMethods.Where(method => method != "GET")
                    .Select(method => $"{method} {route.RoutePattern.RawText}")
            );
        Assert.Equal(
            Writes
                .Select(write => write.Data.Item1)
                .Concat(LeftOut.Keys)
                .Concat(Elsewhere)
                .Concat(Signed)
                .Distinct()
                .Order(StringComparer.Ordinal),
            routes.Order(StringComparer.Ordinal)
        );

        using var program = console.WithKey(ConsoleServer.FirstKey);
        foreach (var (route, path) in LeftOut)
        {
            object? body =
                path.EndsWith("/messages", StringComparison.Ordinal) || path.EndsWith("/queue", StringComparison.Ordinal)
                    ? new { text = "Hello" }
                : path.EndsWith("/approval", StringComparison.Ordinal) ? new { approve = true }
                : path.EndsWith("/skills", StringComparison.Ordinal) ? new { path = "/skills/any" }
                : path.EndsWith("/mode", StringComparison.Ordinal) ? new { mode = "standard" }
                : path.EndsWith("/schedules", StringComparison.Ordinal)
                    ? new
                    {
                        name = "morning",
                        cron = "0 9 * * *",
                        prompt = "Hello",
                    }
                : null;
            var method = new HttpMethod(route.Split(' ')[0]);
            using var answer = await program.SendAsync(method, $"{console.Named(path)}?dryRun=true", body);
            Assert.True(answer.StatusCode == HttpStatusCode.BadRequest, $"{path}: {answer.StatusCode}");
            Assert.Contains("dryRun", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_is_refused_is_refused_when_it_is_tried_too()
    {
        using var program = console.WithKey(ConsoleServer.FirstKey);

        Assert.Equal(
            HttpStatusCode.BadRequest,
            (await program.SendAsync(HttpMethod.Delete, console.Named("/api/plugins/<low>?dryRun=true"))).StatusCode
        );
        Assert.Equal(
            HttpStatusCode.BadRequest,
            (await program.SendAsync(HttpMethod.Post, console.Named("/api/tools/<tool>/disable?dryRun=perhaps"))).StatusCode
        );
        Assert.Equal(HttpStatusCode.NotFound, (await program.SendAsync(HttpMethod.Post, "/api/tools/999/disable?dryRun=true")).StatusCode);
        Assert.Equal(
            HttpStatusCode.PreconditionRequired,
            (await program.SendAsync(HttpMethod.Put, console.Named("/api/tools/<tool>?dryRun=true"), new { name = "Other" })).StatusCode
        );
        Assert.Equal(
            HttpStatusCode.PreconditionFailed,
            (
                await program.SendAsync(HttpMethod.Put, console.Named("/api/tools/<tool>?dryRun=true"), new { name = "Other" }, "\"99\"")
            ).StatusCode
        );
    }

    [Fact]
    public async Task A_secret_is_no_part_of_what_a_trial_says()
    {
        using var program = console.WithKey(ConsoleServer.FirstKey);
        var schema = JsonNode.Parse("""{"type": "object", "properties": {"token": {"type": "string", "writeOnly": true}}}""");
        using var made = await program.SendAsync(HttpMethod.Post, "/api/tools", new { name = "Secretive", config_schema = schema });
        var tool = (int)JsonNode.Parse(await made.Content.ReadAsStringAsync(Cancel))!["id"]!;

        using var answer = await program.SendAsync(
            HttpMethod.Post,
            "/api/tool-instances?dryRun=true",
            new
            {
                tool_id = tool,
                name = "One",
                config = new { token = "canary-81c5f2d07b3e9a64" },
            }
        );

        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.Equal(
            ["insert tool_instances", "insert configurations"],
            JsonNode.Parse(text)!["changes"]!.AsArray().Select(row => $"{row!["act"]} {row["table_name"]}")
        );
        Assert.DoesNotContain("canary", text, StringComparison.Ordinal);
        Assert.Contains("{\"column\":\"value\",\"from\":null,\"to\":\"set\"}", text, StringComparison.Ordinal);
    }

    /// <summary>The console gives what plain SQL has changed its place in the history a moment later.</summary>
    private async Task<string> SealedRowsAsync()
    {
        await Wait.ForAsync(
            () =>
                Sqlite3.RunAsync(Path.Join(console.Home, "registry.db"), "SELECT count(*) FROM change_history WHERE chain_number IS NULL"),
            open => open.Trim() == "0"
        );
        return await RowsAsync();
    }

    private async Task<string> RowsAsync() =>
        await Sqlite3.RunAsync(
            Path.Join(console.Home, "registry.db"),
            string.Concat(Tables.Select(table => $"SELECT '{table}', count(*) FROM {table}; SELECT * FROM {table} ORDER BY 1;"))
        );
}
