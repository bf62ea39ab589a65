using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;

namespace Sanctum.Configurator.Tests.Server;

public sealed class ConfigurationsOverHttpTests(ConsoleServer console) : IClassFixture<ConsoleServer>
{
    private const string Secret = "canary-91c4e7b03d5a2f68";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_program_sets_overrides_explains_rolls_back_and_deletes()
    {
        using var program = console.WithKey(ConsoleServer.FirstKey);
        var (agent, tool, instance) = await AddOwnersAsync();
        var start = DateTimeOffset.UtcNow;
        await PostAsync(
            program,
            new
            {
                key = "limit",
                value = "30",
                type = "number",
            }
        );
        await PostAsync(
            program,
            new
            {
                key = "limit",
                value = "7",
                type = "number",
                scope = "agent",
                scope_id = agent,
            }
        );
        await PostAsync(
            program,
            new
            {
                key = "limit",
                value = "9",
                type = "number",
                scope = "tool",
                scope_id = tool,
            }
        );
        await PostAsync(
            program,
            new
            {
                key = "mail_password",
                value = Secret,
                is_encrypted = true,
            }
        );
        Assert.Contains(
            "is already set there",
            $"{await JsonAsync(await program.SendAsync(HttpMethod.Post, "/api/configurations", new { key = "limit", value = "1" }), HttpStatusCode.BadRequest)}",
            StringComparison.Ordinal
        );

        var effective = await JsonAsync(await program.GetAsync($"/api/configurations/effective?instance_id={instance}"), HttpStatusCode.OK);
        Assert.Equal(
            """{"value":9,"scope":"tool","scope_id":TOOL,"is_encrypted":false,"is_set":true,"shadows":[{"value":7,"scope":"agent","scope_id":AGENT},{"value":30,"scope":"system","scope_id":null}]}"""
                .Replace("TOOL", $"{tool}", StringComparison.Ordinal)
                .Replace("AGENT", $"{agent}", StringComparison.Ordinal),
            effective["limit"]!.ToJsonString()
        );
        Assert.DoesNotContain(Secret, effective.ToJsonString(), StringComparison.Ordinal);
        Assert.True((bool)effective["mail_password"]!["is_set"]!);
        Assert.Empty(
            (
                await JsonAsync(
                    await program.GetAsync($"/api/configurations/effective?at={Uri.EscapeDataString($"{start:O}")}"),
                    HttpStatusCode.OK
                )
            ).AsObject()
        );
        await JsonAsync(
            await program.GetAsync($"/api/configurations/effective?instance_id={instance}&tool_id=999"),
            HttpStatusCode.BadRequest
        );

        var row = (await JsonAsync(await program.GetAsync("/api/configurations?scope=system&key=limit"), HttpStatusCode.OK))["items"]![0]!;
        var path = $"/api/configurations/{row["id"]}";
        using var read = await program.GetAsync(path);
        var change = new { value = "31", type = "number" };
        await JsonAsync(await program.SendAsync(HttpMethod.Put, path, change), HttpStatusCode.PreconditionRequired);
        var plan = await JsonAsync(
            await program.SendAsync(HttpMethod.Put, $"{path}?dryRun=true", change, $"{read.Headers.ETag}"),
            HttpStatusCode.OK
        );
        Assert.Equal(("30", "31"), ((string)plan["changes"]![0]!["from"]!, (string)plan["changes"]![0]!["to"]!));
        Assert.Equal("30", (string)(await JsonAsync(await program.GetAsync(path), HttpStatusCode.OK))["value"]!);
        var then = DateTimeOffset.UtcNow;
        await JsonAsync(await program.SendAsync(HttpMethod.Put, path, change, $"{read.Headers.ETag}"), HttpStatusCode.OK);
        await JsonAsync(await program.SendAsync(HttpMethod.Put, path, change, $"{read.Headers.ETag}"), HttpStatusCode.PreconditionFailed);
        await JsonAsync(
            await program.SendAsync(HttpMethod.Post, "/api/configurations/rollback", new { at = then, scope = "system" }),
            HttpStatusCode.OK
        );
        Assert.Equal("30", (string)(await JsonAsync(await program.GetAsync(path), HttpStatusCode.OK))["value"]!);
        var page = await JsonAsync(await program.GetAsync("/api/configurations/history?scope=system&key=limit&take=1"), HttpStatusCode.OK);
        var newest = page["items"]![0]!;
        var older = await JsonAsync(
            await program.GetAsync($"/api/configurations/history?scope=system&key=limit&take=1&cursor={page["next_cursor"]}"),
            HttpStatusCode.OK
        );
        Assert.True((long)older["items"]![0]!["id"]! < (long)newest["id"]!);
        await JsonAsync(await program.GetAsync("/api/configurations/history?cursor=nonsense"), HttpStatusCode.BadRequest);
        await JsonAsync(await program.SendAsync(HttpMethod.Post, $"/api/configurations/undo/{newest["id"]}"), HttpStatusCode.OK);
        Assert.Equal("31", (string)(await JsonAsync(await program.GetAsync(path), HttpStatusCode.OK))["value"]!);

        var compared = await JsonAsync(
            await program.GetAsync($"/api/configurations/compare?scope=agent&scope_id={agent}&other_scope=system"),
            HttpStatusCode.OK
        );
        Assert.Equal("7", (string)compared[0]!["left"]!);
        var text = await (await program.GetAsync("/api/configurations/export")).Content.ReadAsStringAsync(Cancel);
        Assert.DoesNotContain(Secret, text, StringComparison.Ordinal);
        await JsonAsync(
            await program.SendAsync(HttpMethod.Post, "/api/configurations/import?dryRun=true", new { text }),
            HttpStatusCode.OK
        );
        var secret = (await JsonAsync(await program.GetAsync("/api/configurations?key=mail_password"), HttpStatusCode.OK))["items"]![0]!;
        Assert.Equal(
            Secret,
            (string)(await JsonAsync(await program.GetAsync($"/api/configurations/{secret["id"]}/secret"), HttpStatusCode.OK))["value"]!
        );
        await JsonAsync(await program.SendAsync(HttpMethod.Delete, path), HttpStatusCode.OK);
        await JsonAsync(await program.GetAsync(path), HttpStatusCode.NotFound);
    }

    private static async Task PostAsync(Caller program, object form) =>
        await JsonAsync(await program.SendAsync(HttpMethod.Post, "/api/configurations", form), HttpStatusCode.Created);

    private static async Task<JsonNode> JsonAsync(HttpResponseMessage answer, HttpStatusCode expected)
    {
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.StatusCode == expected, $"{answer.StatusCode}: {text}");
        return JsonNode.Parse(text)!;
    }

    private async Task<(int Agent, int Tool, int Instance)> AddOwnersAsync()
    {
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(console.Home, "registry.db")};Pooling=False");
        await connection.OpenAsync(Cancel);
        await using var command = connection.CreateCommand();
        command.CommandText = """
            INSERT INTO agents (name) VALUES ('Athena');
            INSERT INTO tools (name) VALUES ('Mailer');
            INSERT INTO tool_instances (tool_id, agent_id, name) SELECT (SELECT max(id) FROM tools), (SELECT max(id) FROM agents), 'Athena''s mailer';
            SELECT i.agent_id, i.tool_id, i.id FROM tool_instances i ORDER BY i.id DESC LIMIT 1;
            """;
        await using var reader = await command.ExecuteReaderAsync(Cancel);
        await reader.ReadAsync(Cancel);
        return (reader.GetInt32(0), reader.GetInt32(1), reader.GetInt32(2));
    }
}
