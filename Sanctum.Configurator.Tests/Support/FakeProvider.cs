using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Sanctum.Configurator.Tests.Support;

/// <summary>
/// A provider of models that speaks OpenAI's dialect under /v1 and Anthropic's under /anthropic. The name of the model says how it behaves:
/// <c>fine</c>, <c>status-401</c>, <c>empty</c>, <c>page</c>, <c>broken</c>, <c>inside</c>, <c>old</c>, <c>silent</c>, <c>toolless</c>.
/// </summary>
public sealed class FakeProvider : IAsyncDisposable
{
    private readonly ConcurrentQueue<Received> _received = new();
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private WebApplication _server = null!;

    /// <summary>Where its API begins.</summary>
    public string Address => $"{Origin}/v1";

    public string Origin => _server.Urls.Single();

    public IReadOnlyList<Received> All => [.. _received];

    /// <summary>The bodies of the calls of models.</summary>
    public IReadOnlyList<JsonNode> Calls => [.. All.Where(one => one.Body.Length > 0).Select(one => one.Json)];

    /// <summary>The key that it asks for; null for none.</summary>
    public string? Key { get; set; }

    /// <summary>The pieces of a stream in place of its own: their deltas, and what they count.</summary>
    public IReadOnlyList<(JsonObject? Delta, JsonObject? Usage)>? Pieces { get; set; }

    /// <summary>The answer to whoever wants to talk, as it stands, with its type.</summary>
    public (string Type, string Text)? Raw { get; set; }

    /// <summary>Of the answer that stands as it is.</summary>
    public int RawStatus { get; set; } = 200;

    /// <summary>In place of its own list.</summary>
    public string? ListText { get; set; }

    /// <summary>Null where it has no list.</summary>
    public IReadOnlyList<string>? Models { get; set; } = ["fine", "gpt-4o", "small"];

    /// <summary>The status by which the list is refused; null where it is not.</summary>
    public int? ListStatus { get; set; }

    /// <summary>Of the models in the list.</summary>
    public Dictionary<string, string> ShutdownDates { get; } = [];

    /// <summary>The words of an answer, each of which is a piece.</summary>
    public IReadOnlyList<string> Words { get; set; } = ["rea", "dy"];

    /// <summary>Waited for before each word of a stream, which has this number.</summary>
    public Func<int, Task>? BeforeWord { get; set; }

    /// <summary>What a word of a stream is said as, at the moment in which it is.</summary>
    public Func<string, string>? SaysWord { get; set; }

    /// <summary>How long it asks to be left alone, with every failure.</summary>
    public string? RetryAfter { get; set; }

    public int Dimension { get; set; } = 3;

    /// <summary>What a text is embedded as; null for as many zeros as there are dimensions.</summary>
    public Func<string, float[]>? Embeds { get; set; }

    public static async Task<FakeProvider> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var provider = new FakeProvider { _server = builder.Build() };
        provider._server.Run(provider.AnswerAsync);
        await provider._server.StartAsync();
        return provider;
    }

    public async ValueTask DisposeAsync()
    {
        _stopped.TrySetResult();
        await _server.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync();
        var headers = context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        _received.Enqueue(new($"{context.Request.Path}{context.Request.QueryString}", headers, body));
        var given =
            headers.GetValueOrDefault("Authorization")?.Replace("Bearer ", "")
            ?? headers.GetValueOrDefault("x-api-key")
            ?? headers.GetValueOrDefault("api-key");
        if (Key is not null && given != Key)
        {
            await FailAsync(context, 401, $"Incorrect API key provided: {given}.", "invalid_api_key");
            return;
        }

        var path = context.Request.Path.Value!;
        await (
            path.StartsWith("/moved", StringComparison.Ordinal) ? MoveAsync(context)
            : path.StartsWith("/elsewhere", StringComparison.Ordinal) ? NothingAsync(context)
            : path.EndsWith("/models", StringComparison.Ordinal) ? ListAsync(context)
            : path.EndsWith("/chat/completions", StringComparison.Ordinal) ? ChatAsync(context, JsonNode.Parse(body)!)
            : path.EndsWith("/v1/messages", StringComparison.Ordinal) ? MessageAsync(context)
            : path.EndsWith("/embeddings", StringComparison.Ordinal) ? EmbedAsync(context, JsonNode.Parse(body)!)
            : NothingAsync(context)
        );
    }

    private static Task MoveAsync(HttpContext context)
    {
        context.Response.Redirect("https://models.example/v1", permanent: true);
        return Task.CompletedTask;
    }

    private Task ListAsync(HttpContext context) =>
        ListStatus is { } status ? FailAsync(context, status, "You have insufficient permissions for this operation.", "missing_scope")
        : ListText is { } text ? context.Response.WriteAsync(text)
        : Models is null ? NothingAsync(context)
        : context.Response.WriteAsJsonAsync(
            new
            {
                @object = "list",
                data = Models.Select(id => new
                {
                    id,
                    @object = "model",
                    shutdown_date = ShutdownDates.GetValueOrDefault(id),
                }),
            }
        );

    private async Task ChatAsync(HttpContext context, JsonNode asked)
    {
        var model = (string)asked["model"]!;
        if (Raw is var (type, text))
        {
            context.Response.StatusCode = RawStatus;
            context.Response.ContentType = type;
            await context.Response.WriteAsync(text);
        }
        else if (model.StartsWith("status-", StringComparison.Ordinal))
        {
            await FailAsync(context, int.Parse(model["status-".Length..]), "It does not work today.", "some_error");
        }
        else if (model == "page")
        {
            context.Response.ContentType = "text/html";
            await context.Response.WriteAsync("<html>A proxy's page</html>");
        }
        else if (model == "toolless" && asked["response_format"] is not null)
        {
            await FailAsync(context, 400, "response_format json_schema is not supported", "invalid_request_error");
        }
        else if (model == "old" && asked["stream_options"] is not null)
        {
            await FailAsync(context, 400, "Unrecognized request argument supplied: stream_options", "invalid_request_error");
        }
        else if (model == "silent")
        {
            await Task.WhenAny(_stopped.Task, Gone(context));
        }
        else if (asked["stream"] is JsonValue streams && streams.GetValue<bool>())
        {
            await StreamAsync(context, asked, model);
        }
        else
        {
            await WholeAsync(context, asked, model);
        }
    }

    private async Task StreamAsync(HttpContext context, JsonNode asked, string model)
    {
        context.Response.ContentType = "text/event-stream";
        foreach (var (delta, usage) in Pieces ?? [])
        {
            var piece = Chunk(model, (JsonObject?)delta?.DeepClone(), null);
            piece["usage"] = usage?.DeepClone();
            await WriteAsync(context, piece);
        }

        if (Pieces is not null)
        {
            await context.Response.WriteAsync("data: [DONE]\n\n");
            return;
        }

        var number = 0;
        foreach (var word in model is "empty" or "inside" ? [] : Words)
        {
            await (BeforeWord?.Invoke(number++) ?? Task.CompletedTask).WaitAsync(context.RequestAborted);
            await WriteAsync(
                context,
                Chunk(model, new JsonObject { ["role"] = "assistant", ["content"] = SaysWord?.Invoke(word) ?? word }, null)
            );
        }

        if (model == "inside")
        {
            await WriteAsync(
                context,
                new JsonObject
                {
                    ["error"] = new JsonObject { ["message"] = "Upstream is overloaded", ["code"] = "overloaded" },
                }
            );
            return;
        }

        if (model == "broken")
        {
            await (BeforeWord?.Invoke(number) ?? Task.CompletedTask).WaitAsync(context.RequestAborted);
            context.Abort();
            return;
        }

        await WriteAsync(context, Chunk(model, [], "stop"));
        if (asked["stream_options"] is not null)
        {
            var last = Chunk(model, null, null);
            last["usage"] = Usage();
            await WriteAsync(context, last);
        }

        await context.Response.WriteAsync("data: [DONE]\n\n");
    }

    private static Task WholeAsync(HttpContext context, JsonNode asked, string model)
    {
        var message = new JsonObject
        {
            ["role"] = "assistant",
            ["content"] = asked["response_format"] is null ? "ready" : """{"city":"Oslo"}""",
        };
        if (asked["tools"] is not null && model != "toolless")
        {
            message["content"] = null;
            message["tool_calls"] = new JsonArray(
                new JsonObject
                {
                    ["id"] = "call_1",
                    ["type"] = "function",
                    ["function"] = new JsonObject { ["name"] = "weather_in", ["arguments"] = """{"city":"Oslo"}""" },
                }
            );
        }

        return context.Response.WriteAsJsonAsync(
            new JsonObject
            {
                ["id"] = "1",
                ["object"] = "chat.completion",
                ["created"] = 1,
                ["model"] = model,
                ["choices"] = new JsonArray(
                    new JsonObject
                    {
                        ["index"] = 0,
                        ["message"] = message,
                        ["finish_reason"] = message["tool_calls"] is null ? "stop" : "tool_calls",
                    }
                ),
                ["usage"] = Usage(),
            }
        );
    }

    /// <summary>120 tokens in, 20 of them from the cache; 30 out, 10 of them thought.</summary>
    private static JsonObject Usage() =>
        new()
        {
            ["prompt_tokens"] = 120,
            ["completion_tokens"] = 30,
            ["total_tokens"] = 150,
            ["prompt_tokens_details"] = new JsonObject { ["cached_tokens"] = 20 },
            ["completion_tokens_details"] = new JsonObject { ["reasoning_tokens"] = 10 },
        };

    private static JsonObject Chunk(string model, JsonObject? delta, string? finish) =>
        new()
        {
            ["id"] = "1",
            ["object"] = "chat.completion.chunk",
            ["created"] = 1,
            ["model"] = model,
            ["choices"] = delta is null
                ? []
                : new JsonArray(
                    new JsonObject
                    {
                        ["index"] = 0,
                        ["delta"] = delta,
                        ["finish_reason"] = finish,
                    }
                ),
        };

    /// <summary>Anthropic's stream: 100 tokens in, 20 read from the cache, 8 written to it, 30 out.</summary>
    private async Task MessageAsync(HttpContext context)
    {
        context.Response.ContentType = "text/event-stream";
        await EventAsync(
            context,
            "message_start",
            """{"type":"message_start","message":{"id":"m","type":"message","role":"assistant","model":"claude","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":100,"cache_creation_input_tokens":8,"cache_read_input_tokens":20,"output_tokens":1}}}"""
        );
        await EventAsync(
            context,
            "content_block_start",
            """{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"""
        );
        foreach (var word in Words)
        {
            await EventAsync(
                context,
                "content_block_delta",
                $$$"""{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"{{{word}}}"}}"""
            );
        }

        await EventAsync(context, "content_block_stop", """{"type":"content_block_stop","index":0}""");
        await EventAsync(
            context,
            "message_delta",
            """{"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":30}}"""
        );
        await EventAsync(context, "message_stop", """{"type":"message_stop"}""");
    }

    private Task EmbedAsync(HttpContext context, JsonNode asked)
    {
        var model = (string)asked["model"]!;
        if (model.StartsWith("status-", StringComparison.Ordinal))
        {
            return FailAsync(context, int.Parse(model["status-".Length..]), "It does not work today.", "some_error");
        }

        var text = asked["input"] is JsonArray many ? (string)many[0]! : (string)asked["input"]!;
        var vector = Embeds?.Invoke(text) ?? new float[Dimension];
        return context.Response.WriteAsJsonAsync(
            new
            {
                @object = "list",
                model = "small",
                data = new[]
                {
                    new
                    {
                        @object = "embedding",
                        index = 0,
                        embedding = Convert.ToBase64String(System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(vector).ToArray()),
                    },
                },
                usage = new { prompt_tokens = 2, total_tokens = 2 },
            }
        );
    }

    private static Task NothingAsync(HttpContext context)
    {
        context.Response.StatusCode = 404;
        return context.Response.WriteAsync("404 page not found");
    }

    private Task FailAsync(HttpContext context, int status, string message, string code)
    {
        context.Response.StatusCode = status;
        context.Response.Headers.RetryAfter = RetryAfter;
        return context.Response.WriteAsJsonAsync(
            new
            {
                error = new
                {
                    message,
                    code,
                    type = code,
                },
            }
        );
    }

    private static Task WriteAsync(HttpContext context, JsonNode data) => context.Response.WriteAsync($"data: {data.ToJsonString()}\n\n");

    private static Task EventAsync(HttpContext context, string name, string data) =>
        context.Response.WriteAsync($"event: {name}\ndata: {data}\n\n");

    private static Task Gone(HttpContext context)
    {
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        context.RequestAborted.Register(() => gone.TrySetResult());
        return gone.Task;
    }
}
