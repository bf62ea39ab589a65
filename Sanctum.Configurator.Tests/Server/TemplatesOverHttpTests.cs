using System.Net;
using System.Text.Json.Nodes;

namespace Sanctum.Configurator.Tests.Server;

public sealed class TemplatesOverHttpTests(ConsoleServer console) : IClassFixture<ConsoleServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_program_exports_imports_changes_applies_and_deletes_a_template()
    {
        using var program = console.WithKey(ConsoleServer.FirstKey);
        var listed = await JsonAsync(await program.GetAsync("/api/templates?kind=agent"), HttpStatusCode.OK);
        Assert.Equal(["prime-agent", "researcher"], listed["items"]!.AsArray().Select(row => (string)row!["id"]!).Take(2));
        var file = await JsonAsync(await program.GetAsync("/api/templates/prime-agent/export"), HttpStatusCode.OK);
        await JsonAsync(await program.SendAsync(HttpMethod.Put, "/api/templates/prime-agent", file, "\"0\""), HttpStatusCode.BadRequest);

        file["name"] = "My agent";
        var made = await JsonAsync(await program.SendAsync(HttpMethod.Post, "/api/templates", file), HttpStatusCode.Created);
        var path = $"/api/templates/{made["id"]}";
        using var read = await program.GetAsync(path);
        file["description"] = "Mine.";
        await JsonAsync(await program.SendAsync(HttpMethod.Put, path, file), HttpStatusCode.PreconditionRequired);
        await JsonAsync(await program.SendAsync(HttpMethod.Put, path, file, $"{read.Headers.ETag}"), HttpStatusCode.OK);
        await JsonAsync(await program.SendAsync(HttpMethod.Put, path, file, $"{read.Headers.ETag}"), HttpStatusCode.PreconditionFailed);

        var missing = await JsonAsync(
            await program.SendAsync(HttpMethod.Post, $"{path}/apply", new { values = new { } }),
            HttpStatusCode.BadRequest
        );
        Assert.Equal("Fill in person.", (string)missing["errors"]!["values"]![0]!);
        var values = new { values = new { person = "Ada" } };
        var shown = await JsonAsync(await program.SendAsync(HttpMethod.Post, $"{path}/apply?dryRun=true", values), HttpStatusCode.OK);
        Assert.Null(shown["id"]);
        Assert.Contains("You work for Ada.", (string)shown["content"]!["system"]!, StringComparison.Ordinal);
        var applied = await JsonAsync(await program.SendAsync(HttpMethod.Post, $"{path}/apply", values), HttpStatusCode.Created);
        var agent = await JsonAsync(await program.GetAsync($"/api/agents/{applied["id"]}"), HttpStatusCode.OK);
        Assert.Equal(
            ("Prime", "openai/gpt-4.1", "I work for Ada."),
            ((string)agent["agent"]!["name"]!, (string)agent["declared"]!["model"]!, (string)agent["declared"]!["blocks"]!["human"]!)
        );
        Assert.Null(agent["agent"]!["letta_uid"]);
        var again = await JsonAsync(
            await program.SendAsync(HttpMethod.Post, $"/api/templates/from-agent/{applied["id"]}", new { name = "Prime of mine" }),
            HttpStatusCode.Created
        );
        Assert.Equal("Prime of mine", (string)again["name"]!);

        Assert.Equal(HttpStatusCode.NoContent, (await program.SendAsync(HttpMethod.Delete, path)).StatusCode);
        await JsonAsync(await program.GetAsync(path), HttpStatusCode.NotFound);
        await JsonAsync(
            await program.SendAsync(
                HttpMethod.Post,
                "/api/templates",
                new
                {
                    name = "x",
                    kind = "plugin",
                    content = new { },
                }
            ),
            HttpStatusCode.BadRequest
        );
    }

    private static async Task<JsonNode> JsonAsync(HttpResponseMessage answer, HttpStatusCode status)
    {
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.StatusCode == status, $"{(int)answer.StatusCode} {text}");
        return JsonNode.Parse(text)!;
    }
}
