using System.Net;
using System.Text.Json.Nodes;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Server;

public sealed class QueueOverHttpTests(TwoServersConsole console) : IClassFixture<TwoServersConsole>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_program_sees_what_waits_cancels_it_and_lets_the_rest_go_on()
    {
        var there = console.AppServer.Add("Hermes");
        using var program = console.WithKey(ConsoleServer.FirstKey);
        var adopted = await SentAsync(program, HttpMethod.Post, "/api/agents/adopt", new { letta_uids = new[] { there.Id } });
        var path = $"/api/agents/{adopted["ids"]![0]}";
        await SentAsync(program, HttpMethod.Post, $"{path}/queue", new { text = "SLOW" });
        await SentAsync(program, HttpMethod.Post, $"{path}/queue", new { text = "second" });
        var waiting = (await SentAsync(program, HttpMethod.Post, $"{path}/queue", new { text = "third" }))["queue"]!.AsArray();

        Assert.Equal(["second", "third"], waiting.Select(message => (string)message!["text"]!));
        Assert.All(waiting, message => Assert.StartsWith("key ", (string)message!["by"]!, StringComparison.Ordinal));
        var left = await SentAsync(program, HttpMethod.Delete, $"{path}/queue/{waiting[0]!["id"]}");
        Assert.Equal("third", (string)Assert.Single(left["queue"]!.AsArray())!["text"]!);
        using var again = await program.SendAsync(HttpMethod.Delete, $"{path}/queue/{waiting[0]!["id"]}");
        Assert.Equal(HttpStatusCode.BadRequest, again.StatusCode);
        var paused = await SentAsync(program, HttpMethod.Post, $"{path}/cancel");
        Assert.True((bool)Assert.Single(paused["queue"]!.AsArray())!["is_paused"]!);
        await SentAsync(program, HttpMethod.Post, $"{path}/queue/resume");
        await Wait.UntilAsync(async () =>
            JsonNode.Parse(await program.ReadAsync($"{path}/messages"))!["messages"]!.AsArray() is [.., var said, var answer]
            && ((string)said!["text"]!, (string)answer!["text"]!) == ("third", "Hello from fake")
        );
    }

    private static async Task<JsonNode> SentAsync(Caller program, HttpMethod method, string path, object? form = null)
    {
        using var answer = await program.SendAsync(method, path, form);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{(int)answer.StatusCode} {text}");
        return JsonNode.Parse(text)!;
    }
}
