using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Registry.Agents;

namespace Sanctum.Configurator.Features.Tools;

/// <summary>Tools in words and looks.</summary>
internal static class ToolLabels
{
    public const string GoneWithIt = "Its instances and their secrets are deleted too. The history keeps the tool without the secrets.";

    public static string StateOf(ToolRow tool) => tool.IsEnabled ? $"{tool.Status}" : "Disabled";

    public static Tone ToneOf(ToolRow tool) => tool.IsEnabled ? ToneOf(tool.Status) : Tone.Neutral;

    public static Tone ToneOf(RunState status) =>
        status switch
        {
            RunState.Degraded => Tone.Warning,
            RunState.Healthy => Tone.Good,
            _ => Tone.Neutral,
        };
}
