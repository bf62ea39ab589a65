namespace Sanctum.Configurator.Features.Templates;

/// <summary>The templates that a new agent can start from.</summary>
public sealed class AgentTemplates(TemplateService templates, TemplateApplication application)
{
    /// <summary>More are not to be chosen from a list.</summary>
    private const int Most = 200;

    /// <summary>Those that can be applied, the shipped ones first.</summary>
    public async Task<IReadOnlyList<AgentTemplate>> ListAsync(CancellationToken cancel) =>
        [
            .. (await templates.ListAsync(TemplateContent.Agent, new(0, Most), cancel))
                .Items.Where(template => template.Problem is null)
                .Select(template => new AgentTemplate(template.Id, template.Name, template.Description, template.Variables)),
        ];

    /// <summary>What a template makes with these values. Nothing is written.</summary>
    /// <param name="values">Variable → value; one that is left out has its default.</param>
    public async Task<Outcome<AgentPart>> FillAsync(string id, IReadOnlyDictionary<string, string?> values, CancellationToken cancel) =>
        await application.ApplyAsync(id, new(values), isDryRun: true, cancel) switch
        {
            Outcome<AppliedTemplate>.Ok { Value: { Kind: TemplateContent.Agent } made } => new Outcome<AgentPart>.Ok(
                TemplateContent.Typed<AgentPart>(made.Content)
            ),
            Outcome<AppliedTemplate>.Invalid refused => new Outcome<AgentPart>.Invalid(refused.Reasons),
            _ => new Outcome<AgentPart>.NotFound(),
        };
}

/// <summary>A template that makes an agent.</summary>
/// <param name="Id">The number of its row; a word for one that is shipped with the console.</param>
public sealed record AgentTemplate(string Id, string Name, string? Description, IReadOnlyList<TemplateVariable> Variables);

/// <summary>Something that is asked for when a template is applied. <c>{{name}}</c> stands for it.</summary>
/// <param name="Default">Taken where nothing is said.</param>
/// <param name="Secret">Encrypted; it may stand only in the configuration of a tool.</param>
public sealed record TemplateVariable(
    string Name,
    string? Label = null,
    string? Default = null,
    bool Required = false,
    bool Secret = false
);
