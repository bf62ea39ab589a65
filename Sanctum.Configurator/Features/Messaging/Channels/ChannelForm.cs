using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Sanctum.Configurator.Platform.Requests;
using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Channels;

/// <summary>A channel as it is added, changed or tested.</summary>
public sealed class ChannelForm
{
    /// <summary>Null for a new one. A test takes the stored secret of this one where none is sent.</summary>
    public int? Id { get; set; }

    /// <summary>The version that was read; another one meanwhile makes the change stale.</summary>
    [JsonIgnore]
    public int Version { get; set; }

    [Required(ErrorMessage = "Enter a name.")]
    [StringLength(LengthLimits.Name, ErrorMessage = "A name has at most 255 characters.")]
    public string Name
    {
        get;
        set => field = Unseen.TrimToNull(value) ?? "";
    } = "";

    /// <summary>Such as "telegram", "email", "webhook" or "api". It can't be changed later.</summary>
    [TextLimit(LengthLimits.Platform)]
    public string Connector { get; set; } = "";

    /// <summary>Needed only where the connector carries several platforms; null for its own.</summary>
    [StringLength(LengthLimits.Platform, ErrorMessage = "A platform has at most 50 characters.")]
    [RegularExpression(
        "^[a-z0-9][a-z0-9_-]*$",
        ErrorMessage = "A platform can only contain small letters, digits, hyphens and underscores."
    )]
    public string? Platform
    {
        get;
        set => field = Unseen.TrimToNull(value)?.ToLowerInvariant();
    }

    [Range(1, int.MaxValue, ErrorMessage = "Choose the agent that answers.")]
    public int AgentId { get; set; }
    public bool IsEnabled { get; set; } = true;
    public ChannelMode Mode { get; set; }

    /// <summary>Messages that a person writes within so many seconds are one turn; 0 for each its own.</summary>
    [Range(0, 300, ErrorMessage = "Enter 0 to 300 seconds.")]
    public int BurstSeconds { get; set; }
    public DuringRun DuringRun { get; set; }

    [Range(1, 50, ErrorMessage = "Enter 1 to 50 attempts.")]
    public int MostAttempts { get; set; } = 5;

    /// <summary>Null for ever.</summary>
    [Range(1, 36_500, ErrorMessage = "Enter 1 to 36500 days, or leave this empty to keep messages.")]
    public int? KeepDays { get; set; }

    /// <summary>What the connector needs, by the names of its fields.</summary>
    [TextLimit(Lengths.Line, MostEntries = 50)]
    public Dictionary<string, string?> Settings { get; set; } = [];

    /// <summary>Another token, password or signing secret; "" for none; null leaves the stored one. It is never told.</summary>
    [StringLength(1024, MinimumLength = 0, ErrorMessage = "A secret has at most 1024 characters.")]
    [Sendable(SendableAs.Secret)]
    public string? Secret
    {
        get;
        set => field = value is null ? null : Unseen.Trim(value);
    }

    /// <summary>The settings that are given, without blanks and what the connector does not know.</summary>
    internal ChannelSettings SettingsFor(IConnector connector) =>
        new(
            ConnectorField
                .Of(connector)
                .Select(field => (field.Name, Value: Unseen.TrimToNull(Settings.GetValueOrDefault(field.Name))))
                .Where(given => given.Value is not null)
                .ToDictionary(given => given.Name, given => given.Value!)
        );

    internal ChannelForm Copy()
    {
        var copy = (ChannelForm)MemberwiseClone();
        copy.Settings = new(Settings);
        return copy;
    }
}
