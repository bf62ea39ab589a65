using Sanctum.Configurator.Features.Conversations.Keeping;
using Sanctum.Configurator.Registry.Conversations;

namespace Sanctum.Configurator.Features.Conversations.Transfer;

/// <summary>The console's own file of conversations.</summary>
internal static class SanctumFile
{
    public const string Format = "sanctum-conversations-1";

    public static object Of(ConversationMessage message) =>
        new
        {
            message.Id,
            message.ParentId,
            message.Role,
            message.Content,
            message.CreatedAt,
            message.Model,
            message.Reasoning,
            State = message.State,
            message.Problem,
            message.Code,
            message.InputTokens,
            message.OutputTokens,
            ToolCalls = ConversationReader.Read<ConversationToolCall>(message.ToolCalls),
            Attachments = ConversationReader.Read<ConversationAttachment>(message.Attachments),
        };

    /// <summary>What a message of such a file has beside its words. Files and calls of others are in other shapes, and stay out.</summary>
    public static ImportedMessage With(ImportedMessage message, JsonElement of) =>
        message with
        {
            Attachments = All<ConversationAttachment>(
                of,
                "attachments",
                file => ImportFields.Text(file, "name") is { Length: > 0 } && ImportFields.Text(file, "text") is not null
            ),
            ToolCalls = All<ConversationToolCall>(
                of,
                "tool_calls",
                call => ImportFields.Text(call, "id") is not null && ImportFields.Text(call, "arguments") is not null
            ),
            State = ImportFields.Text(of, "state") switch
            {
                "stopped" => ConversationMessageState.Stopped,
                "failed" => ConversationMessageState.Failed,
                "cut_off" or "streaming" => ConversationMessageState.CutOff,
                _ => ConversationMessageState.Complete,
            },
            Problem = ImportFields.Text(of, "problem"),
        };

    private static IReadOnlyList<T> All<T>(JsonElement of, string name, Func<JsonElement, bool> isOne)
    {
        var list = ImportFields.Find(of, name) is { ValueKind: JsonValueKind.Array } given ? given.EnumerateArray().ToList() : [];
        try
        {
            return list.TrueForAll(one => isOne(one)) ? [.. list.Select(one => one.Deserialize<T>(ApiJson.Options)!)] : [];
        }
        catch (JsonException)
        {
            return []; // Another program's.
        }
    }
}
