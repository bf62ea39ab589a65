using System.Text.Json.Serialization;

namespace Sanctum.Configurator.Registry.Conversations;

/// <summary>Who answers.</summary>
public enum ConversationPartner
{
    [JsonStringEnumMemberName("model")]
    Model,

    [JsonStringEnumMemberName("agent")]
    Agent,
}

/// <summary>How far a message has come.</summary>
public enum ConversationMessageState
{
    [JsonStringEnumMemberName("complete")]
    Complete,

    /// <summary>Its turn has not come yet.</summary>
    [JsonStringEnumMemberName("waiting")]
    Waiting,

    [JsonStringEnumMemberName("streaming")]
    Streaming,

    /// <summary>Somebody stopped it.</summary>
    [JsonStringEnumMemberName("stopped")]
    Stopped,

    /// <summary>There is no answer, and a sentence that says why.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,

    /// <summary>It broke off: it is kept as far as it came.</summary>
    [JsonStringEnumMemberName("cut_off")]
    CutOff,

    /// <summary>The agent wants to call a tool, and somebody has to allow it.</summary>
    [JsonStringEnumMemberName("awaiting_approval")]
    AwaitingApproval,
}

/// <summary>How far the making of an answer has come.</summary>
public enum ConversationRunStatus
{
    [JsonStringEnumMemberName("waiting")]
    Waiting,

    [JsonStringEnumMemberName("running")]
    Running,

    [JsonStringEnumMemberName("ended")]
    Ended,
}

/// <summary>What a piece of an answer is.</summary>
public enum ConversationPieceKind
{
    /// <summary>The text goes on.</summary>
    [JsonStringEnumMemberName("text")]
    Text,

    /// <summary>The thoughts go on.</summary>
    [JsonStringEnumMemberName("reasoning")]
    Reasoning,

    /// <summary>A call of a tool as it is now, as JSON; the one of the same id before it is replaced.</summary>
    [JsonStringEnumMemberName("tool")]
    Tool,

    /// <summary>The answer begins anew: what came before is none of it.</summary>
    [JsonStringEnumMemberName("reset")]
    Reset,
}
