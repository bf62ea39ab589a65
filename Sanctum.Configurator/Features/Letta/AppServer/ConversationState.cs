using Sanctum.Configurator.Features.Letta.Client;

namespace Sanctum.Configurator.Features.Letta.AppServer;

/// <summary>A message in the queue of a conversation.</summary>
/// <param name="Own">What it was sent with, by which whoever sent it knows it again.</param>
public sealed record QueueItem(string Id, string? Own, string Text, DateTimeOffset? At, bool IsPaused);

/// <summary>What a conversation is doing, put together from its events in the order in which they come.</summary>
public sealed class ConversationState
{
    private readonly Dictionary<string, LettaToolCall> _pending = [];

    public bool IsProcessing { get; private set; }

    public string? Mode { get; private set; }

    public IReadOnlyList<LettaToolCall> Pending => [.. _pending.Values];

    public IReadOnlyList<QueueItem> Queue { get; private set; } = [];

    /// <summary>The request that was decided last while somebody looked; null where none was.</summary>
    public string? Decided { get; private set; }

    /// <summary>Whether that call is carried out; null until it is known, and where the run was cancelled.</summary>
    public bool? IsAllowed { get; private set; }

    /// <returns>True where the event changed something.</returns>
    public bool Take(JsonElement happened)
    {
        switch (LettaAgent.TextOf(happened, "type"))
        {
            case "control_request" when AppServerConversations.CallIn(happened) is { } call:
                return _pending.TryAdd(call.Id!, call);
            case "update_device_status" when happened.TryGetProperty("device_status", out var device):
                return TakeDevice(device);
            case "update_queue":
                return TakeQueue([.. LettaAgent.ItemsOf(happened, "queue").Select(ItemOf).OfType<QueueItem>()]);
            case "stream_delta" when Decided is not null && IsAllowed is null && happened.TryGetProperty("delta", out var delta):
                IsAllowed = LettaAgent.TextOf(delta, "message_type") switch
                {
                    "client_tool_start" => true,
                    "client_tool_end" or "tool_return_message" => LettaAgent.TextOf(delta, "status") != "error",
                    _ => null,
                };
                return IsAllowed is not null;
            default:
                return false;
        }
    }

    private bool TakeDevice(JsonElement device)
    {
        var isProcessing = device.TryGetProperty("is_processing", out var busy) && busy.ValueKind == JsonValueKind.True;
        var hasChanged = isProcessing != IsProcessing;
        (IsProcessing, Mode) = (isProcessing, LettaAgent.TextOf(device, "current_permission_mode"));
        if (!device.TryGetProperty("pending_control_requests", out _))
        {
            return hasChanged;
        }

        var waiting = LettaAgent.ItemsOf(device, "pending_control_requests").Select(AppServerConversations.CallIn).OfType<LettaToolCall>();
        return TakePending(waiting.DistinctBy(call => call.Id).ToDictionary(call => call.Id!)) || hasChanged;
    }

    private bool TakePending(Dictionary<string, LettaToolCall> waiting)
    {
        if (waiting.Count == _pending.Count && waiting.Keys.All(_pending.ContainsKey))
        {
            return false;
        }

        if (_pending.Keys.FirstOrDefault(id => !waiting.ContainsKey(id)) is { } gone)
        {
            (Decided, IsAllowed) = (gone, null);
        }

        _pending.Clear();
        foreach (var (id, call) in waiting)
        {
            _pending[id] = call;
        }

        return true;
    }

    private bool TakeQueue(IReadOnlyList<QueueItem> queue)
    {
        var hasChanged = !queue.SequenceEqual(Queue);
        Queue = queue;
        return hasChanged;
    }

    private static QueueItem? ItemOf(JsonElement item) =>
        LettaAgent.TextOf(item, "id") is { } id
            ? new(
                id,
                LettaAgent.TextOf(item, "client_message_id"),
                AppServerMessages.Plain(item),
                LettaAgent.TimeOf(item, "enqueued_at"),
                item.TryGetProperty("paused", out var paused) && paused.ValueKind == JsonValueKind.True
            )
            : null;
}
