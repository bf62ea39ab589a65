using Sanctum.Configurator.Registry.Agents;

namespace Sanctum.Configurator.Features.Agents;

/// <summary>
/// The tags declared by agents, which stand in the JSON of <c>agents.config</c>. Each database looks into JSON in its own words.
/// </summary>
internal static class AgentTags
{
    private const int Most = 500;

    /// <summary>The agents that have the tag; all of them where it is empty.</summary>
    public static IQueryable<Agent> With(RegistryDbContext registry, string? tag) =>
        string.IsNullOrEmpty(tag) ? registry.Agents
        : registry.Database.IsSqlite()
            ? registry.Agents.FromSql(
                $"SELECT * FROM agents WHERE json_type(config, '$.tags') = 'array' AND EXISTS (SELECT 1 FROM json_each(config, '$.tags') WHERE type = 'text' AND value = {tag})"
            )
        : registry.Agents.FromSql(
            $"SELECT * FROM agents WHERE jsonb_typeof(config -> 'tags') = 'array' AND config -> 'tags' @> to_jsonb(ARRAY[{tag}::text])"
        );

    /// <summary>The tags of all agents, in their order; the first five hundred.</summary>
    public static Task<List<string>> AllAsync(RegistryDbContext registry, CancellationToken cancel) => (
            registry.Database.IsSqlite()
                ? registry.Database.SqlQuery<string>(
                    $"""
                    SELECT DISTINCT t.value AS "Value" FROM agents a, json_each(a.config, '$.tags') t WHERE json_type(a.config, '$.tags') = 'array' AND t.type = 'text'
                    """
                )
                : registry.Database.SqlQuery<string>(
                    $"""
                    SELECT DISTINCT t AS "Value" FROM agents a,
                    jsonb_array_elements_text(CASE WHEN jsonb_typeof(a.config -> 'tags') = 'array' THEN a.config -> 'tags' ELSE '[]'::jsonb END) t
                    """
                )
        ).OrderBy(tag => tag).Take(Most).ToListAsync(cancel);
}
