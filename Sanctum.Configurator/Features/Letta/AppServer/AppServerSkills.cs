using System.Text.Json;
using Sanctum.Configurator.Features.Letta.Client;

namespace Sanctum.Configurator.Features.Letta.AppServer;

/// <summary>A skill that an agent can read: instructions for a kind of work, with whatever lies beside them.</summary>
/// <param name="Path">Of its <c>SKILL.md</c> on the server's machine.</param>
/// <param name="Source">In the program's words: <c>bundled</c>, <c>global</c>, <c>agent</c> or <c>project</c>.</param>
internal sealed record AgentSkillEntry(string Name, string? Description, string? Path, string? Source);

/// <summary>
/// The skills of an App Server. There is no command that lists them: the program tells which ones an agent has with the state of a
/// conversation in which it has answered since the program was started.
/// </summary>
internal sealed class AppServerSkills(AppServerLink link)
{
    /// <summary>Of an agent's conversations, so many are asked, the newest first.</summary>
    private const int MostAsked = 10;

    /// <summary>Null where the agent has not answered since the server was started.</summary>
    public async Task<IReadOnlyList<AgentSkillEntry>?> FindAsync(string agent, CancellationToken cancel)
    {
        var conversations = new AppServerConversations(link);
        var newest =
            from conversation in await conversations.ListAsync(agent, cancel)
            orderby LettaAgent.TimeOf(conversation, "last_message_at") descending
            let id = LettaAgent.TextOf(conversation, "id")
            where id is not null
            select id;
        foreach (var id in newest.Take(MostAsked).Append(AppServerScope.Default))
        {
            if (await ReadAsync(new(agent, id), conversations, cancel) is { Count: > 0 } skills)
            {
                return skills;
            }
        }

        return null;
    }

    /// <param name="path">Of the skill's folder on the server's machine.</param>
    /// <returns>Its name.</returns>
    public async Task<string> EnableAsync(string path, CancellationToken cancel) =>
        LettaAgent.TextOf(await link.AskAsync("skill_enable", new() { ["skill_path"] = path }, cancel), "name") ?? path;

    public Task DisableAsync(string name, CancellationToken cancel) => link.AskAsync("skill_disable", new() { ["name"] = name }, cancel);

    private async Task<IReadOnlyList<AgentSkillEntry>> ReadAsync(
        AppServerScope scope,
        AppServerConversations conversations,
        CancellationToken cancel
    )
    {
        using var listener = link.Listen(scope);
        await conversations.SyncAsync(scope, cancel);
        IReadOnlyList<AgentSkillEntry> skills = [];
        while (listener.TryRead(out var happened))
        {
            if (happened.TryGetProperty("device_status", out var device))
            {
                skills = [.. LettaAgent.ItemsOf(device, "current_available_skills").Select(SkillOf).OfType<AgentSkillEntry>()];
            }
        }

        return skills;
    }

    private static AgentSkillEntry? SkillOf(JsonElement skill) =>
        (LettaAgent.TextOf(skill, "name") ?? LettaAgent.TextOf(skill, "id")) is { } name
            ? new(name, LettaAgent.TextOf(skill, "description"), LettaAgent.TextOf(skill, "path"), LettaAgent.TextOf(skill, "source"))
            : null;
}
