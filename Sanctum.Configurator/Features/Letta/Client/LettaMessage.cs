namespace Sanctum.Configurator.Features.Letta.Client;

/// <summary>What a message of an agent is.</summary>
public enum LettaMessageKind
{
    User,
    System,
    Reasoning,

    /// <summary>The model thought, and its provider keeps the thoughts back.</summary>
    HiddenReasoning,
    ToolCall,
    ToolReturn,
    Assistant,

    /// <summary>A call of a tool that waits for somebody to allow it.</summary>
    ApprovalRequest,
    ApprovalResponse,

    /// <summary>The agent's run failed, in the server's words.</summary>
    Error,
    StopReason,
    Usage,

    /// <summary>Of a type that the console does not know.</summary>
    Other,

    /// <summary>The console's own: the answer broke off, and why.</summary>
    Failure,
}

/// <summary>One message of an agent, or a part of one: parts of a message share its id, and their texts belong together.</summary>
/// <param name="Type">As Letta calls it.</param>
/// <param name="Text">What is said; of a call its arguments, of a return what came back.</param>
/// <param name="Tool">The name of the tool that is called or answers.</param>
/// <param name="CallId">Of the call of a tool.</param>
/// <param name="IsBad">A tool or a run failed.</param>
public sealed record LettaMessage(
    string Id,
    LettaMessageKind Kind,
    string Type,
    string Text,
    string? Tool = null,
    string? CallId = null,
    bool IsBad = false,
    DateTimeOffset? At = null
)
{
    /// <summary>The id that its sender gave it.</summary>
    public string? SentAs { get; init; }

    /// <summary>The run that it is of.</summary>
    public string? RunId { get; init; }

    /// <summary>What was used, where the message tells that and the server counted.</summary>
    public LettaUsage? Usage { get; init; }

    /// <summary>No turn of an agent has more messages.</summary>
    internal const int MostOfATurn = 200;

    public static LettaMessage Failed(string why) => new("", LettaMessageKind.Failure, "failure", why, IsBad: true);

    /// <summary>What a history has of the answer to the message that was sent so.</summary>
    public static IEnumerable<LettaMessage> AnswerTo(string sentAs, IReadOnlyList<LettaMessage> history)
    {
        var at = history.ToList().FindLastIndex(said => said.Kind == LettaMessageKind.User && said.SentAs == sentAs);
        return at < 0 ? [] : history.Skip(at + 1).TakeWhile(said => said.Kind != LettaMessageKind.User);
    }

    /// <summary>Read tolerantly. A message with several calls is one for each.</summary>
    public static IEnumerable<LettaMessage> Read(JsonElement message)
    {
        var type = LettaAgent.TextOf(message, "message_type") ?? "";
        var kind = KindOf(type);
        var head = new LettaMessage(LettaAgent.TextOf(message, "id") ?? "", kind, type, "", At: TimeOf(message))
        {
            SentAs = LettaAgent.TextOf(message, "otid"),
            RunId = LettaAgent.TextOf(message, "run_id"),
        };
        return kind switch
        {
            LettaMessageKind.ToolCall or LettaMessageKind.ApprovalRequest => CallsOf(message)
                .Select(call => head with { Text = call.Arguments, Tool = call.Name, CallId = call.Id }),
            LettaMessageKind.ToolReturn => [ReturnOf(message, head)],
            LettaMessageKind.Error => [head with { Text = ErrorOf(message), IsBad = true }],
            LettaMessageKind.Usage =>
            [
                head with
                {
                    Usage = LettaUsage.Read(message),

                    // An App Server counts no steps.
                    Text =
                        (NumberOf(message, "step_count") is > 0 and var steps ? Counted(steps, "step") + ", " : "")
                        + Counted(NumberOf(message, "total_tokens"), "token"),
                },
            ],
            LettaMessageKind.ApprovalResponse =>
            [
                head with
                {
                    Text =
                        message.TryGetProperty("approve", out var approve) && approve.ValueKind == JsonValueKind.True
                            ? "approved"
                            : "denied",
                },
            ],
            LettaMessageKind.Other => [head with { Text = message.ToString() }],
            _ => [head with { Text = TextIn(message, type) }],
        };
    }

    /// <summary>The calls of tools that the message names, in the old way or the new.</summary>
    internal static IEnumerable<LettaToolCall> CallsOf(JsonElement message)
    {
        if (
            message.TryGetProperty("tool_calls", out var several)
            && several.ValueKind == JsonValueKind.Array
            && several.GetArrayLength() > 0
        )
        {
            return several.EnumerateArray().Select(CallOf);
        }

        return several.ValueKind == JsonValueKind.Object ? [CallOf(several)]
            : message.TryGetProperty("tool_call", out var one) && one.ValueKind == JsonValueKind.Object ? [CallOf(one)]
            : [];
    }

    /// <summary>An error as an event tells it: flat, or as an object inside.</summary>
    internal static string ErrorOf(JsonElement error)
    {
        if (error.ValueKind == JsonValueKind.Object && error.TryGetProperty("error", out var inner))
        {
            return inner.ValueKind == JsonValueKind.String ? inner.GetString()! : ErrorOf(inner);
        }

        var (message, detail) = (LettaAgent.TextOf(error, "message"), LettaAgent.TextOf(error, "detail"));
        return message is null ? detail ?? "The server gave no reason."
            : detail is { Length: > 0 } && detail != message ? $"{message} ({detail})"
            : message;
    }

    private static LettaMessageKind KindOf(string type) =>
        type switch
        {
            "user_message" => LettaMessageKind.User,
            "system_message" => LettaMessageKind.System,
            "reasoning_message" => LettaMessageKind.Reasoning,
            "hidden_reasoning_message" => LettaMessageKind.HiddenReasoning,
            "tool_call_message" => LettaMessageKind.ToolCall,
            "tool_return_message" => LettaMessageKind.ToolReturn,
            "assistant_message" => LettaMessageKind.Assistant,
            "approval_request_message" => LettaMessageKind.ApprovalRequest,
            "approval_response_message" => LettaMessageKind.ApprovalResponse,
            "error_message" => LettaMessageKind.Error,
            "stop_reason" => LettaMessageKind.StopReason,
            "usage_statistics" => LettaMessageKind.Usage,
            _ => LettaMessageKind.Other,
        };

    private static LettaToolCall CallOf(JsonElement call) =>
        new(LettaAgent.TextOf(call, "tool_call_id"), LettaAgent.TextOf(call, "name"), LettaAgent.TextOf(call, "arguments") ?? "");

    private static LettaMessage ReturnOf(JsonElement message, LettaMessage head)
    {
        var from =
            message.TryGetProperty("tool_returns", out var returns)
            && returns.ValueKind == JsonValueKind.Array
            && returns.GetArrayLength() > 0
                ? returns[0]
                : message;
        var text = from.TryGetProperty("tool_return", out var content) ? TextOf(content) : "";
        return head with
        {
            Text = text,
            Tool = LettaAgent.TextOf(message, "name"),
            CallId = LettaAgent.TextOf(from, "tool_call_id"),
            IsBad = LettaAgent.TextOf(from, "status") == "error",
        };
    }

    private static string TextIn(JsonElement message, string type)
    {
        var name = type switch
        {
            "reasoning_message" => "reasoning",
            "hidden_reasoning_message" => "state",
            "stop_reason" => "stop_reason",
            _ => "content",
        };
        return message.TryGetProperty(name, out var content) ? TextOf(content) : "";
    }

    /// <summary>A text, or a list of parts of which some are texts.</summary>
    private static string TextOf(JsonElement content) =>
        content.ValueKind switch
        {
            JsonValueKind.String => content.GetString()!,
            JsonValueKind.Array => string.Concat(
                content
                    .EnumerateArray()
                    .Select(part =>
                        LettaAgent.TextOf(part, "text")
                        ?? (part.ValueKind == JsonValueKind.String ? part.GetString() : $"[{LettaAgent.TextOf(part, "type") ?? "part"}]")
                    )
            ),
            JsonValueKind.Object => LettaAgent.TextOf(content, "text") ?? "",
            _ => "",
        };

    private static long NumberOf(JsonElement message, string name) =>
        message.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number)
            ? number
            : 0;

    private static string Counted(long number, string what) =>
        string.Create(CultureInfo.InvariantCulture, $"{number:N0} {what}{(number == 1 ? "" : "s")}");

    private static DateTimeOffset? TimeOf(JsonElement message) =>
        DateTimeOffset.TryParse(
            LettaAgent.TextOf(message, "date"),
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var time
        )
            ? time
            : null;
}

/// <summary>A call of a tool; parts of one may lack the id and the name.</summary>
public sealed record LettaToolCall(string? Id, string? Name, string Arguments);

/// <summary>Calls of tools that wait for somebody to allow them.</summary>
/// <param name="RequestId">Of all these calls together: with another call it is another.</param>
public sealed record LettaApproval(string RequestId, IReadOnlyList<LettaToolCall> Calls)
{
    internal static LettaApproval? Find(JsonElement agent) =>
        agent.TryGetProperty("pending_approval", out var pending) && pending.ValueKind == JsonValueKind.Object
            ? new(LettaAgent.TextOf(pending, "id") ?? "", [.. LettaMessage.CallsOf(pending)])
            : null;
}
