using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Sanctum.Configurator.Tests.Support;

/// <summary>A call of the Bot API, with what it sent.</summary>
public sealed record BotCall(string Method, JsonObject Sent)
{
    public string? Text => (string?)Sent["text"];
}

/// <summary>A Bot API server of one bot: it holds updates until they are dealt with, and takes messages.</summary>
public sealed class FakeTelegram : IAsyncDisposable
{
    public const string Token = "4242:ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghi";

    private readonly ConcurrentQueue<BotCall> _calls = new();
    private readonly Lock _lock = new();
    private readonly List<JsonObject> _updates = [];
    private readonly CancellationTokenSource _stop = new();
    private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private WebApplication _server = null!;
    private int _messages = 500;

    public Uri Address => new(_server.Urls.Single());

    public IReadOnlyList<BotCall> Calls => [.. _calls];

    /// <summary>Instead of the usual answer to a method: status and body; null for the usual.</summary>
    public Func<BotCall, (int Status, string Body)?>? Judge { get; set; }

    /// <summary>The first update id that was asked for last; null where none was.</summary>
    public long? Offset { get; private set; }

    /// <summary>Path → what stands in the file; its id is its path.</summary>
    public ConcurrentDictionary<string, byte[]> Files { get; } = [];

    public string WebhookUrl { get; set; } = "";

    public IEnumerable<BotCall> Of(string method) => Calls.Where(call => call.Method == method);

    public IReadOnlyList<string> Texts => [.. Of("sendMessage").Select(call => call.Text!)];

    public static async Task<FakeTelegram> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var fake = new FakeTelegram { _server = builder.Build() };
        fake._server.MapPost("/bot{token}/{method}", fake.AnswerAsync);
        fake._server.MapGet("/file/bot{token}/{**path}", (string token, string path) => fake.File(token, path));
        await fake._server.StartAsync();
        return fake;
    }

    /// <summary>Somebody writes: what is given is put into an update as JSON.</summary>
    public void Add(int id, string kind, string json)
    {
        lock (_lock)
        {
            _updates.Add(new() { ["update_id"] = id, [kind] = JsonNode.Parse(json) });
            _news.TrySetResult();
        }
    }

    /// <summary>A text in a private chat.</summary>
    public void Write(int id, string text, long from = 7, string more = "") => Add(id, "message", Message(id, text, from, more));

    public static string Message(int id, string text, long from = 7, string more = "") =>
        $$"""
            {"message_id": {{id}}, "date": 1764000000, "chat": {"id": {{from}}, "type": "private"},
             "from": {"id": {{from}}, "is_bot": false, "first_name": "Ada", "last_name": "L", "username": "ada", "language_code": "en"},
             "text": {{JsonSerializer.Serialize(text)}}{{more}}}
            """;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _server.DisposeAsync();
    }

    public static (int, string) Error(int code, string description, string? parameters = null) =>
        (
            code,
            new JsonObject
            {
                ["ok"] = false,
                ["error_code"] = code,
                ["description"] = description,
                ["parameters"] = parameters is null ? null : JsonNode.Parse(parameters),
            }.ToJsonString()
        );

    private async Task<IResult> AnswerAsync(string token, string method, HttpRequest request)
    {
        using var reader = new StreamReader(request.Body);
        var body = await reader.ReadToEndAsync(request.HttpContext.RequestAborted);
        var call = new BotCall(method, body.Length == 0 ? [] : JsonNode.Parse(body)!.AsObject());
        _calls.Enqueue(call);
        if (Judge?.Invoke(call) is var (status, said))
        {
            return Results.Text(said, "application/json", statusCode: status);
        }

        if (token != Token)
        {
            var (code, text) = Error(401, "Unauthorized");
            return Results.Text(text, "application/json", statusCode: code);
        }

        var result = method switch
        {
            "getMe" =>
                """{"id": 4242, "is_bot": true, "first_name": "Athena", "username": "AthenaBot", "can_join_groups": true, "can_read_all_group_messages": false}""",
            "getWebhookInfo" =>
                $$"""{"url": {{JsonSerializer.Serialize(WebhookUrl)}}, "has_custom_certificate": false, "pending_update_count": 0}""",
            "setWebhook" => SetWebhook((string)call.Sent["url"]!),
            "deleteWebhook" => SetWebhook(""),
            "getUpdates" => await UpdatesAsync((long?)call.Sent["offset"], request.HttpContext.RequestAborted),
            "getFile" =>
                $$"""{"file_id": "f", "file_unique_id": "u", "file_path": {{JsonSerializer.Serialize((string?)call.Sent["file_id"])}}}""",
            "sendMessage" or "sendPhoto" or "editMessageText" =>
                $$$"""{"message_id": {{{Interlocked.Increment(ref _messages)}}}, "date": 1764000000, "chat": {"id": 7, "type": "private"}}""",
            _ => "true",
        };
        return Results.Text($$"""{"ok": true, "result": {{result}}}""", "application/json");
    }

    private IResult File(string token, string path) =>
        token == Token && Files.TryGetValue(path, out var bytes) ? Results.Bytes(bytes) : Results.NotFound();

    private string SetWebhook(string url)
    {
        WebhookUrl = url;
        return "true";
    }

    /// <summary>Held open until something is there.</summary>
    private async Task<string> UpdatesAsync(long? offset, CancellationToken cancel)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, _stop.Token);
        Offset = offset;
        while (true)
        {
            Task news;
            lock (_lock)
            {
                _updates.RemoveAll(update => (int)update["update_id"]! < (offset ?? 0));
                if (_updates.Count > 0)
                {
                    return $"[{string.Join(',', _updates.Select(update => update.ToJsonString()))}]";
                }

                news = (_news = new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }

            await news.WaitAsync(either.Token);
        }
    }
}
