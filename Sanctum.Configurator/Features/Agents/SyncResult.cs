using Sanctum.Configurator.Registry.Agents;

namespace Sanctum.Configurator.Features.Agents;

/// <summary>An agent of the Letta server that the registry does not know.</summary>
public sealed record NewAgent(string LettaUid, string Name, string? Model, RunState Status, string StatusReason);

/// <summary>An agent of the registry, compared.</summary>
/// <param name="Fields">Those in which it differs; none where it is gone.</param>
public sealed record ComparedAgent(int Id, string Name, string LettaUid, IReadOnlyList<string> Fields);

/// <summary>The agents of the registry beside those of the Letta server.</summary>
/// <param name="Gone">Once there, by their id, and no longer.</param>
/// <param name="Same">How many do not differ.</param>
/// <param name="Unlinked">How many of the registry have no id on the server.</param>
/// <param name="StatusesChanged">How many have another status than before; of a dry run, would have.</param>
public sealed record SyncResult(
    IReadOnlyList<NewAgent> New,
    IReadOnlyList<ComparedAgent> Gone,
    IReadOnlyList<ComparedAgent> Differing,
    int Same,
    int Unlinked,
    int StatusesChanged
);

/// <summary>The new rows of the registry.</summary>
public sealed record AdoptResult(IReadOnlyList<int> Ids);
