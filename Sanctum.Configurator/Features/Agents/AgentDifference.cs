using System.Text.Json.Serialization;
using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Registry.Agents;

namespace Sanctum.Configurator.Features.Agents;

/// <summary>One field in which the registry and the Letta server differ; null for nothing.</summary>
/// <param name="Field">Such as <c>model</c>, or <c>blocks.persona</c> for a block of the memory.</param>
public sealed record FieldDifference(string Field, string? Declared, string? Live)
{
    /// <summary>The field as it is shown.</summary>
    [JsonIgnore]
    public string Title =>
        Field switch
        {
            AgentConfig.System => "System prompt",
            _ when Field.StartsWith(AgentDifference.BlockPrefix, StringComparison.Ordinal) =>
                $"Block {Field[AgentDifference.BlockPrefix.Length..]}",
            _ => char.ToUpperInvariant(Field[0]) + Field[1..],
        };
}

/// <summary>How the agent is on the Letta server.</summary>
public sealed record LiveAgent(DeclaredAgent Is, RunState Status, string StatusReason, DateTimeOffset? LastRun);

/// <summary>An agent in the registry beside the same agent on the Letta server.</summary>
/// <param name="Live">Null where it is not on the server.</param>
/// <param name="Seen">Marks the state of the server's agent that was compared, for a write that means this state and no later one.</param>
/// <param name="LeftOut">What pushing could not bring there, in sentences; filled in where a push is prepared.</param>
public sealed record AgentDifference(
    AgentView Agent,
    LiveAgent? Live,
    string? Seen,
    IReadOnlyList<FieldDifference> Fields,
    IReadOnlyList<string> LeftOut
) : IHasVersion
{
    int IHasVersion.Version => Agent.Agent.Version;

    internal const string BlockPrefix = "blocks.";

    internal static AgentDifference Of(Agent agent, LettaAgent? live, IReadOnlyList<string>? leftOut = null)
    {
        var view = AgentView.Of(agent);
        if (live is null)
        {
            return new(view, null, null, [], []);
        }

        var there = DeclaredAgent.Of(live);
        var (status, reason) = AgentStatus.Of(live);
        return new(view, new(there, status, reason, live.LastRun), there.Mark(), Between(view.Declared, live), leftOut ?? []);
    }

    /// <summary>The declared fields that differ, in the order in which a person reads them.</summary>
    internal static IReadOnlyList<FieldDifference> Between(DeclaredAgent declared, LettaAgent there) =>
        Between(declared.AsFarAs(there), DeclaredAgent.Of(there));

    internal static IReadOnlyList<FieldDifference> Between(DeclaredAgent declared, DeclaredAgent live)
    {
        var fields = new List<FieldDifference>();
        void Add(string field, string? ours, string? theirs)
        {
            if ((ours ?? "") != (theirs ?? ""))
            {
                fields.Add(new(field, ours, theirs));
            }
        }

        void AddDeclared(string field, string? ours, string? theirs) => Add(field, ours ?? theirs, theirs);
        Add("name", declared.Name, live.Name);
        Add(AgentConfig.Description, declared.Description, live.Description);
        AddDeclared(AgentConfig.Model, declared.Model, live.Model);
        AddDeclared(AgentConfig.Embedding, declared.Embedding, live.Embedding);
        AddDeclared(AgentConfig.System, declared.System, live.System);
        AddDeclared(AgentConfig.Tags, Joined(declared.Tags), Joined(live.Tags));
        AddDeclared(AgentConfig.Tools, Joined(declared.Tools), Joined(live.Tools));
        fields.AddRange(BlocksBetween(declared.Blocks, live.Blocks ?? new Dictionary<string, string>()));
        return fields;
    }

    private static IEnumerable<FieldDifference> BlocksBetween(
        IReadOnlyDictionary<string, string>? declared,
        IReadOnlyDictionary<string, string> live
    ) =>
        declared is null
            ? []
            : from label in declared.Keys.Union(live.Keys).Order(StringComparer.Ordinal)
            let ours = declared.GetValueOrDefault(label)
            let theirs = live.GetValueOrDefault(label)
            where ours != theirs
            select new FieldDifference(BlockPrefix + label, ours, theirs);

    private static string? Joined(IReadOnlyList<string>? names) =>
        names is null ? null : string.Join(", ", names.Distinct().Order(StringComparer.Ordinal));
}
