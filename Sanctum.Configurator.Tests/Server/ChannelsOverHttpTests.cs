using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Sanctum.Configurator.Features.Messaging.Channels.Telegram;
using Sanctum.Configurator.Features.Messaging.Channels.Webhook;
using Sanctum.Configurator.Tests.Features.Messaging.Channels.Webhook;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Server;

public sealed class ChannelsOverHttpTests(ConsoleServer console) : IClassFixture<ConsoleServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    [Fact]
    public async Task A_program_posts_signed_messages_which_are_taken_once()
    {
        var secret = WebhookSignature.NewSecret();
        using var program = console.WithKey(ConsoleServer.FirstKey);
        var channel = await AddAsync(
            program,
            new
            {
                name = "Website",
                connector = "webhook",
                platform = "website",
                agent_id = await AgentAsync("Athena"),
                settings = new { url = "http://127.0.0.1:9/answers" },
                secret,
            }
        );
        const string Body = """{"user_id": "7", "display_name": "Ada", "text": "Grüße", "chat": "c1", "metadata": {"plan": "free"}}""";
        var path = $"/api/channels/{channel["id"]}/incoming";
        Assert.Null(channel["secret"]);

        var (status, answer) = await PostAsync(path, Body, "m1", Now, secret);
        Assert.Equal(HttpStatusCode.Accepted, status);
        Assert.False((bool)answer["is_repeated"]!);
        (status, var again) = await PostAsync(path, Body, "m1", Now.AddSeconds(1), secret);
        Assert.Equal((HttpStatusCode.Accepted, true), (status, (bool)again["is_repeated"]!));
        Assert.Equal((int)answer["message_id"]!, (int)again["message_id"]!);
        Assert.Equal("1", await SqlAsync("SELECT count(*) FROM messages WHERE external_id = 'm1'"));

        Assert.Equal(HttpStatusCode.Unauthorized, (await PostAsync(path, Body, "m2", Now.AddMinutes(-6), secret)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await PostAsync(path, Body, "m2", Now, WebhookSignature.NewSecret())).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await PostAsync("/api/channels/999/incoming", Body, "m2", Now, secret)).Status);
        foreach (
            var wrong in new[]
            {
                "",
                "[]",
                "{",
                """{"user_id": "7"}""",
                """{"user_id": "7", "text": " "}""",
                """{"user_id": 7, "text": {}}""",
            }
        )
        {
            Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync(path, wrong, "m2", Now, secret)).Status);
        }

        using var paused = await program.SendAsync(HttpMethod.Post, $"/api/channels/{channel["id"]}/pause");
        Assert.Equal(HttpStatusCode.OK, paused.StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await PostAsync(path, Body, "m2", Now, secret)).Status);
        Assert.Equal("1", await SqlAsync("SELECT count(*) FROM messages WHERE external_id IN ('m1', 'm2')"));
    }

    [Fact]
    public async Task Telegram_calls_with_its_word_and_is_not_sent_away_with_what_nobody_can_read()
    {
        await using var telegram = await FakeTelegram.StartAsync();
        using var program = console.WithKey(ConsoleServer.FirstKey);
        var channel = await AddAsync(
            program,
            new
            {
                name = "Bot",
                connector = "telegram",
                agent_id = await AgentAsync("Hermes"),
                is_enabled = false,
                settings = new { base_url = telegram.Address.GetLeftPart(UriPartial.Authority) },
                secret = FakeTelegram.Token,
            }
        );
        var id = (int)channel["id"]!;
        await SqlAsync($$"""UPDATE channels SET is_enabled = 1, settings = json_set(settings, '$.receive', 'webhook') WHERE id = {{id}}""");
        var word = TelegramListening.SecretFor(FakeTelegram.Token, id);
        var update = $$"""{"update_id": 1, "message": {{FakeTelegram.Message(5, "by webhook")}}}""";

        Assert.Equal(HttpStatusCode.Unauthorized, await CallAsync(id, update, "wrong"));
        Assert.Equal(HttpStatusCode.Unauthorized, await CallAsync(id + 1, update, word));
        Assert.Equal(HttpStatusCode.OK, await CallAsync(id, update, word));
        Assert.Equal(HttpStatusCode.OK, await CallAsync(id, update, word));
        Assert.Equal(HttpStatusCode.OK, await CallAsync(id, "{", word));
        Assert.Equal(HttpStatusCode.OK, await CallAsync(id, """{"update_id": 2, "message": 5}""", word));
        Assert.Equal("1", await SqlAsync("SELECT count(*) FROM messages WHERE message = 'by webhook'"));
    }

    private async Task<HttpStatusCode> CallAsync(int channel, string update, string word)
    {
        using var client = new HttpClient { BaseAddress = console.Address };
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/channels/{channel}/telegram") { Content = JsonOf(update) };
        request.Headers.Add("X-Telegram-Bot-Api-Secret-Token", word);
        using var answer = await client.SendAsync(request, Cancel);
        return answer.StatusCode;
    }

    private async Task<(HttpStatusCode Status, JsonNode Answer)> PostAsync(
        string path,
        string body,
        string id,
        DateTimeOffset at,
        string secret
    )
    {
        using var client = new HttpClient { BaseAddress = console.Address };
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonOf(body) };
        foreach (var (name, value) in SigningWebhooksTests.HeadersOf(id, at, body, secret))
        {
            request.Headers.Add(name, value.ToString());
        }

        using var answer = await client.SendAsync(request, Cancel);
        return (answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel))!);
    }

    private static ByteArrayContent JsonOf(string body) =>
        new(Encoding.UTF8.GetBytes(body)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };

    private static async Task<JsonNode> AddAsync(Caller program, object channel)
    {
        using var answer = await program.SendAsync(HttpMethod.Post, "/api/channels", channel);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.StatusCode == HttpStatusCode.Created, text);
        return JsonNode.Parse(text)!;
    }

    private async Task<int> AgentAsync(string name) =>
        int.Parse(
            await SqlAsync($"INSERT INTO agents (name) VALUES ('{name}'); SELECT id FROM agents WHERE name = '{name}'"),
            System.Globalization.CultureInfo.InvariantCulture
        );

    private Task<string> SqlAsync(string sql) => Sqlite3.RunAsync(Path.Join(console.Home, "registry.db"), sql);
}
