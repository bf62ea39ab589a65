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
}
