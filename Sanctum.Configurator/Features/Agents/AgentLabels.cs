using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Registry.Agents;

namespace Sanctum.Configurator.Features.Agents;

/// <summary>Agents in words and tones.</summary>
internal static class AgentLabels
{
    private const int LongestStart = 120;

    /// <summary>Of the ids of an App Server and of a V1 server.</summary>
    private static readonly string[] Starts = ["agent-local-", "agent-"];

    /// <summary>Why it can't be deleted, naming what is in the way; null where nothing is.</summary>
    public static string? KeptBy(AgentDependants dependants)
    {
        var keepers = string.Join(
            " and ",
            new[] { Named(dependants.ToolInstances, "tool instance"), Named(dependants.ScheduledJobs, "scheduled job") }.OfType<string>()
        );
        return keepers.Length > 0
            ? $"The agent can't be deleted, because it is used by the {keepers}. Delete or move them first, or deactivate the agent."
            : null;
    }

    /// <summary>What goes with it, and what does not.</summary>
    public static string GoneWith(AgentDependants dependants)
    {
        var gone = string.Join(
            " and ",
            new[] { Named(dependants.PluginLinks, "plugin link"), Named(dependants.Configurations, "configuration") }.OfType<string>()
        );
        return $"The agent is deleted from the registry{(gone.Length > 0 ? $", together with the {gone}" : "; nothing else depends on it")}. It stays on the Letta server unless you choose otherwise.";
    }

    /// <summary>A call to the server failed: what and why, as a sentence of its own.</summary>
    public static string Failed(string why) => why[..1].ToUpperInvariant() + why[1..];

    public static Tone ToneOf(RunState status) =>
        status switch
        {
            RunState.Healthy => Tone.Good,
            RunState.Degraded => Tone.Warning,
            RunState.Off => Tone.Bad,
            _ => Tone.Neutral,
        };

    public static Tone ToneOf(string act) =>
        act switch
        {
            "insert" => Tone.Good,
            "delete" or "delete there" => Tone.Bad,
            "reset" => Tone.Warning,
            "push" or "approve" or "deny" or "cancel" => Tone.Accent,
            _ => Tone.Neutral,
        };

    /// <summary>Enough of Letta's id to tell agents apart by eye.</summary>
    public static string Short(string uid) =>
        Starts.FirstOrDefault(prefix => uid.StartsWith(prefix, StringComparison.Ordinal)) is { } start && uid.Length > start.Length + 8
            ? $"{uid[start.Length..(start.Length + 8)]}…"
            : uid;

    /// <summary>The beginning of a long text, on one line; a short one as it is.</summary>
    public static string Shortened(string text)
    {
        var line = text.IndexOfAny(['\r', '\n']) is var end and >= 0 ? text[..end] : text;
        return line.Length > LongestStart ? $"{line[..(char.IsHighSurrogate(line[LongestStart - 1]) ? LongestStart - 1 : LongestStart)]}…"
            : line.Length < text.Length ? $"{line}…"
            : text;
    }

    public static IReadOnlyList<Change> Changes(IEnumerable<FieldDifference> fields, bool isTaking) =>
        [
            .. fields.Select(field =>
                isTaking ? new Change(field.Title, field.Declared, field.Live) : new Change(field.Title, field.Live, field.Declared)
            ),
        ];

    public static string Count(int count, string thing) => Counts.Of(count, thing);

    private static string? Named(IReadOnlyList<string> names, string thing) =>
        names.Count == 0 ? null : $"{thing}{(names.Count == 1 ? "" : "s")} {string.Join(", ", names)}";
}
