using Sanctum.Configurator.Registry.Users;

namespace Sanctum.Configurator.Features.ApiKeys;

/// <summary>What agents may do with a key, in words.</summary>
internal static class McpLabels
{
    /// <summary>What somebody may choose for a key: that it changes at once is for administrators to choose.</summary>
    public static IEnumerable<McpWrites> OfferedTo(CurrentUser caller) =>
        caller.Permissions.Contains(Policies.ManageUsers) ? Enum.GetValues<McpWrites>() : [McpWrites.None, McpWrites.Propose];

    public static string Of(McpWrites writes) =>
        writes switch
        {
            McpWrites.Propose => "Propose",
            McpWrites.Allowed => "Change at once",
            _ => "Only read",
        };

    public static string Explain(McpWrites writes) =>
        writes switch
        {
            McpWrites.Propose => "A person approves each change on the page Proposals. The key makes no changes by itself.",
            McpWrites.Allowed => "An agent with this key changes whatever its permissions allow, without asking.",
            _ => "An agent with this key reads what its permissions allow, and changes nothing.",
        };
}
