using Sanctum.Configurator.Features.McpServers.Client;
using Sanctum.Configurator.Features.McpServers.Pins;

namespace Sanctum.Configurator.Features.McpServers.Probe;

/// <summary>Says which tools of a server can't be used, and why.</summary>
internal static class LeftOutTools
{
    private const int MostNamed = 5;
    private const int LongestShown = 80;

    /// <summary>Null where there are none.</summary>
    public static string? Sentence(IReadOnlyList<UnusableTool> tools) =>
        tools.Count == 0
            ? null
            : $"Left out, because clients can't use {(tools.Count == 1 ? "it" : "them")}: {string.Join(", ", tools.Take(MostNamed).Select(Named))}{More(tools.Count)}. Report it to whoever makes the server.";

    private static string More(int count) => count > MostNamed ? $" and {count - MostNamed} more" : "";

    private static string Named(UnusableTool tool) =>
        $"{(tool.Name.Length == 0 ? "one" : VisibleText.Of(tool.Name.Length > LongestShown ? $"{tool.Name[..LongestShown]}…" : tool.Name))} ({tool.Fault})";
}
