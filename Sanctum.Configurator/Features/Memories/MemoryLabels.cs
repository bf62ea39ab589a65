using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Memories.Keeping;
using Sanctum.Configurator.Registry.Memories;

namespace Sanctum.Configurator.Features.Memories;

/// <summary>What pages call things of memory.</summary>
internal static class MemoryLabels
{
    public static readonly IReadOnlyList<Choice<string>> Kinds =
    [
        new("", "Every kind"),
        new("preference", "Preferences"),
        new("correction", "Corrections"),
        new("pattern", "Patterns"),
        new("summary", "Summaries"),
    ];

    public static readonly IReadOnlyList<Choice<string>> Scopes =
    [
        new("", "Every scope"),
        new("person", "Mine"),
        new("agent", "For one agent"),
        new("shared", "Shared"),
    ];

    public static readonly IReadOnlyList<Choice<string>> States =
    [
        new("", "Every state"),
        new("active", "Active"),
        new("held", "Held"),
        new("superseded", "Superseded"),
    ];

    public static string Of(MemoryKind kind) => kind.ToString();

    public static string ScopeOf(MemoryRow row) =>
        row.Scope switch
        {
            MemoryScope.Agent => row.Agent ?? "One agent",
            MemoryScope.Shared => row.IsOwn ? "Shared" : "Shared by others",
            _ => "Mine",
        };

    public static Tone ToneOf(MemoryStatus status) =>
        status switch
        {
            MemoryStatus.Active => Tone.Good,
            MemoryStatus.Held => Tone.Warning,
            _ => Tone.Neutral,
        };

    public static string StateOf(VectorIndexStatus status) =>
        status switch
        {
            VectorIndexStatus.Active => "Active",
            VectorIndexStatus.Ready => "Complete",
            _ => "Building",
        };

    public static Tone ToneOf(VectorIndexStatus status) =>
        status switch
        {
            VectorIndexStatus.Active => Tone.Good,
            VectorIndexStatus.Ready => Tone.Neutral,
            _ => Tone.Busy,
        };

    /// <summary>Where it was read, and by what.</summary>
    public static string OriginOf(MemoryRow row) =>
        row.ExtractedBy is not { } by ? "Entered by hand or by another program"
        : row.PromptVersion is { } prompt ? $"Read by {by}, prompt {prompt}"
        : $"Read by {by}";

    /// <summary>As a part of a button's name.</summary>
    public static string Short(string content) =>
        content.Length <= 60 ? content : $"{content[..(char.IsHighSurrogate(content[59]) ? 59 : 60)]}…";
}
