namespace Sanctum.Configurator.Features.Conversations.Keeping;

/// <summary>What an App Server calls the conversations of the console's. A V1 server has one conversation for each agent.</summary>
internal static class LettaNames
{
    public static string Of(Guid conversation) => $"Conversation {conversation:D}";
}
