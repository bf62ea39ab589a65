using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.McpServers.Pins;
using Sanctum.Configurator.Features.McpServers.Probe;
using Sanctum.Configurator.Registry.McpServers;

namespace Sanctum.Configurator.Features.McpServers;

/// <summary>An MCP server as it is listed, without secrets.</summary>
/// <param name="IsMine">Only the caller's; else everybody's.</param>
/// <param name="Url">Null for a program.</param>
/// <param name="HeaderNames">Of those that are stored; their values are never told.</param>
/// <param name="SignedIn">The caller's own sign-in, or everybody's; null where there is none.</param>
/// <param name="NeedsScopes">What the server asks for beyond the rights of the sign-in; null where it asks for nothing.</param>
/// <param name="LastTest">Null where it was never tested.</param>
/// <param name="Held">Definitions that wait for a person.</param>
/// <param name="NextTest">When it is tested again by itself; null where it is not.</param>
/// <param name="Problem">Why it can't be called at all; null where it can.</param>
public sealed record McpServerRow(
    int Id,
    string Name,
    string? Description,
    bool IsMine,
    bool IsEnabled,
    McpTransport Transport,
    string? Url,
    McpSignIn SignIn,
    bool HasApiKey,
    McpSignedIn? SignedIn,
    string? NeedsScopes,
    IReadOnlyList<string> HeaderNames,
    string? Command,
    IReadOnlyList<string> Arguments,
    IReadOnlyList<string> VariableNames,
    McpCheckRow? LastTest,
    int Approved,
    int Held,
    DateTimeOffset? NextTest,
    string? Problem,
    DateTimeOffset UpdatedAt,
    int Version
) : IHasVersion
{
    /// <summary>What is stored encrypted, by name.</summary>
    internal IReadOnlyList<string> EncryptedNames => [.. HasApiKey ? new[] { "API key" } : [], .. HeaderNames, .. VariableNames];

    /// <summary>Where it is, in one line and without what may be secret.</summary>
    internal string Place => Command is not null ? string.Join(' ', Arguments.Prepend(Command)) : (Url ?? "").Split('?', '#')[0];
}

/// <summary>That somebody has signed in.</summary>
/// <param name="Issuer">Who gave the tokens.</param>
/// <param name="ExpiresAt">Until they must be renewed, which the console does by itself; null where that is not known.</param>
public sealed record McpSignedIn(bool ForEverybody, string Issuer, string? Scopes, DateTimeOffset? ExpiresAt);

/// <summary>One test of a saved server.</summary>
public sealed record McpCheckRow(
    DateTimeOffset CheckedAt,
    string CheckedBy,
    string Verdict,
    bool IsUp,
    double LatencyMs,
    string? Era,
    string? ProtocolVersion,
    string? Transport,
    string? ServerName,
    string? ServerVersion,
    int? Tools,
    string? Message,
    string? Hint,
    IReadOnlyList<McpStep> Steps
);

/// <summary>What would go with a server, or refer to nothing.</summary>
/// <param name="References">Tools of the registry that call it, by name.</param>
public sealed record McpRemoval(McpServerRow Server, IReadOnlyList<string> References);

/// <summary>A tool of a server as it offers it.</summary>
/// <param name="ToolId">The tool of the registry that was made from it.</param>
public sealed record McpToolRow(
    string Name,
    string? Title,
    string? Description,
    McpToolState State,
    JsonNode? InputSchema,
    JsonNode? OutputSchema,
    JsonNode? Annotations,
    int? ToolId
);

/// <summary>What a server offers under a name, as it was approved and as it is now.</summary>
/// <param name="Kind">tool or instructions.</param>
/// <param name="Hash">Of the definition as it was seen last: what an approval names. Null where it is no longer offered.</param>
/// <param name="Changes">What differs from what was approved; all of it where nothing was.</param>
/// <param name="Suspicions">What a person should look at.</param>
/// <param name="AtLetta">The agents of the Letta server that it was taken from; null where it was taken from none.</param>
public sealed record McpPinRow(
    int Id,
    string Kind,
    string Name,
    McpToolState State,
    string? Title,
    string? Description,
    string? Hash,
    JsonNode? Seen,
    JsonNode? Approved,
    string? ApprovedBy,
    DateTimeOffset? ApprovedAt,
    DateTimeOffset? SeenAt,
    IReadOnlyList<Change> Changes,
    IReadOnlyList<Suspicion> Suspicions,
    int? ToolId,
    LettaHold? AtLetta
)
{
    /// <summary>It waits for a person.</summary>
    internal bool IsWaiting => State is McpToolState.Held or McpToolState.Removed;

    internal string Label => Kind == ToolDefinition.Instructions ? "Instructions of the server" : VisibleText.Of(Name);
}
