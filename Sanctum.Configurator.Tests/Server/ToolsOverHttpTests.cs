using System.Net;
using System.Text.Json.Nodes;
using Sanctum.Configurator.Tests.Features.Tools.Curl;

namespace Sanctum.Configurator.Tests.Server;

public sealed class ToolsOverHttpTests(ConsoleServer console) : IClassFixture<ConsoleServer>
{
    private const string Secret = "canary-63b0d8e2f17ca945";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_program_adds_a_tool_configures_runs_and_deletes_an_instance()
    {
        await using var server = new EchoServer();
        using var program = console.WithKey(ConsoleServer.FirstKey);
        var schema = JsonNode.Parse(
            """{"type": "object", "required": ["url"], "properties": {"url": {"type": "string", "format": "uri"}, "token": {"type": "string", "writeOnly": true}}}"""
        );
        var bad = await JsonAsync(
            await program.SendAsync(HttpMethod.Post, "/api/tools", new { name = "Caller", config_schema = new { type = "text" } }),
            HttpStatusCode.BadRequest
        );
        Assert.Contains("/type", $"{bad["errors"]!["config_schema"]}", StringComparison.Ordinal);
        var tool = await JsonAsync(
            await program.SendAsync(
                HttpMethod.Post,
                "/api/tools",
                new
                {
                    name = "Caller",
                    emoji = "📞",
                    config_schema = schema,
                }
            ),
            HttpStatusCode.Created
        );
        var path = $"/api/tools/{tool["id"]}";

        var broken = await JsonAsync(
            await program.SendAsync(
                HttpMethod.Post,
                "/api/tool-instances",
                new
                {
                    tool_id = (int)tool["id"]!,
                    name = "One",
                    config = new { url = "nowhere" },
                }
            ),
            HttpStatusCode.BadRequest
        );
        Assert.Equal("This is not a valid address such as https://example.org.", (string)broken["errors"]!["config/url"]![0]!);
        var config = new
        {
            kind = "http",
            method = "POST",
            url = $"http://{server.Host}/hook",
            headers = new[] { new[] { "Authorization", "Bearer {{secret:token}}" } },
            secrets = new[] { "token" },
            token = Secret,
            body = "hello",
        };
        var instance = await JsonAsync(
            await program.SendAsync(
                HttpMethod.Post,
                "/api/tool-instances",
                new
                {
                    tool_id = (int)tool["id"]!,
                    name = "One",
                    config,
                }
            ),
            HttpStatusCode.Created
        );
        Assert.Equal("{{secret:token}}", (string)instance["config"]!["token"]!);
        var one = $"/api/tool-instances/{instance["id"]}";

        var run = await JsonAsync(
            await program.SendAsync(HttpMethod.Post, $"{one}/run", new { overrides = new { body = "again" } }),
            HttpStatusCode.OK
        );
        Assert.True((bool)run["ok"]!, run.ToJsonString());
        var sent = server.Take()!;
        Assert.Equal(("POST", "/hook", "again"), (sent.Method, sent.Target, sent.Body));
        Assert.Contains(("Authorization", $"Bearer {Secret}"), sent.Headers);
        Assert.DoesNotContain(Secret, await program.ReadAsync("/api/tool-instances"), StringComparison.Ordinal);

        using var read = await program.GetAsync(one);
        var form = new { name = "Two", config = new { url = $"http://{server.Host}/other" } };
        await JsonAsync(await program.SendAsync(HttpMethod.Put, one, form), HttpStatusCode.PreconditionRequired);
        var changed = await JsonAsync(await program.SendAsync(HttpMethod.Put, one, form, $"{read.Headers.ETag}"), HttpStatusCode.OK);
        Assert.Equal("{{secret:token}}", (string)changed["config"]!["token"]!);
        await JsonAsync(await program.SendAsync(HttpMethod.Put, one, form, $"{read.Headers.ETag}"), HttpStatusCode.PreconditionFailed);

        using var shown = await program.GetAsync(path);
        await JsonAsync(
            await program.SendAsync(HttpMethod.Put, path, new { name = "Caller", tool_version = "2" }, $"{shown.Headers.ETag}"),
            HttpStatusCode.OK
        );
        Assert.NotNull((await JsonAsync(await program.GetAsync($"{path}/versions"), HttpStatusCode.OK))[0]!["config_schema"]);
        await JsonAsync(await program.SendAsync(HttpMethod.Post, $"{one}/deactivate"), HttpStatusCode.OK);
        await JsonAsync(await program.SendAsync(HttpMethod.Post, $"{one}/run"), HttpStatusCode.BadRequest);
        Assert.Equal(HttpStatusCode.NoContent, (await program.SendAsync(HttpMethod.Delete, one)).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await program.SendAsync(HttpMethod.Delete, path)).StatusCode);
        await JsonAsync(await program.GetAsync(path), HttpStatusCode.NotFound);
    }

    private static async Task<JsonNode> JsonAsync(HttpResponseMessage answer, HttpStatusCode expected)
    {
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.StatusCode == expected, $"{answer.StatusCode}: {text}");
        return JsonNode.Parse(text)!;
    }
}
