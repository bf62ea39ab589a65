namespace Sanctum.Configurator.Platform.Templates;

/// <summary>The templates that a new agent can start from.</summary>
public interface IAgentTemplates
{
    /// <summary>Those that can be applied, the shipped ones first.</summary>
    Task<IReadOnlyList<AgentTemplate>> ListAsync(CancellationToken cancel);

    /// <summary>What a template makes with these values. Nothing is written.</summary>
    /// <param name="values">Variable → value; one that is left out has its default.</param>
    Task<Outcome<AgentPart>> FillAsync(string id, IReadOnlyDictionary<string, string?> values, CancellationToken cancel);
}

/// <summary>A template that makes an agent.</summary>
/// <param name="Id">The number of its row; a word for one that is shipped with the console.</param>
public sealed record AgentTemplate(string Id, string Name, string? Description, IReadOnlyList<TemplateVariable> Variables);

/// <summary>Something that is asked for when a template is applied. <c>{{name}}</c> stands for it.</summary>
/// <param name="Default">Taken where nothing is said.</param>
/// <param name="Secret">Encrypted; it may stand only in the configuration of a tool.</param>
public sealed record TemplateVariable(string Name, string? Label = null, string? Default = null, bool Required = false, bool Secret = false);
