namespace Sanctum.Configurator.Features.Messaging.Queue;

/// <summary>How far the answer to a message is, told by <c>Signal&lt;TurnProgress&gt;</c> while the agent makes it.</summary>
/// <param name="QueueId">The entry of the queue.</param>
/// <param name="Chat">Where on its channel the answer goes.</param>
/// <param name="Text">The answer so far.</param>
internal sealed record TurnProgress(int QueueId, int? ChannelId, string? Chat, string Text, bool IsOver);
