using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Sanctum.Configurator.Platform.Requests;
using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.People;

/// <summary>A person as they are changed.</summary>
public sealed class PersonForm
{
    /// <summary>Messages of the past that an agent can be given.</summary>
    public const int MostHistory = 1_000;

    [JsonIgnore]
    public int Id { get; set; }

    /// <summary>The version that was read; another one meanwhile makes the change stale.</summary>
    [JsonIgnore]
    public int Version { get; set; }

    [StringLength(LengthLimits.Name, ErrorMessage = "A name has at most 255 characters.")]
    public string? DisplayName { get; set; }

    /// <summary>A JSON object, for agents to read.</summary>
    [TextLimit(Lengths.Document)]
    public JsonNode? AgentPreferences { get; set; }

    [Range(0, MostHistory, ErrorMessage = "The history must be between 0 and 1,000 messages.")]
    public int ConversationHistoryLimit { get; set; } = 10;

    [StringLength(LengthLimits.Instructions, ErrorMessage = "Instructions have at most 20,000 characters.")]
    public string? CustomInstructions { get; set; }

    /// <summary>What an inactive person writes is refused.</summary>
    public bool IsActive { get; set; } = true;

    /// <summary>Why they may not be erased; null where they may.</summary>
    [StringLength(500, ErrorMessage = "A reason has at most 500 characters.")]
    public string? HoldReason { get; set; }

    [StringLength(255, ErrorMessage = "An id has at most 255 characters.")]
    public string? LettaIdentityId { get; set; }

    [StringLength(255, ErrorMessage = "An id has at most 255 characters.")]
    public string? LettaBlockId { get; set; }

    /// <summary>The preferences as they are typed on a page.</summary>
    [JsonIgnore]
    [TextLimit(Lengths.Document)]
    public string? TypedPreferences { get; set; }

    public static PersonForm Of(PersonView person) =>
        new()
        {
            Id = person.Id,
            Version = person.Version,
            DisplayName = person.DisplayName,
            AgentPreferences = person.AgentPreferences?.DeepClone(),
            ConversationHistoryLimit = person.ConversationHistoryLimit,
            CustomInstructions = person.CustomInstructions,
            IsActive = person.IsActive,
            HoldReason = person.HoldReason,
            LettaIdentityId = person.LettaIdentityId,
            LettaBlockId = person.LettaBlockId,
            TypedPreferences = person.AgentPreferences is { } preferences ? ReadableJson.Of(preferences) : "",
        };
}
