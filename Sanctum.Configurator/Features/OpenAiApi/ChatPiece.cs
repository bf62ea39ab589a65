using Microsoft.Extensions.AI;

namespace Sanctum.Configurator.Features.OpenAiApi;

/// <summary>What comes while an answer is made, whoever makes it.</summary>
internal abstract record ChatPiece
{
    private ChatPiece() { }

    internal sealed record Text(string Said) : ChatPiece;

    internal sealed record Reasoning(string Thought) : ChatPiece;

    internal sealed record Tool(FunctionCallContent Call) : ChatPiece;

    internal sealed record Counted(UsageDetails Usage, bool IsEstimated) : ChatPiece;

    /// <param name="Reason">As OpenAI's API calls it.</param>
    internal sealed record Ended(string Reason) : ChatPiece;
}
