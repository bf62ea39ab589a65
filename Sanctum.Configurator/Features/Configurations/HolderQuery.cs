using Sanctum.Configurator.Registry.Configurations;

namespace Sanctum.Configurator.Features.Configurations;

/// <summary>A holder as the addresses of the pages name it, such as <c>?agent=3</c>; the system has no name there.</summary>
internal static class HolderQuery
{
    public static IReadOnlyDictionary<string, object?> None =>
        EnumText<ConfigurationScope>.All.ToDictionary(word => word, _ => (object?)null);

    public static ScopeHolder? Read(int? agent, int? tool, int? instance, int? user) =>
        agent is not null ? new(ConfigurationScope.Agent, agent)
        : tool is not null ? new(ConfigurationScope.Tool, tool)
        : instance is not null ? new(ConfigurationScope.Instance, instance)
        : user is not null ? new(ConfigurationScope.User, user)
        : null;

    public static IReadOnlyDictionary<string, object?> Write(ScopeHolder holder) =>
        new Dictionary<string, object?>(None) { [EnumText<ConfigurationScope>.Of(holder.Scope)] = holder.Id };
}
