using Microsoft.Extensions.AI;

namespace Sanctum.Configurator.Features.OpenAiApi;

/// <summary>A call of <c>/v1/chat/completions</c> that was read and can be done.</summary>
/// <param name="User">Whom the caller's program does it for, in its own words.</param>
/// <param name="Sampling">The members of the call that an agent has no use for, by name.</param>
internal sealed record ChatCall(
    string Model,
    IReadOnlyList<ChatMessage> Messages,
    ChatOptions Options,
    bool Streams,
    bool IncludesUsage,
    string? User,
    IReadOnlyList<string> Sampling
)
{
    public bool HasTools => Options.Tools is { Count: > 0 };

    public bool HasStructure => Options.ResponseFormat is ChatResponseFormatJson;
}

/// <summary>A tool that the caller's program runs itself: the model only asks for it.</summary>
internal sealed class CallersTool(string name, string description, System.Text.Json.JsonElement schema, bool? isStrict)
    : AIFunctionDeclaration
{
    public override string Name => name;

    public override string Description => description;

    public override System.Text.Json.JsonElement JsonSchema => schema;

    public override IReadOnlyDictionary<string, object?> AdditionalProperties { get; } =
        isStrict is { } strict ? new Dictionary<string, object?> { ["strict"] = strict } : new Dictionary<string, object?>();
}
