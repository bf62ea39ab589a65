using System.Text.Json.Serialization;

namespace Sanctum.Configurator.Registry.Messaging;

/// <summary>What an operator did with many entries of the queue at once, with what an undo needs.</summary>
public sealed class QueueAct
{
    public int Id { get; private set; }
    public required QueueActKind Kind { get; init; }

    /// <summary>What was chosen, in a sentence.</summary>
    public required string Chosen { get; init; }
    public required string By { get; init; }
    public DateTimeOffset At { get; init; }

    /// <summary>Entries that it changes, and how many of them it has.</summary>
    public int Total { get; set; }
    public int Finished { get; set; }
    public QueueActState State { get; set; }

    /// <summary>The cause that stops a retry in stages, and what the current stage lets through; null where it goes at once.</summary>
    public string? StageCause { get; init; }
    public int? StageNumber { get; set; }
    public string? Message { get; set; }

    /// <summary>The agent that they are moved to.</summary>
    public int? TargetAgentId { get; init; }

    /// <summary>What is retried does not wait until nobody can undo it any more.</summary>
    public bool IsAtOnce { get; init; }
    public DateTimeOffset? UndoneAt { get; set; }
    public string? UndoneBy { get; set; }
}

/// <summary>What was done.</summary>
public enum QueueActKind
{
    [JsonStringEnumMemberName("retry")]
    Retry,

    [JsonStringEnumMemberName("edit")]
    Edit,

    [JsonStringEnumMemberName("cancel")]
    Cancel,

    [JsonStringEnumMemberName("flush")]
    Flush,

    [JsonStringEnumMemberName("move")]
    Move,
}

/// <summary>How far it is.</summary>
public enum QueueActState
{
    [JsonStringEnumMemberName("running")]
    Running,

    [JsonStringEnumMemberName("done")]
    Done,

    /// <summary>An operator stopped it, or the cause came back.</summary>
    [JsonStringEnumMemberName("stopped")]
    Stopped,

    [JsonStringEnumMemberName("undone")]
    Undone,
}

/// <summary>One entry as it was before the act.</summary>
public sealed class QueueActRow
{
    public required int ActId { get; init; }
    public required int QueueId { get; init; }
    public required string Status { get; init; }
    public int? AgentId { get; init; }
    public int? MessageId { get; init; }

    /// <summary>The stage of a retry in stages with which it goes; 0 for the first.</summary>
    public int Stage { get; init; }
}
