using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Server;

/// <summary>Messages of programs, and the queue, over HTTP.</summary>
public sealed class MessagingOverHttpTests(MessagingConsole console) : IClassFixture<MessagingConsole>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_bridge_sends_a_message_and_waits_for_the_answer()
    {
        using var bridge = console.WithKey(await console.CreateKeyAsync(Policies.SendMessages));
        var taken = await SendAsync(
            bridge,
            new
            {
                platform = "matrix",
                platform_user_id = "@ada:home",
                text = "Where?",
                agent = console.Athena,
            }
        );

        var answer = await UntilOverAsync(bridge, (int)taken["message_id"]!);

        Assert.Equal(("done", "I found three lamps."), ((string?)answer["status"], (string?)answer["answer"]));
        foreach (var closed in new[] { "/api/queue", $"/api/queue/{taken["queue_id"]}", "/api/agents" })
        {
            using var refused = await bridge.SendAsync(HttpMethod.Get, closed);
            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        }
    }

    [Fact]
    public async Task It_hears_of_the_answer_by_server_sent_events()
    {
        using var bridge = console.WithKey(ConsoleServer.FirstKey);
        var taken = await SendAsync(
            bridge,
            new
            {
                platform = "matrix",
                platform_user_id = "@eve:home",
                text = "Where?",
                agent = "Agent 1",
            }
        );

        using var events = await bridge.SendAsync(HttpMethod.Get, $"/api/messages/{taken["message_id"]}/events");

        Assert.Equal("text/event-stream", events.Content.Headers.ContentType!.MediaType);
        var told = await events.Content.ReadAsStringAsync(Cancel).WaitAsync(TimeSpan.FromMinutes(1), Cancel);
        Assert.Contains("event: done", told, StringComparison.Ordinal);
        Assert.Contains("I found three lamps.", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_repeated_call_joins_the_first_and_another_body_is_refused()
    {
        using var bridge = console.WithKey(ConsoleServer.FirstKey);
        var message = new
        {
            platform = "matrix",
            platform_user_id = "@bob:home",
            text = "Once",
            agent = console.Athena,
        };
        using var first = await SendAsync(bridge, message, "abc");
        using var again = await SendAsync(bridge, message, "abc");
        using var other = await SendAsync(bridge, message with { text = "Twice" }, "abc");

        Assert.Equal(
            [HttpStatusCode.Accepted, HttpStatusCode.Accepted, HttpStatusCode.UnprocessableEntity],
            [first.StatusCode, again.StatusCode, other.StatusCode]
        );
        var (one, two) = (await ReadAsync(first), await ReadAsync(again));
        Assert.Equal(((int)one["message_id"]!, true), ((int)two["message_id"]!, (bool)two["is_repeated"]!));
        Assert.Contains("another message", (string?)(await ReadAsync(other))["detail"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_operator_cancels_a_message_and_takes_that_back()
    {
        using var root = console.WithKey(ConsoleServer.FirstKey);
        using var paused = await root.SendAsync(
            HttpMethod.Post,
            "/api/queue/pauses",
            new { scope = "agent", subject = $"{console.Athena}" }
        );
        Assert.Equal(HttpStatusCode.OK, paused.StatusCode);
        var pause = (int)(await ReadAsync(paused))["id"]!;
        var entry = (int)
            (
                await SendAsync(
                    root,
                    new
                    {
                        platform = "matrix",
                        platform_user_id = "@cleo:home",
                        text = "Wait",
                        agent = console.Athena,
                    }
                )
            )["queue_id"]!;

        using var acted = await root.SendAsync(HttpMethod.Post, "/api/queue/acts", new { kind = "cancel", ids = new[] { entry } });
        Assert.Equal(HttpStatusCode.Accepted, acted.StatusCode);
        Assert.Equal("cancelled", await StatusAsync(root, entry));
        using var undone = await root.SendAsync(HttpMethod.Post, $"/api/queue/acts/{(await ReadAsync(acted))["id"]}/undo");
        Assert.Equal(HttpStatusCode.OK, undone.StatusCode);
        Assert.Equal("pending", await StatusAsync(root, entry));

        using var resumed = await root.SendAsync(HttpMethod.Delete, $"/api/queue/pauses/{pause}");
        Assert.Equal(HttpStatusCode.NoContent, resumed.StatusCode);
        await Wait.UntilAsync(async () => await StatusAsync(root, entry) == "done");
    }

    [Theory]
    [InlineData("""{"platform": "matrix", "platform_user_id": "7", "text": "hello"}""", "agent")]
    [InlineData("""{"platform": "Matrix!", "platform_user_id": "7", "text": "hello", "agent": 1}""", "platform")]
    [InlineData("""{"platform": "matrix", "platform_user_id": "7", "text": "hello", "agent": "Nobody"}""", "agent")]
    [InlineData("""{"platform": "matrix", "platform_user_id": "7", "text": "", "agent": 1}""", "text")]
    [InlineData("""{"platform": "matrix", "platform_user_id": "7", "text": "hello", "agent": {"id": 1}}""", "agent")]
    public async Task What_is_wrong_with_a_message_is_said_at_its_field(string body, string field)
    {
        using var bridge = console.WithKey(ConsoleServer.FirstKey);

        using var refused = await bridge.SendAsync(HttpMethod.Post, "/api/messages", JsonNode.Parse(body));

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.NotNull((await ReadAsync(refused))["errors"]?[field]);
    }

    private static async Task<string?> StatusAsync(Caller caller, int entry) =>
        (string?)JsonNode.Parse(await caller.ReadAsync($"/api/queue/{entry}"))!["entry"]!["status"];

    private static async Task<JsonNode> UntilOverAsync(Caller caller, int message)
    {
        JsonNode answer = null!;
        await Wait.UntilAsync(async () =>
            (bool)(answer = JsonNode.Parse(await caller.ReadAsync($"/api/messages/{message}/answer?wait=20"))!)["is_over"]!
        );
        return answer;
    }

    private static async Task<JsonNode> SendAsync(Caller caller, object message)
    {
        using var answer = await SendAsync(caller, message, null);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        return await ReadAsync(answer);
    }

    private static Task<HttpResponseMessage> SendAsync(Caller caller, object message, string? key) =>
        caller.PostAsync("/api/messages", JsonContent.Create(message), key);

    private static async Task<JsonNode> ReadAsync(HttpResponseMessage answer) =>
        (await answer.Content.ReadFromJsonAsync<JsonNode>(Cancel))!;
}
