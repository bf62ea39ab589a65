using System.ComponentModel.DataAnnotations;
using Sanctum.Configurator.Platform.Requests;

namespace Sanctum.Configurator.Features.Messaging.Broca.Instances;

/// <summary>A folder that is added by hand.</summary>
public sealed class BrocaFolderForm
{
    [Required(ErrorMessage = "Enter the folder that holds sanctum.db and settings.json.")]
    [TextLimit(Lengths.Line)]
    public string Path { get; set; } = "";
}

/// <summary>Entries of a Broca's queue.</summary>
public sealed class BrocaEntriesForm
{
    [Required(ErrorMessage = "Give the ids of the entries.")]
    [MaxLength(1000, ErrorMessage = "At most 1,000 entries at once.")]
    public int[] Ids { get; set; } = [];
}

/// <summary>A Broca on this machine.</summary>
/// <param name="AgentId">Of the registry, where its agent is known.</param>
/// <param name="Problem">Why its database can't be read; null where it can.</param>
public sealed record BrocaInstance(
    string Id,
    string Name,
    string Folder,
    bool IsAdded,
    BrocaProcess Process,
    string? Shape,
    string? Mode,
    string? AgentUid,
    int? AgentId,
    BrocaQueueState? Queue,
    IReadOnlyList<BrocaProblem> Problems,
    string? Problem
);

/// <summary>The Brocas of this machine.</summary>
/// <param name="Note">What could not be looked at.</param>
public sealed record BrocaInstanceList(IReadOnlyList<BrocaInstance> Items, string? Note);

/// <summary>How many entries were changed, of those that were named.</summary>
public sealed record BrocaChanged(int Changed, int Asked, string Text);
