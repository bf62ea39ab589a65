using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Sanctum.Configurator.Tests.Support;

/// <summary>
/// A model behind an OpenAI-compatible address. <c>CALL Tool {json} END</c> in the last message makes it call the tool; anything else is
/// answered with three words.
/// </summary>
public sealed partial class FakeModel : IAsyncDisposable
{
    private static readonly string[] Models = ["mock-1", "mock-2"];

    private WebApplication _server = null!;

    public Uri Address { get; private set; } = null!;

    public static async Task<FakeModel> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var model = new FakeModel { _server = builder.Build() };
        model._server.Run(AnswerAsync);
        await model._server.StartAsync();
        model.Address = new Uri(new Uri(model._server.Urls.First()), "/v1");
        return model;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static async Task AnswerAsync(HttpContext context)
    {
        if (context.Request.Method == HttpMethods.Get)
        {
            var models = Models.Select(id => new
            {
                id,
                @object = "model",
                type = "llm",
                state = "loaded",
                max_context_length = 128000,
            });
            await context.Response.WriteAsJsonAsync(new { @object = "list", data = models });
            return;
        }

        var asked = await JsonNode.ParseAsync(context.Request.Body);
        context.Response.ContentType = "text/event-stream";
        if (TextOf(asked!["messages"]!.AsArray()[^1]!).Contains("SLOW", StringComparison.Ordinal))
        {
            await StallAsync(context);
            return;
        }

        if (Call().Match(TextOf(asked!["messages"]!.AsArray()[^1]!)) is { Success: true } call)
        {
            await WriteAsync(context, new() { ["role"] = "assistant", ["content"] = "I call." });
            var function = new JsonObject { ["name"] = call.Groups[1].Value, ["arguments"] = call.Groups[2].Value };
            await WriteAsync(
                context,
                new()
                {
                    ["tool_calls"] = new JsonArray(
                        new JsonObject
                        {
                            ["index"] = 0,
                            ["id"] = $"call_{Guid.NewGuid():N}",
                            ["type"] = "function",
                            ["function"] = function,
                        }
                    ),
                }
            );
            await WriteAsync(context, [], "tool_calls");
        }
        else
        {
            foreach (var word in new[] { "Hello", " from", " mock" })
            {
                await WriteAsync(context, new() { ["role"] = "assistant", ["content"] = word });
            }

            await WriteAsync(context, [], "stop");
        }

        await context.Response.WriteAsync("data: [DONE]\n\n");
    }

    /// <summary>Says one word, and nothing more until the other side has had enough.</summary>
    private static async Task StallAsync(HttpContext context)
    {
        await WriteAsync(context, new() { ["role"] = "assistant", ["content"] = "Well" });
        try
        {
            await new TaskCompletionSource().Task.WaitAsync(TimeSpan.FromMinutes(2), context.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            // The turn was cancelled.
        }
    }

    private static string TextOf(JsonNode last) =>
        (string?)last["role"] != "user" ? ""
        : last["content"] is JsonArray parts ? string.Join('\n', parts.Select(part => (string?)part!["text"]))
        : (string?)last["content"] ?? "";

    private static Task WriteAsync(HttpContext context, JsonObject delta, string? finish = null)
    {
        var chunk = new JsonObject
        {
            ["id"] = "m",
            ["object"] = "chat.completion.chunk",
            ["model"] = "mock-1",
            ["choices"] = new JsonArray(
                new JsonObject
                {
                    ["index"] = 0,
                    ["delta"] = delta,
                    ["finish_reason"] = finish,
                }
            ),
        };
        if (finish is not null)
        {
            chunk["usage"] = new JsonObject
            {
                ["prompt_tokens"] = 100,
                ["completion_tokens"] = 7,
                ["total_tokens"] = 107,
            };
        }

        return context.Response.WriteAsync($"data: {chunk.ToJsonString()}\n\n");
    }

    [GeneratedRegex(@"CALL (\w+) (\{[\s\S]*?\}) END")]
    private static partial Regex Call();
}
