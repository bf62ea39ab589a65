using System.ComponentModel.DataAnnotations;
using Sanctum.Configurator.Features.Letta.AppServer;
using Sanctum.Configurator.Features.Letta.Saved;
using Sanctum.Configurator.Platform.Requests;

namespace Sanctum.Configurator.Features.Agents.AppServers;

/// <summary>A skill that an agent has.</summary>
/// <param name="Path">Of its <c>SKILL.md</c> on the App Server's machine.</param>
/// <param name="Source"><c>bundled</c> comes with Letta, <c>global</c> was enabled for all agents, <c>agent</c> lies in its memory.</param>
public sealed record AgentSkill(string Name, string? Description, string? Path, string? Source)
{
    /// <summary>It was enabled by path, and can be disabled.</summary>
    public bool CanBeDisabled => Source == "global";
}

/// <summary>The skills that an agent has.</summary>
/// <param name="IsKnown">False where this console has not heard it answer: only then does the server tell which it has.</param>
public sealed record AgentSkillList(bool IsKnown, IReadOnlyList<AgentSkill> Skills);

/// <summary>What came of a change of the skills.</summary>
public sealed record SkillChange(string Name, string Message);

/// <summary>A skill on the App Server's machine.</summary>
public sealed class SkillForm
{
    [Required(ErrorMessage = "Enter the folder of the skill.")]
    [TextLimit(Lengths.Line)]
    public string? Path { get; set; }
}

/// <summary>The skills of agents on an App Server. Those that are enabled by path are for all its agents.</summary>
public sealed class AgentSkills(AppServerCalls calls, SavedLetta letta)
{
    private const string FromNow = "Agents have it from their next answer on; the list shows it then.";

    public Task<Outcome<AgentSkillList>> ListAsync(int id, CancellationToken cancel) =>
        calls.ReadAsync(
            id,
            async (_, uid) =>
                await letta.SkillsAsync(uid, cancel) is { } skills
                    ? new AgentSkillList(
                        IsKnown: true,
                        [
                            .. skills
                                .OrderBy(skill => skill.Source == "bundled")
                                .ThenBy(skill => skill.Name, StringComparer.OrdinalIgnoreCase)
                                .Select(skill => new AgentSkill(skill.Name, skill.Description, skill.Path, skill.Source)),
                        ]
                    )
                    : new AgentSkillList(IsKnown: false, []),
            cancel
        );

    /// <summary>Enables a skill that lies on the App Server's machine. An agent follows it, and may run what lies beside it.</summary>
    public async Task<Outcome<SkillChange>> EnableAsync(int id, SkillForm form, CancellationToken cancel) =>
        FormRules.Check(form) is { Count: > 0 } reasons
            ? new Outcome<SkillChange>.Invalid(reasons)
            : await calls.WriteAsync(
                Policies.Everything,
                id,
                ("enable skill", new { form.Path }),
                async (link, _) =>
                {
                    var name = await AppServerSkills.EnableAsync(link, form.Path!.Trim(), cancel);
                    return new SkillChange(name, $"The skill {name} is enabled for all agents of this App Server. {FromNow}");
                },
                cancel
            );

    public Task<Outcome<SkillChange>> DisableAsync(int id, string name, CancellationToken cancel) =>
        calls.WriteAsync(
            Policies.WriteRegistry,
            id,
            ("disable skill", new { name }),
            async (link, _) =>
            {
                await AppServerSkills.DisableAsync(link, name, cancel);
                return new SkillChange(
                    name,
                    $"The skill {name} is disabled for all agents of this App Server. Its files stay where they are."
                );
            },
            cancel
        );
}
