using Sanctum.Configurator.Features.Letta.Client;

namespace Sanctum.Configurator.Features.Letta.AppServer;

/// <summary>A skill that an agent can read: instructions for a kind of work, with whatever lies beside them.</summary>
/// <param name="Path">Of its <c>SKILL.md</c> on the server's machine.</param>
/// <param name="Source">In the program's words: <c>bundled</c>, <c>global</c>, <c>agent</c> or <c>project</c>.</param>
public sealed record AgentSkillEntry(string Name, string? Description, string? Path, string? Source);

/// <summary>The skills of an App Server.</summary>
public static class AppServerSkills
{
    /// <summary>
    /// The skills that an agent has, where the event tells them. There is no command that lists them, and the program forgets them when the
    /// agent has answered: it tells them while it answers only.
    /// </summary>
    public static IReadOnlyList<AgentSkillEntry> ToldIn(JsonElement happened) =>
        happened.TryGetProperty("device_status", out var device)
            ? [.. LettaAgent.ItemsOf(device, "current_available_skills").Select(SkillOf).OfType<AgentSkillEntry>()]
            : [];

    /// <param name="path">Of the skill's folder on the server's machine.</param>
    /// <returns>Its name.</returns>
    public static async Task<string> EnableAsync(AppServerLink link, string path, CancellationToken cancel) =>
        LettaAgent.TextOf(await link.AskAsync("skill_enable", new() { ["skill_path"] = path }, cancel), "name") ?? path;

    public static Task DisableAsync(AppServerLink link, string name, CancellationToken cancel) =>
        link.AskAsync("skill_disable", new() { ["name"] = name }, cancel);

    private static AgentSkillEntry? SkillOf(JsonElement skill) =>
        (LettaAgent.TextOf(skill, "name") ?? LettaAgent.TextOf(skill, "id")) is { } name
            ? new(name, LettaAgent.TextOf(skill, "description"), LettaAgent.TextOf(skill, "path"), LettaAgent.TextOf(skill, "source"))
            : null;
}
