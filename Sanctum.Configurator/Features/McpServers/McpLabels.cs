using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.McpServers.Client;
using Sanctum.Configurator.Features.McpServers.Pins;
using Sanctum.Configurator.Features.McpServers.Probe;
using Sanctum.Configurator.Registry.McpServers;

namespace Sanctum.Configurator.Features.McpServers;

/// <summary>How servers and definitions are said and coloured, alike wherever they are shown.</summary>
internal static class McpLabels
{
    public const string None = "–";

    /// <summary>Tables whose changes change what the pages show.</summary>
    public static readonly string[] ShownTables = [Tables.McpServers, Tables.McpTools, Tables.McpChecks, Tables.McpTokens];

    public static (Tone Tone, string Text) StateOf(McpServerRow server) =>
        !server.IsEnabled ? (Tone.Neutral, "Disabled")
        : server.Problem is not null ? (Tone.Bad, "Can't be called")
        : server.LastTest is not { } test ? (Tone.Neutral, "Not tested yet")
        : McpVerdicts.Find(test.Verdict) is { } verdict ? (McpVerdictLook.ToneOf(verdict), verdict.Title())
        : (test.IsUp ? Tone.Good : Tone.Bad, test.Verdict);

    public static (Tone Tone, string Text) StateOf(McpToolState state) =>
        state switch
        {
            McpToolState.Approved => (Tone.Good, "Approved"),
            McpToolState.Blocked => (Tone.Bad, "Blocked"),
            McpToolState.Removed => (Tone.Warning, "No longer offered"),
            _ => (Tone.Warning, "Held"),
        };

    /// <summary>What became of a held tool at the Letta server.</summary>
    public static string AtLetta(LettaHold hold)
    {
        var agents = hold.Agents.Count == 1 ? "1 agent" : $"{hold.Agents.Count} agents";
        var names = hold.Agents.Count == 0 ? "" : $": {string.Join(", ", hold.Agents.Select(agent => VisibleText.Of(agent.Name)))}";
        return hold.Due switch
        {
            null => $"Detached from {agents} at Letta{names}. Approving it attaches it to them again.",
            LettaHoldAct.Attach => $"Not yet attached again to {agents} at Letta{names}.",
            _ when hold.Agents.Count == 0 => "Not yet taken from the agents at Letta.",
            _ => $"Being detached from {agents} at Letta{names}.",
        };
    }

    public static string ServerOf(McpCheckRow? test) =>
        test?.ServerName is { } name ? VisibleText.Of($"{name} {test.ServerVersion}".Trim()) : None;

    public static string ProtocolOf(McpCheckRow? test) =>
        test?.ProtocolVersion is { Length: > 0 } version ? $"{version}, {McpTransports.TitleOf(test.Transport)}" : None;

    public static string ToolsOf(McpServerRow server) =>
        server.LastTest?.Tools is { } tools ? tools.ToString(CultureInfo.InvariantCulture) : None;

    public static string MsOf(double milliseconds) => string.Create(CultureInfo.InvariantCulture, $"{milliseconds:N0} ms");

    /// <summary>"in 12 s", or null where it is not planned.</summary>
    public static string? NextIn(DateTimeOffset? next, DateTimeOffset now) =>
        next is not { } at ? null
        : at <= now ? "now"
        : at - now < TimeSpan.FromMinutes(2) ? string.Create(CultureInfo.InvariantCulture, $"in {Math.Ceiling((at - now).TotalSeconds)} s")
        : string.Create(CultureInfo.InvariantCulture, $"in {Math.Round((at - now).TotalMinutes)} min");
}
