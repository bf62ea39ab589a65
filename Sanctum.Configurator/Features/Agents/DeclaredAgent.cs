using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Registry.Agents;

namespace Sanctum.Configurator.Features.Agents;

/// <summary>
/// What an agent is to be, as the registry declares it, or what it is on the server. Null declares nothing, and is not compared.
/// </summary>
/// <param name="Blocks">The memory: label → value.</param>
public sealed record DeclaredAgent(
    string Name,
    string? Description,
    string? Model,
    string? Embedding,
    string? System,
    IReadOnlyList<string>? Tags,
    IReadOnlyList<string>? Tools,
    IReadOnlyDictionary<string, string>? Blocks
)
{
    public const int NameLength = 255;

    public static DeclaredAgent Of(Agent agent)
    {
        var config = AgentConfig.Of(agent.Config);
        return new(
            agent.Name,
            agent.Description,
            config.Text(AgentConfig.Model),
            config.Text(AgentConfig.Embedding),
            config.Text(AgentConfig.System),
            config.Texts(AgentConfig.Tags),
            config.Texts(AgentConfig.Tools),
            config.Memory()
        );
    }

    public static DeclaredAgent Of(LettaAgent agent)
    {
        var blocks = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var block in agent.Blocks)
        {
            blocks[Plain(block.Label)!] = Plain(block.Value)!;
        }

        var name = Plain(agent.Name)!;
        return new(
            name[..Math.Min(name.Length, NameLength)],
            Plain(agent.Description),
            Plain(agent.Model),
            Plain(agent.Embedding),
            Plain(agent.System),
            Sorted(agent.Tags),
            agent.Kind == LettaKind.AppServer ? null : Sorted(agent.Tools.Select(tool => tool.Name)),
            agent.Unread is null ? blocks : null
        );
    }

    /// <summary>What of it this server can have at all. The rest is not compared, and stays as it is declared.</summary>
    internal DeclaredAgent AsFarAs(LettaAgent live) =>
        this with
        {
            Embedding = live.Kind == LettaKind.AppServer ? null : Embedding,
            Tools = live.Kind == LettaKind.AppServer ? null : Tools,
            Blocks =
                live.Unread is not null ? null
                : live.Kind == LettaKind.AppServer ? Blocks?.ToDictionary(block => block.Key, block => AsFile(block.Value))
                : Blocks,
        };

    /// <summary>A block's text as an App Server gives it back from its file: without blanks around it, and with its own ends of lines.</summary>
    private static string AsFile(string value) => value.ReplaceLineEndings("\n").Trim();

    /// <summary>Writes what the agent is on the server into the row, but for what that server can't have.</summary>
    internal static void Take(LettaAgent live, Agent row)
    {
        var (taken, declared) = (Of(live), Of(row));
        var isAppServer = live.Kind == LettaKind.AppServer;
        (
            taken with
            {
                Embedding = isAppServer ? declared.Embedding : taken.Embedding,
                Tools = isAppServer ? declared.Tools : taken.Tools,
                Blocks = taken.Blocks ?? declared.Blocks,
            }
        ).WriteTo(row);
    }

    public void WriteTo(Agent agent)
    {
        (agent.Name, agent.Description) = (Name, Description);
        var config = AgentConfig.Of(agent.Config);
        config.Set(AgentConfig.Model, Model);
        config.Set(AgentConfig.Embedding, Embedding);
        config.Set(AgentConfig.System, System);
        config.Set(AgentConfig.Description, Description);
        config.Set(AgentConfig.Tags, Tags);
        config.Set(AgentConfig.Tools, Tools);
        config.Set(Blocks);
        config.WriteTo(agent);
    }

    /// <summary>Tells one state of an agent from another.</summary>
    internal string Mark() => Tokens.HashOf(JsonSerializer.Serialize(this, ApiJson.Options));

    private static IReadOnlyList<string> Sorted(IEnumerable<string> names) =>
        [.. names.Select(name => Plain(name)!).Distinct().Order(StringComparer.Ordinal)];

    // PostgreSQL stores every character but this one.
    private static string? Plain(string? text) => text?.Replace("\0", "", StringComparison.Ordinal);
}
