using System.ComponentModel.DataAnnotations;
using Sanctum.Configurator.Features.Messaging.Incoming;
using Sanctum.Configurator.Platform.Requests;
using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Intake;

/// <summary>A message that a program sends in a person's name.</summary>
internal sealed record MessageForm
{
    /// <summary>Such as "telegram"; lower-case letters, digits, "-" and "_".</summary>
    [Required, TextLimit(LengthLimits.Platform)]
    public string? Platform { get; set; }

    /// <summary>Who wrote it, as the platform knows them.</summary>
    [Required, TextLimit(LengthLimits.Name)]
    public string? PlatformUserId { get; set; }

    [TextLimit(LengthLimits.Name)]
    public string? Username { get; set; }

    [TextLimit(LengthLimits.Name)]
    public string? DisplayName { get; set; }

    [Required, TextLimit(LengthLimits.Message)]
    public string? Text { get; set; }

    /// <summary>The agent's id, or its name in the registry.</summary>
    [Required, TextLimit(LengthLimits.Name)]
    public JsonNode? Agent { get; set; }

    /// <summary>Where the answer goes; null for the writer.</summary>
    [TextLimit(LengthLimits.Name)]
    public string? Chat { get; set; }

    /// <summary>The message's id on the platform: one that comes twice is taken once.</summary>
    [TextLimit(LengthLimits.Name)]
    public string? ExternalId { get; set; }

    /// <summary>What the platform knows of the writer besides.</summary>
    [TextLimit(64 * 1024)]
    public JsonObject? Metadata { get; set; }

    /// <summary>Files, as links.</summary>
    [MaxLength(50)]
    public IReadOnlyList<MessageAttachment>? Attachments { get; set; }
}
