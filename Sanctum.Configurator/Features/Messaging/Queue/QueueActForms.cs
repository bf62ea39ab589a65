using System.ComponentModel.DataAnnotations;
using Sanctum.Configurator.Platform.Requests;
using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Queue;

/// <summary>What is to be done with entries of the queue.</summary>
public sealed record QueueActForm
{
    /// <summary>retry, edit, cancel, flush or move.</summary>
    [Required]
    public QueueActKind? Kind { get; set; }

    /// <summary>The entries; null where <see cref="Filter"/> chooses them.</summary>
    [MaxLength(1000)]
    public IReadOnlyList<int>? Ids { get; set; }

    public QueueFilter? Filter { get; set; }

    /// <summary>The agent that they are moved to.</summary>
    public int? AgentId { get; set; }

    /// <summary>What is given to the agent instead; the message that was written stays as it is.</summary>
    [TextLimit(LengthLimits.Message)]
    public string? Text { get; set; }

    /// <summary>First 1, then 10, then the rest; it stops by itself where the same cause returns.</summary>
    public bool InStages { get; set; }

    /// <summary>A retry begins at once, and can't be undone; otherwise after 30 seconds.</summary>
    public bool AtOnce { get; set; }
}

/// <summary>An act and how far it is.</summary>
/// <param name="Stage">Of a canary: which of its three stages is under way, from 1; null for an act without stages.</param>
/// <param name="NewMeanwhile">Of a canary: how many others have failed of its cause since it began.</param>
/// <param name="UndoUntil">Null where it can't be undone any more.</param>
public sealed record QueueActView(
    int Id,
    QueueActKind Kind,
    string Chosen,
    string By,
    DateTimeOffset At,
    int Total,
    int Finished,
    QueueActState State,
    int? Stage,
    int NewMeanwhile,
    string? Message,
    DateTimeOffset? UndoUntil
);
