using System.ComponentModel.DataAnnotations;
using Sanctum.Configurator.Platform.Requests;
using Sanctum.Configurator.Registry.Conversations;

namespace Sanctum.Configurator.Features.Conversations.Keeping;

/// <summary>What can be changed of a conversation; what is left out stays.</summary>
public sealed class ConversationForm
{
    [TextLimit(Conversation.TitleLength)]
    public string? Title { get; set; }

    public bool? IsPinned { get; set; }

    public bool? IsArchived { get; set; }

    /// <summary>Whether everybody who may use conversations can read it by its address.</summary>
    public bool? IsShared { get; set; }

    /// <summary>Who answers from now on; at most one of these two. With neither and <c>uses_model_in_force</c> it is the model in force.</summary>
    public int? AgentId { get; set; }

    public int? ConfigId { get; set; }

    public bool UsesModelInForce { get; set; }
}

/// <summary>A conversation before anything is said in it.</summary>
public sealed class NewConversationForm
{
    [TextLimit(Conversation.TitleLength)]
    public string? Title { get; set; }

    /// <summary>The agent that answers; null for a model.</summary>
    public int? AgentId { get; set; }

    /// <summary>The model that answers; null for the one in force.</summary>
    public int? ConfigId { get; set; }

    public bool IsTemporary { get; set; }
}

/// <summary>A new name.</summary>
public sealed class TitleForm
{
    [Required(ErrorMessage = "Enter a title.")]
    [TextLimit(Conversation.TitleLength)]
    public string? Title { get; set; }
}
