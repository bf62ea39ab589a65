using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Server;

/// <summary>Memories by the API: added, changed, held, merged and forgotten, and what is wrong is said.</summary>
public sealed class MemoriesOverHttpTests(ConsoleServer console) : IClassFixture<ConsoleServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_memory_is_added_changed_held_released_and_forgotten()
    {
        using var program = console.WithKey(ConsoleServer.FirstKey);
        using var made = await program.SendAsync(HttpMethod.Post, "/api/memories", new { content = "  Likes tea ", kind = "preference" });
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        var row = (await made.Content.ReadFromJsonAsync<JsonNode>(Cancel))!;
        var path = $"/api/memories/{row["id"]}";
        Assert.Equal(("Likes tea", "active", true), ((string)row["content"]!, (string)row["status"]!, (bool)row["is_own"]!));

        foreach (var (act, status) in new[] { ("hold", "held"), ("release", "active") })
        {
            using var done = await program.SendAsync(HttpMethod.Post, $"{path}/{act}", new { });
            Assert.Equal(status, (string)(await done.Content.ReadFromJsonAsync<JsonNode>(Cancel))!["status"]!);
        }

        using var changed = await program.SendAsync(HttpMethod.Put, path, new { content = "Likes coffee" });
        Assert.Equal("Likes coffee", (string)(await changed.Content.ReadFromJsonAsync<JsonNode>(Cancel))!["content"]!);
        Assert.Contains("coffee", await program.ReadAsync("/api/memories?q=coff*&kind=preference&status=active"), StringComparison.Ordinal);
        using var forgotten = await program.SendAsync(HttpMethod.Delete, path, new { });
        Assert.Equal(HttpStatusCode.NoContent, forgotten.StatusCode);
        using var gone = await program.SendAsync(HttpMethod.Delete, path, new { });
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    [Theory]
    [InlineData("POST", "/api/memories", """{"content":""}""", "what is to be remembered")]
    [InlineData("POST", "/api/memories", """{"content":" \u200b "}""", "what is to be remembered")]
    [InlineData("POST", "/api/memories", """{"content":"a\u0000b"}""", "NUL")]
    [InlineData("POST", "/api/memories", """{"content":"a","kind":"opinion"}""", "kind")]
    [InlineData("POST", "/api/memories", """{"content":"a","scope":"agent"}""", "Choose the agent")]
    [InlineData("POST", "/api/memories", """{"content":"a","scope":"agent","agent_id":999}""", "Unknown agent")]
    [InlineData("POST", "/api/memories", """{"content":"a","colour":"red"}""", "colour")]
    [InlineData("GET", "/api/memories?kind=opinion", null, "Unknown kind")]
    [InlineData("GET", "/api/memories?sort=colour", null, "Can't sort by")]
    [InlineData("POST", "/api/memories/duplicates", """{"stamp":null}""", "stamp")]
    [InlineData("POST", "/api/vector-indexes", """{"config_id":999}""", "Unknown embedding model")]
    [InlineData("PUT", "/api/memory-settings", """{"most_recalled":51}""", "from 0 to 50")]
    [InlineData("PUT", "/api/memory-settings", """{"half_life_days":0}""", "from 1 to 3,650")]
    [InlineData("PUT", "/api/memory-settings", """{"extraction_config_id":999}""", "Unknown model")]
    public async Task What_is_wrong_is_said(string method, string path, string? body, string expected)
    {
        using var program = console.WithKey(ConsoleServer.FirstKey);
        using var request = new HttpRequestMessage(new(method), path);
        if (body is not null)
        {
            request.Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        }

        if (path == "/api/memory-settings")
        {
            request.Headers.TryAddWithoutValidation("If-Match", "\"0\"");
        }

        using var answer = await program.SendAsync(request);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(expected, await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }
}
