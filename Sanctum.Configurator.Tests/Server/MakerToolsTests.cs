using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Server;

/// <summary>The seven rows of seed 004's table: each call, as a cURL command, becomes a tool that does it.</summary>
public sealed class MakerToolsTests(RestConsoles consoles) : IClassFixture<RestConsoles>
{
    private const string Place = "00000000-0000-0000-0000-000000000000";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("conversations", "ListConversations", "GET", "A talk of lamps")]
    [InlineData("conversations", "CreateConversation", "POST", "A new conversation")]
    [InlineData("messages", "GetMessages", "GET", "Hello there")]
    [InlineData("messages", "SaveMessage", "POST", "What was said")]
    [InlineData("generated_code", "GetGeneratedCode", "GET", "LampCard")]
    [InlineData("generated_code", "SaveGeneratedCode", "POST", "export const Card")]
    [InlineData("user_preferences", "GetPreferences", "GET", "minimal")]
    public async Task A_call_becomes_a_tool_that_makes_it(string table, string name, string method, string expected)
    {
        var console = await consoles.OnAsync(TestDatabase.Sqlite);
        var person = await console.AddPersonAsync();
        var conversation = await person.AddOneAsync("conversations", """{"title":"A talk of lamps"}""");
        await person.AddAsync("messages", $$"""{"conversation_id":"{{conversation}}","role":"user","content":"Hello there"}""");
        await person.AddAsync("generated_code", """{"component_name":"LampCard","code":"export {};"}""");
        await person.AddAsync("user_preferences", "{}");

        var tools = JsonNode.Parse((await person.GetAsync("/api/rest/tools")).Text)!.AsArray();
        Assert.Equal(7, tools.Count);
        var offered = tools.Single(tool => (string?)tool!["name"] == name)!;
        Assert.Equal((table, method), ((string?)offered["table"], (string?)offered["method"]));
        var command = ((string)offered["curl"]!).Replace(Place, conversation, StringComparison.Ordinal);

        using var caller = console.WithKey(person.Key);
        var preview = await caller.SendAsync(HttpMethod.Post, "/api/tools/from-curl?dryRun=true", new { command, name });
        Assert.Equal(HttpStatusCode.OK, preview.StatusCode);
        var made = await caller.SendAsync(
            HttpMethod.Post,
            "/api/tools/from-curl",
            new { command = command.Replace("$SANCTUM_API_KEY", person.Key, StringComparison.Ordinal), name = $"{name} {person.Me}" }
        );
        Assert.True(made.StatusCode == HttpStatusCode.Created, await made.Content.ReadAsStringAsync(Cancel));
        var tool = await made.Content.ReadFromJsonAsync<JsonNode>(Cancel);
        var run = await caller.SendAsync(HttpMethod.Post, $"/api/tool-instances/{tool!["instance_id"]}/run");
        var said = await run.Content.ReadAsStringAsync(Cancel);

        Assert.True(run.IsSuccessStatusCode && said.Contains("ok", StringComparison.OrdinalIgnoreCase), said);
        var rows = await person.GetAsync($"{table}?select=*");
        Assert.Contains(expected, rows.Text, StringComparison.Ordinal);
        Assert.True(method == "POST" || said.Contains(expected, StringComparison.Ordinal), said);
    }

    [Fact]
    public async Task The_key_is_a_secret_that_the_import_asks_for()
    {
        var console = await consoles.OnAsync(TestDatabase.Sqlite);
        var person = await console.AddPersonAsync();
        var command = (string)JsonNode.Parse((await person.GetAsync("/api/rest/tools")).Text)![0]!["curl"]!;
        using var caller = console.WithKey(person.Key);

        var made = await caller.SendAsync(HttpMethod.Post, "/api/tools/from-curl", new { command, name = $"Listed {person.Me}" });

        var text = await made.Content.ReadAsStringAsync(Cancel);
        Assert.True(made.StatusCode == HttpStatusCode.Created, text);
        Assert.DoesNotContain(person.Key, text, StringComparison.Ordinal);
    }
}
