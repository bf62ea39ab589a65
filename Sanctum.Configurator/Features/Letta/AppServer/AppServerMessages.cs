using System.Text.RegularExpressions;
using Sanctum.Configurator.Features.Letta.Client;

namespace Sanctum.Configurator.Features.Letta.AppServer;

/// <summary>Reads the messages of an App Server, which are V1's with additions.</summary>
internal static partial class AppServerMessages
{
    private const string Hidden = "•••";

    /// <summary>Types that tell of the program's own doings, not of the conversation.</summary>
    private static readonly string[] Asides =
    [
        "approval_classification_end",
        "approval_classification_start",
        "client_tool_start",
        "client_tool_end",
        "slash_command_start",
        "slash_command_end",
    ];

    /// <summary>A message, or a part of one, without the notes that the program writes into what people say.</summary>
    /// <param name="hide">Leaves out the token.</param>
    public static IEnumerable<LettaMessage> Read(JsonElement message, Func<string, string> hide)
    {
        var type = LettaAgent.TextOf(message, "message_type");
        if (Asides.Contains(type))
        {
            return [];
        }

        if (type is "loop_error")
        {
            return [Error(message, type, hide)];
        }

        if (type is "status" or "retry")
        {
            return LettaAgent.TextOf(message, "message") is { Length: > 0 } said
                ? [new("", LettaMessageKind.StopReason, "status", hide(said))]
                : [];
        }

        return LettaMessage
            .Read(message)
            .Select(read =>
                read.Kind switch
                {
                    LettaMessageKind.User => read with { Text = Plain(message) },
                    LettaMessageKind.Error => Error(message, read.Type, hide),
                    _ => read,
                }
            )
            .Where(read => read.Kind != LettaMessageKind.User || read.Text.Length > 0)
            .Select(read => read with { Text = hide(read.Text) });
    }

    /// <summary>Whether a conversation that ends with this message has been answered.</summary>
    public static bool IsAnswer(JsonElement message) =>
        LettaAgent.TextOf(message, "message_type")
            is "assistant_message"
                or "reasoning_message"
                or "hidden_reasoning_message"
                or "stop_reason"
                or "usage_statistics"
                or "system_message"
        || (LettaAgent.TextOf(message, "message_type") == "user_message" && Plain(message).Length == 0);

    /// <summary>
    /// The words of an error. Providers give JSON within JSON, and repeat the key that they refuse.
    /// </summary>
    internal static string Unwrap(string error)
    {
        var text = error;
        for (var depth = 0; depth < 4 && text.IndexOf('{', StringComparison.Ordinal) is var at and >= 0; depth++)
        {
            try
            {
                using var inside = JsonDocument.Parse(text[at..]);
                text = text[..at] + LettaMessage.ErrorOf(inside.RootElement);
            }
            catch (JsonException)
            {
                break;
            }
        }

        return Keys().Replace(text, Hidden);
    }

    private static LettaMessage Error(JsonElement message, string type, Func<string, string> hide) =>
        new(
            LettaAgent.TextOf(message, "id") ?? "",
            LettaMessageKind.Error,
            type,
            hide(Unwrap(LettaAgent.TextOf(message, "message") ?? LettaMessage.ErrorOf(message))),
            IsBad: true
        );

    /// <summary>What somebody said, without the notes of the program.</summary>
    internal static string Plain(JsonElement message)
    {
        if (!message.TryGetProperty("content", out var content))
        {
            return "";
        }

        var parts = content.ValueKind switch
        {
            JsonValueKind.String => [content.GetString()!],
            JsonValueKind.Array => content
                .EnumerateArray()
                .Select(part => LettaAgent.TextOf(part, "text") ?? $"[{LettaAgent.TextOf(part, "type") ?? "part"}]")
                .ToArray(),
            _ => Array.Empty<string>(),
        };
        return string.Join("\n", parts.Select(part => Reminders().Replace(part, "").Trim()).Where(part => part.Length > 0));
    }

    [GeneratedRegex("<system-reminder>.*?(</system-reminder>|$)", RegexOptions.Singleline | RegexOptions.NonBacktracking)]
    private static partial Regex Reminders();

    [GeneratedRegex(@"\b(sk|pk|key|api|ghp|xai|gsk)[-_][A-Za-z0-9_\-]{6,}", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Keys();
}
