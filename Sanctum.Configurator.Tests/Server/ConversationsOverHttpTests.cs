using System.Net;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Server;

/// <summary>Conversations by the API: asked, followed, gone on with after any event, and kept from others.</summary>
public sealed class ConversationsOverHttpTests(MessagingConsole console) : IClassFixture<MessagingConsole>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_answer_streams_and_is_gone_on_with_after_any_event()
    {
        console.Talk.Reply = FakeLettaReply.Answers;
        using var program = console.WithKey(ConsoleServer.FirstKey);

        var events = await EventsAsync(await AskAsync(program, new { text = "Where are the lamps?", agent_id = console.Athena }));

        Assert.Equal("start", events[0].EventType);
        Assert.Equal(["message", "end"], events.TakeLast(2).Select(told => told.EventType));
        Assert.All(events.Where(told => told.EventType != "message"), told => Assert.NotNull(told.EventId));
        var id = (string)Json(events[0])["conversation_id"]!;
        Assert.Equal("I found three lamps.", (string?)Json(events[^2])["content"]);
        Assert.Equal("complete", (string?)Json(events[^1])["state"]);

        var resumed = await EventsAsync(await AskAsync(program, new { conversation_id = id }, events[0].EventId));
        Assert.Equal(["message", "end"], resumed.Select(told => told.EventType));
        var followed = await EventsAsync(await FollowAsync(program, id, events[0].EventId));
        Assert.Equal(["message", "end"], followed.Select(told => told.EventType));
        using var over = await FollowAsync(program, id, events[^1].EventId);
        Assert.Equal(HttpStatusCode.NoContent, over.StatusCode);
        using var unknown = await AskAsync(program, new { conversation_id = id }, "999999:1");
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);

        var page = JsonNode.Parse(await program.ReadAsync($"/api/conversations/{id}/messages"))!;
        Assert.Equal(["Where are the lamps?", "I found three lamps."], page["messages"]!.AsArray().Select(m => (string)m!["content"]!));
        Assert.StartsWith("# Where are the lamps?", await program.ReadAsync($"/api/conversations/{id}/export"), StringComparison.Ordinal);
        var whole = JsonNode.Parse(await program.ReadAsync($"/api/conversations/{id}/export?format=json"))!;
        Assert.Equal(2, whole["conversations"]![0]!["messages"]!.AsArray().Count);
    }

    [Fact]
    public async Task A_client_that_vanishes_loses_nothing_and_stop_keeps_what_came()
    {
        console.Talk.Reply = FakeLettaReply.NeverEnds;
        using var program = console.WithKey(ConsoleServer.FirstKey);
        var message = Guid.CreateVersion7();
        string id;
        using (
            var answer = await AskAsync(
                program,
                new
                {
                    text = "Think",
                    agent_id = console.Athena,
                    message_id = message,
                }
            )
        )
        {
            await using var stream = await answer.Content.ReadAsStreamAsync(Cancel);
            await using var parts = SseParser.Create(stream).EnumerateAsync(Cancel).GetAsyncEnumerator(Cancel);
            Assert.True(await parts.MoveNextAsync());
            id = (string)JsonNode.Parse(parts.Current.Data)!["conversation_id"]!;
        }

        await Wait.UntilAsync(async () =>
            (await program.ReadAsync($"/api/conversations/{id}/messages")).Contains("streaming", StringComparison.Ordinal)
        );
        using var again = await AskAsync(
            program,
            new
            {
                text = "Think",
                conversation_id = id,
                message_id = message,
            }
        );
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        List<SseItem<string>> events = [];
        await using var followed = await again.Content.ReadAsStreamAsync(Cancel);
        await foreach (var told in SseParser.Create(followed).EnumerateAsync(Cancel))
        {
            events.Add(told);
            if (told.EventType == "reasoning" && told.Data.Contains("think.", StringComparison.Ordinal))
            {
                using var stopped = await program.SendAsync(HttpMethod.Post, $"/api/conversations/{id}/stop");
                Assert.Equal(1, (int)(await stopped.Content.ReadFromJsonAsync<JsonNode>(Cancel))!["stopped"]!);
            }
        }

        Assert.Equal("stopped", (string?)Json(events[^1])["state"]);
        Assert.Equal("Let me think.", (string?)Json(events[^2])["reasoning"]);
        Assert.Equal(2, (int)JsonNode.Parse(await program.ReadAsync($"/api/conversations/{id}"))!["message_count"]!);
    }

    [Fact]
    public async Task Somebody_else_finds_nothing_of_it_and_refusals_have_sentences()
    {
        console.Talk.Reply = FakeLettaReply.Answers;
        using var program = console.WithKey(ConsoleServer.FirstKey);
        using var made = await program.SendAsync(HttpMethod.Post, "/api/conversations", new { title = "Mine", agent_id = console.Athena });
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        var path = made.Headers.Location!.ToString();
        using var reader = console.WithKey(await console.CreateKeyAsync("registry:read"));
        using var forbidden = await reader.GetAsync(path);
        Assert.Equal(HttpStatusCode.Forbidden, forbidden.StatusCode);
        using var weak = console.WithKey(await console.CreateKeyAsync("conversations:use"));
        using var noTalk = await AskAsync(weak, new { text = "x", conversation_id = path.Split('/')[^1] });
        Assert.Contains("registry:operate", await noTalk.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        using var empty = await AskAsync(program, new { text = " " });
        Assert.Contains("Enter a message", await empty.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);

        var etag = (await program.GetAsync(path)).Headers.ETag!.ToString();
        using var renamed = await program.SendAsync(HttpMethod.Put, path, new { title = "Ours" }, etag);
        Assert.Equal(HttpStatusCode.OK, renamed.StatusCode);
        using var late = await program.SendAsync(HttpMethod.Put, path, new { title = "Late" }, etag);
        Assert.Equal(HttpStatusCode.PreconditionFailed, late.StatusCode);
        using var gone = await program.SendAsync(HttpMethod.Delete, path);
        Assert.Equal(HttpStatusCode.NoContent, gone.StatusCode);
        using var missing = await program.GetAsync(path);
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
    }

    private static Task<HttpResponseMessage> AskAsync(Caller program, object form, string? after = null) =>
        SendAsync(program, HttpMethod.Post, "/api/chat/stream", form, after);

    private static Task<HttpResponseMessage> FollowAsync(Caller program, string id, string? after) =>
        SendAsync(program, HttpMethod.Get, $"/api/conversations/{id}/stream", null, after);

    private static Task<HttpResponseMessage> SendAsync(Caller program, HttpMethod method, string path, object? form, string? after)
    {
        var request = new HttpRequestMessage(method, path) { Content = form is null ? null : JsonContent.Create(form) };
        if (after is not null)
        {
            request.Headers.Add("Last-Event-ID", after);
        }

        return program.StreamAsync(request);
    }

    private static async Task<List<SseItem<string>>> EventsAsync(HttpResponseMessage answer)
    {
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{answer.StatusCode}");
        await using var stream = await answer.Content.ReadAsStreamAsync(Cancel);
        return await SseParser.Create(stream).EnumerateAsync(Cancel).ToListAsync(Cancel);
    }

    private static JsonNode Json(SseItem<string> told) => JsonNode.Parse(told.Data)!;
}
