namespace Sanctum.Configurator.Features.Templates;

/// <summary>Makes what the templates of one kind declare, by the rules of the feature that owns it.</summary>
public interface ITemplateTarget
{
    /// <summary>"tool" or "agent".</summary>
    string Kind { get; }

    /// <param name="isDryRun">Only shows what would be made.</param>
    Task<Outcome<AppliedTemplate>> MakeAsync(FilledTemplate filled, bool isDryRun, CancellationToken cancel);
}

/// <summary>What a template makes, with the values in it and placeholders for the secrets.</summary>
/// <param name="Secrets">Name → value of the secrets that it has placeholders for; null where none was given.</param>
/// <param name="AgentId">The agent that a tool is for; null for a tool of the whole Sanctum.</param>
public sealed record FilledTemplate(JsonObject Part, IReadOnlyDictionary<string, string?> Secrets, int? AgentId);
