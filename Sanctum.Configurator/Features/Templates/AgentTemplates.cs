using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Platform.Templates;

namespace Sanctum.Configurator.Features.Templates;

/// <summary>Offers the templates of agents to whoever makes agents.</summary>
internal sealed class AgentTemplates(TemplateService templates, TemplateApplication application) : IAgentTemplates
{
    /// <summary>More are not to be chosen from a list.</summary>
    private const int Most = 200;

    public async Task<IReadOnlyList<AgentTemplate>> ListAsync(CancellationToken cancel) =>
        [.. (await templates.ListAsync(TemplateContent.Agent, new(0, Most), cancel)).Items.Where(template => template.Problem is null)
            .Select(template => new AgentTemplate(template.Id, template.Name, template.Description, template.Variables))];

    public async Task<Outcome<AgentPart>> FillAsync(string id, IReadOnlyDictionary<string, string?> values, CancellationToken cancel) =>
        await application.ApplyAsync(id, new(values), isDryRun: true, cancel) switch
        {
            Outcome<AppliedTemplate>.Done { Value: { Kind: TemplateContent.Agent } made } => new Outcome<AgentPart>.Done(TemplateContent.Typed<AgentPart>(made.Content)),
            Outcome<AppliedTemplate>.Refused refused => new Outcome<AgentPart>.Refused(refused.Reasons),
            _ => new Outcome<AgentPart>.Missing(),
        };
}
