using System.Net;
using System.Text.Json.Nodes;

namespace Sanctum.Configurator.Tests.Server;

public sealed class HistoryOverHttpTests(ConsoleServer console) : IClassFixture<ConsoleServer>
{
    private const string Secret = "canary-5d0b7c1e93a24f68";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_program_filters_pages_exports_and_undoes()
    {
        using var program = console.WithKey(ConsoleServer.FirstKey);
        var tool = await JsonAsync(
            await program.SendAsync(
                HttpMethod.Post,
                "/api/tools/from-curl",
                new { command = $"curl http://127.0.0.1:9/ -H 'Authorization: Bearer {Secret}'", name = "=cmd|' /C calc'!A0" }
            ),
            HttpStatusCode.Created
        );
        await JsonAsync(await program.SendAsync(HttpMethod.Post, $"/api/tools/{tool["id"]}/disable"), HttpStatusCode.OK);

        var found = await JsonAsync(await program.GetAsync($"/api/history?table=tools&row={tool["id"]}"), HttpStatusCode.OK);
        Assert.Equal(["update", "insert"], found["items"]!.AsArray().Select(row => (string)row!["act"]!));
        var rest = await JsonAsync(
            await program.GetAsync($"/api/history?table=tools&row={tool["id"]}&after={found["items"]![0]!["id"]}"),
            HttpStatusCode.OK
        );
        Assert.Equal("insert", (string)Assert.Single(rest["items"]!.AsArray())!["act"]!);
        var counts = await JsonAsync(await program.GetAsync($"/api/history/counts?table=tools&row={tool["id"]}"), HttpStatusCode.OK);
        Assert.Equal(2, counts.AsArray().Sum(span => (int)span!["count"]!));

        var csv = await (await program.GetAsync("/api/history/export?format=csv")).Content.ReadAsStringAsync(Cancel);
        var json = await (await program.GetAsync("/api/history/export?format=json&table=tools")).Content.ReadAsStringAsync(Cancel);
        Assert.DoesNotContain(Secret, csv + json, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"(^|[,\n])""?[=+@]", csv);
        Assert.All(JsonNode.Parse(json)!.AsArray(), row => Assert.Equal("tools", (string)row!["table_name"]!));
        await JsonAsync(await program.GetAsync("/api/history/export?format=xls"), HttpStatusCode.BadRequest);

        var path = $"/api/history/{found["items"]![0]!["id"]}/undo";
        var plan = await JsonAsync(await program.SendAsync(HttpMethod.Post, $"{path}?dryRun=true"), HttpStatusCode.OK);
        Assert.Equal(("update", "is_enabled"), ((string)plan["act"]!, (string)plan["changes"]![0]!["column"]!));
        Assert.False(
            (bool)(await JsonAsync(await program.GetAsync($"/api/tools/{tool["id"]}"), HttpStatusCode.OK))["tool"]!["is_enabled"]!
        );
        await JsonAsync(await program.SendAsync(HttpMethod.Post, path), HttpStatusCode.OK);
        Assert.True((bool)(await JsonAsync(await program.GetAsync($"/api/tools/{tool["id"]}"), HttpStatusCode.OK))["tool"]!["is_enabled"]!);
        await JsonAsync(await program.SendAsync(HttpMethod.Post, path), HttpStatusCode.BadRequest);
        await JsonAsync(await program.SendAsync(HttpMethod.Post, "/api/history/999999/undo"), HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_browser_saves_the_file_with_its_session_and_a_stranger_does_not()
    {
        using var browser = await console.SignInAsync(ConsoleServer.Administrator);
        using var stranger = console.Stranger();

        var file = await browser.GetAsync("/history/export?format=csv&table=users");

        Assert.Equal(HttpStatusCode.OK, file.StatusCode);
        Assert.Equal("change-history.csv", file.Content.Headers.ContentDisposition?.FileName);
        Assert.StartsWith("id,chain_number", await file.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.NotEqual(HttpStatusCode.OK, (await stranger.GetAsync("/history/export?format=csv")).StatusCode);
    }

    private static async Task<JsonNode> JsonAsync(HttpResponseMessage answer, HttpStatusCode status)
    {
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.StatusCode == status, $"{(int)answer.StatusCode} {text}");
        return JsonNode.Parse(text)!;
    }
}
