using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Sanctum.Configurator.Tests.Server;

/// <summary>Jobs of a console in another process that tell a receiver each time they run.</summary>
internal static class TellingJobs
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <returns>The id of the tool instance that tells the receiver its argument <c>body</c>.</returns>
    public static async Task<int> AddToolAsync(ConsoleProcess console, Uri receiver)
    {
        var tool = await PostAsync(console, "/api/tools", new { name = "receiver" });
        var config = new
        {
            kind = "http",
            method = "POST",
            url = $"{receiver}run",
            headers = Array.Empty<string[]>(),
            secrets = Array.Empty<string>(),
            body = "",
        };
        return (int)
            (
                await PostAsync(
                    console,
                    "/api/tool-instances",
                    new
                    {
                        name = "post",
                        tool_id = (int)tool["id"]!,
                        config,
                    }
                )
            )["id"]!;
    }

    public static async Task<JsonNode> PostAsync(ConsoleProcess console, string path, object body)
    {
        using var answer = await console.SendAsync(HttpMethod.Post, path, body);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
        return (await answer.Content.ReadFromJsonAsync<JsonNode>(Cancel))!;
    }
}
