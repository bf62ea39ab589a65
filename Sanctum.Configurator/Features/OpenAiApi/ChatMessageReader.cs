using Microsoft.Extensions.AI;

namespace Sanctum.Configurator.Features.OpenAiApi;

/// <summary>Reads the messages of a call, with content as a text or in parts.</summary>
internal static class ChatMessageReader
{
    private const int MostMessages = 2_000;
    private const int MostParts = 200;
    private const int MostCalls = 128;

    public static IReadOnlyList<ChatMessage> Read(CallFields call)
    {
        if (call.Find("messages") is not { ValueKind: JsonValueKind.Array } list || list.GetArrayLength() == 0)
        {
            throw call.Wrong("messages", "a list of at least one message");
        }

        return [.. call.List("messages", MostMessages).Select(Of)];
    }

    private static ChatMessage Of(CallFields message)
    {
        var role = message.NeededText("role");
        return role switch
        {
            "system" or "developer" => New(ChatRole.System, message, ContentsOf(message, role)),
            "user" => New(ChatRole.User, message, ContentsOf(message, role)),
            "assistant" => New(ChatRole.Assistant, message, OfAssistant(message)),
            "tool" => new(
                ChatRole.Tool,
                [
                    new FunctionResultContent(
                        message.NeededText("tool_call_id"),
                        string.Concat(ContentsOf(message, role).OfType<TextContent>())
                    ),
                ]
            ),
            "function" => throw new OpenAiException(
                OpenAiError.Unsupported(message.At("role"), "The role function is not supported. Use tool_calls and the role tool.")
            ),
            _ => throw message.Wrong("role", "system, developer, user, assistant or tool"),
        };
    }

    private static ChatMessage New(ChatRole role, CallFields message, List<AIContent> contents) =>
        new(role, contents) { AuthorName = message.Text("name") };

    private static List<AIContent> OfAssistant(CallFields message)
    {
        if (message.Has("function_call"))
        {
            throw new OpenAiException(
                OpenAiError.Unsupported(message.At("function_call"), "function_call is not supported. Use tool_calls.")
            );
        }

        var calls = message.List("tool_calls", MostCalls);
        var said = message.Has("content") ? ContentsOf(message, "assistant") : [];
        if (message.Text("refusal") is { Length: > 0 } refusal)
        {
            said.Add(new TextContent(refusal));
        }

        // Programs that replay a conversation send answers that are empty yet.
        return said.Count == 0 && calls.Count == 0 ? [new TextContent("")] : [.. said, .. calls.Select(CallOf)];
    }

    private static FunctionCallContent CallOf(CallFields call)
    {
        var function = call.Inner("function") ?? throw call.Wrong("function", "an object with name and arguments");
        return new(call.NeededText("id"), function.NeededText("name"), ArgumentsOf(function.Text("arguments")));
    }

    /// <summary>
    /// What a model wrote may be no JSON, or broken off. It is kept as a text, as else the conversation could never go on: programs send all
    /// of it again each time.
    /// </summary>
    private static Dictionary<string, object?>? ArgumentsOf(string? arguments)
    {
        try
        {
            return string.IsNullOrWhiteSpace(arguments) ? [] : JsonSerializer.Deserialize<Dictionary<string, object?>>(arguments);
        }
        catch (JsonException)
        {
            return new() { ["arguments"] = arguments };
        }
    }

    private static List<AIContent> ContentsOf(CallFields message, string role) =>
        message.Find("content") switch
        {
            { ValueKind: JsonValueKind.String } text => [new TextContent(CallFields.TextOf(text, message.At("content")))],
            { ValueKind: JsonValueKind.Array } => [.. message.List("content", MostParts).Select(part => PartOf(part, role))],
            _ => throw message.Wrong("content", "a string or a list of parts"),
        };

    private static AIContent PartOf(CallFields part, string role) =>
        part.NeededText("type") switch
        {
            "text" => new TextContent(part.Text("text") ?? throw part.Wrong("text", "a string")),
            "refusal" when role == "assistant" => new TextContent(part.NeededText("refusal")),
            "image_url" when role == "user" => ImageOf(part),
            var other => throw new OpenAiException(
                OpenAiError.Unsupported(
                    part.At("type"),
                    $"Parts of the type {(other.Length <= 40 ? other : "given")} are not supported here."
                )
            ),
        };

    /// <summary>Its provider loads it; the console loads nothing that a caller names.</summary>
    private static AIContent ImageOf(CallFields part)
    {
        var image = part.Inner("image_url") ?? throw part.Wrong("image_url", "an object with a url");
        var url = image.NeededText("url");
        if (url.StartsWith("data:", StringComparison.OrdinalIgnoreCase))
        {
            try
            {
                return new DataContent(url);
            }
            catch (Exception e) when (e is ArgumentException or FormatException)
            {
                throw image.Wrong("url", "an https address, or a data URI of an image");
            }
        }

        return
            Uri.TryCreate(url, UriKind.Absolute, out var address)
            && (address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp)
            ? new UriContent(address, "image/*")
            : throw image.Wrong("url", "an https address, or a data URI of an image");
    }
}
