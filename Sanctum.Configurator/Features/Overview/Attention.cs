using System.Text.Json.Serialization;
using Sanctum.Configurator.Components.Kit;

namespace Sanctum.Configurator.Features.Overview;

/// <summary>Something that somebody should see to.</summary>
/// <param name="Sentence">What is the matter; tells one thing of an area from another.</param>
/// <param name="Detail">Why, or what to do; null where the sentence says it.</param>
public sealed record Attention(Tone Tone, string Sentence, string? Detail = null)
{
    /// <summary>What helps; null where nothing on this console does, or where it is under way.</summary>
    public AttentionAct? Act { get; init; }
}

/// <summary>What helps: a page to go to, or something that is done at once.</summary>
/// <param name="Policy">Who may do it. Nobody else is shown it.</param>
public sealed record AttentionAct(string Label, [property: JsonIgnore] string Policy)
{
    /// <summary>The page where it is done.</summary>
    public string? Url { get; init; }

    /// <summary>Does it. What was done, or has begun, comes back as a sentence.</summary>
    [JsonIgnore]
    public Func<CancellationToken, Task<Outcome<string>>>? RunAsync { get; init; }

    /// <summary>How a program does it, such as "POST /api/letta/test"; null where a person must look.</summary>
    public string? Api { get; init; }
}
