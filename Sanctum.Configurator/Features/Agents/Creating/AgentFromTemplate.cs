using Sanctum.Configurator.Features.Templates;
using Sanctum.Configurator.Registry.Agents;

namespace Sanctum.Configurator.Features.Agents.Creating;

/// <summary>Declares the agent of a template: here only, without an id of Letta. It is pushed to the server later.</summary>
internal sealed partial class AgentFromTemplate(
    IDbContextFactory<RegistryDbContext> registries,
    TimeProvider clock,
    ILogger<AgentFromTemplate> log
) : ITemplateTarget
{
    public string Kind => TemplateContent.Agent;

    public async Task<Outcome<AppliedTemplate>> MakeAsync(FilledTemplate filled, bool isDryRun, CancellationToken cancel)
    {
        // What came out empty is not declared.
        var part = new JsonObject(
            filled
                .Part.Where(member => member.Key == "name" || !IsBlank(member.Value))
                .Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone()))
        );
        var declared = TemplateContent.Typed<AgentPart>(part);
        if (isDryRun)
        {
            return new Outcome<AppliedTemplate>.Ok(new(Kind, null, declared.Name, part, []));
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        var config = part.DeepClone().AsObject();
        config.Remove("name");
        var now = clock.GetUtcNow();
        var agent = new Agent
        {
            Name = declared.Name.Trim(),
            Description = declared.Description,
            Config = config.ToJsonString(),
            CreatedAt = now,
            UpdatedAt = now,
        };
        registry.Add(agent);
        await registry.SaveChangesAsync(cancel);
        LogDeclared(agent.Id);
        return new Outcome<AppliedTemplate>.Ok(new(Kind, agent.Id, agent.Name, part, []));
    }

    private static bool IsBlank(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<string>(out var text) && string.IsNullOrWhiteSpace(text);

    [LoggerMessage(LogLevel.Information, "Agent {Agent} was declared by a template")]
    private partial void LogDeclared(int agent);
}
