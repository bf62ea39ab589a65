using System.Text.Encodings.Web;
using Microsoft.Extensions.AI;
using Sanctum.Configurator.Features.Models.Client;

namespace Sanctum.Configurator.Features.OpenAiApi;

/// <summary>Answers in the shapes of OpenAI's API: whole, and in chunks.</summary>
internal sealed class ChatShapes(string model, DateTimeOffset now)
{
    private static readonly JsonSerializerOptions Arguments = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly string _id = $"chatcmpl-{Guid.CreateVersion7(now):N}";

    public JsonObject Whole(string? text, string? reasoning, JsonArray tools, string finish, JsonObject? usage)
    {
        var message = new JsonObject
        {
            ["role"] = "assistant",
            ["content"] = text,
            ["refusal"] = null,
        };
        if (reasoning is not null)
        {
            message["reasoning_content"] = reasoning;
        }

        if (tools.Count > 0)
        {
            message["tool_calls"] = tools;
        }

        var choice = new JsonObject
        {
            ["index"] = 0,
            ["message"] = message,
            ["logprobs"] = null,
            ["finish_reason"] = finish,
        };
        var answer = Head("chat.completion", new(choice));
        answer["usage"] = usage;
        return answer;
    }

    /// <param name="hasUsage">Every chunk says that the numbers come at the end.</param>
    public JsonObject Chunk(JsonObject delta, string? finish, bool hasUsage)
    {
        var choice = new JsonObject
        {
            ["index"] = 0,
            ["delta"] = delta,
            ["logprobs"] = null,
            ["finish_reason"] = finish,
        };
        var chunk = Head("chat.completion.chunk", new(choice));
        if (hasUsage)
        {
            chunk["usage"] = null;
        }

        return chunk;
    }

    public JsonObject LastChunk(JsonObject? usage)
    {
        var chunk = Head("chat.completion.chunk", []);
        chunk["usage"] = usage;
        return chunk;
    }

    public static JsonObject Call(FunctionCallContent call, int? index)
    {
        var shape = new JsonObject();
        if (index is { } at)
        {
            shape["index"] = at;
        }

        shape["id"] = call.CallId;
        shape["type"] = "function";
        shape["function"] = new JsonObject
        {
            ["name"] = call.Name,
            ["arguments"] =
                call.AdditionalProperties?.TryGetValue(SureChat.WrittenArguments, out string? written) == true
                    ? written // No JSON: whoever asked knows best what to do with it.
                    : JsonSerializer.Serialize(call.Arguments ?? new Dictionary<string, object?>(), Arguments),
        };
        return shape;
    }

    public static JsonObject Usage(ChatPiece.Counted counted)
    {
        var (asked, answered) = (counted.Usage.InputTokenCount ?? 0, counted.Usage.OutputTokenCount ?? 0);
        var usage = new JsonObject
        {
            ["prompt_tokens"] = asked,
            ["completion_tokens"] = answered,
            ["total_tokens"] = counted.Usage.TotalTokenCount ?? asked + answered,
            ["prompt_tokens_details"] = new JsonObject { ["cached_tokens"] = counted.Usage.CachedInputTokenCount ?? 0 },
            ["completion_tokens_details"] = new JsonObject { ["reasoning_tokens"] = counted.Usage.ReasoningTokenCount ?? 0 },
        };
        if (counted.IsEstimated)
        {
            usage["estimated"] = true;
        }

        return usage;
    }

    private JsonObject Head(string kind, JsonArray choices) =>
        new()
        {
            ["id"] = _id,
            ["object"] = kind,
            ["created"] = now.ToUnixTimeSeconds(),
            ["model"] = model,
            ["choices"] = choices,
        };
}
