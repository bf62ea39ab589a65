using Sanctum.Configurator.Features.Agents;
using Sanctum.Configurator.Features.Conversations.Keeping;
using Sanctum.Configurator.Features.Models.Saved;
using Sanctum.Configurator.Registry.Models;

namespace Sanctum.Configurator.Features.OpenAiApi;

/// <summary>A model or an agent as OpenAI's list has it.</summary>
internal sealed record ListedPartner(string Id, DateTimeOffset CreatedAt, string OwnedBy);

/// <summary>Who answers: a model with those that are tried when it fails, or an agent.</summary>
/// <param name="AgentUid">Its id at Letta.</param>
/// <param name="AgentModel">The agent's own model as Letta names it, such as openai/gpt-4o; null where the registry does not have it.</param>
internal sealed record ChosenPartner(
    string Name,
    IReadOnlyList<LlmLink> Links,
    int? AgentId = null,
    string? AgentUid = null,
    string? AgentModel = null
);

/// <summary>
/// The models and agents that the caller may use, by the names that programs know them by: a model's own, <c>default</c> for the one in force,
/// <c>agent/NAME</c> or <c>agent/ID</c> for an agent.
/// </summary>
internal sealed class OpenAiModels(IDbContextFactory<RegistryDbContext> registries, SavedModels models, ConversationAccess access)
{
    public const string Default = "default";
    private const string OfAgents = "agent/";
    private const string OfModels = "model/";
    private const int Most = 1_000;

    public async Task<IReadOnlyList<ListedPartner>> ListAsync(CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var configs = await Usable(registry).AsNoTracking().OrderBy(c => c.Id).Take(Most).ToListAsync(cancel);
        var agents = await access.MayTalkAsync()
            ? await registry
                .Agents.Where(a => a.LettaUid != null)
                .OrderBy(a => a.Name)
                .ThenBy(a => a.Id)
                .Select(a => new
                {
                    a.Id,
                    a.Name,
                    a.CreatedAt,
                })
                .Take(Most)
                .ToListAsync(cancel)
            : [];
        var shared = agents.GroupBy(agent => agent.Name).Where(same => same.Count() > 1).Select(same => same.Key).ToHashSet();
        return
        [
            .. configs.Where(c => c.IsActive).Take(1).Select(c => new ListedPartner(Default, c.CreatedAt, "sanctum")),
            .. configs.GroupBy(c => c.Model).Select(same => new ListedPartner(same.Key, same.First().CreatedAt, same.First().Type)),
            .. agents.Select(agent => new ListedPartner(
                OfAgents + (shared.Contains(agent.Name) ? agent.Id.ToString(CultureInfo.InvariantCulture) : agent.Name),
                agent.CreatedAt,
                "agent"
            )),
        ];
    }

    /// <summary>Null where there is none of that name for the caller.</summary>
    public async Task<ChosenPartner?> FindAsync(string id, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        if (id.StartsWith(OfAgents, StringComparison.OrdinalIgnoreCase))
        {
            return await AgentAsync(registry, id[OfAgents.Length..], cancel);
        }

        if (id == Default)
        {
            var chain = await models.ChainAsync(access.UserId, cancel);
            return chain.Count == 0 ? null : new(Default, chain);
        }

        var usable = Usable(registry).AsNoTracking();
        var found =
            id.StartsWith(OfModels, StringComparison.Ordinal) && NumberIn(id[OfModels.Length..]) is { } number
                ? usable.Where(c => c.Id == number || c.Model == id)
                : usable.Where(c => c.Model == id);
        var config = await found
            .OrderBy(c => c.UserId == null ? 1 : 0)
            .ThenByDescending(c => c.IsActive)
            .ThenBy(c => c.Id)
            .FirstOrDefaultAsync(cancel);
        return config is null ? null : new(id, [await models.LinkAsync(config, cancel)]);
    }

    private async Task<ChosenPartner?> AgentAsync(RegistryDbContext registry, string name, CancellationToken cancel)
    {
        if (!await access.MayTalkAsync())
        {
            return null;
        }

        var number = NumberIn(name);
        var agents = await registry
            .Agents.AsNoTracking()
            .Where(a => a.LettaUid != null && (a.Name == name || a.LettaUid == name || a.Id == number))
            .OrderBy(a => a.Name == name ? 0 : 1)
            .ThenBy(a => a.Id)
            .Take(2)
            .ToListAsync(cancel);
        return agents switch
        {
            [] => null,
            [var first, var second] when first.Name == name && second.Name == name => throw new OpenAiException(
                OpenAiError.Bad($"Several agents are called {name}. Use an id of GET /v1/models.", "model")
            ),
            [var agent, ..] => new(
                $"{OfAgents}{agent.Name}",
                [],
                agent.Id,
                agent.LettaUid,
                AgentConfig.Of(agent.Config).Text(AgentConfig.Model)
            ),
        };
    }

    private IQueryable<LlmConfig> Usable(RegistryDbContext registry)
    {
        var user = access.UserId;
        return registry.LlmConfigs.Where(c => c.IsEnabled && c.Purpose == LlmPurpose.Chat && (c.UserId == null || c.UserId == user));
    }

    private static int? NumberIn(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
