using Sanctum.Configurator.Features.Letta.Client;

namespace Sanctum.Configurator.Features.Agents.Moving;

/// <summary>The V1 server that a move reads.</summary>
internal sealed record MoveSource(ILettaAgents Agents, Uri Address) : IDisposable
{
    private IReadOnlyDictionary<string, string> _names = new Dictionary<string, string>();

    /// <summary>Read before anything else: an agent that can't be read later, or is not begun, still has its name in the report.</summary>
    public async Task ReadNamesAsync(CancellationToken cancel) =>
        _names = (await Agents.NamesAsync(cancel)).ToDictionary(agent => agent.Id, agent => agent.Name);

    /// <summary>Its id, where the server has no agent of it.</summary>
    public string NameOf(string uid) => _names.GetValueOrDefault(uid, uid);

    public void Dispose() => Agents.Dispose();
}
