using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Sanctum.Configurator.Registry.Notifications;

namespace Sanctum.Configurator.Features.Logs.Alerts;

/// <summary>An alert as it is added or changed.</summary>
public sealed class AlertForm
{
    /// <summary>Null for a new one.</summary>
    [JsonIgnore]
    public int? Id { get; set; }

    /// <summary>The version that was read; another one meanwhile makes the change stale.</summary>
    [JsonIgnore]
    public int Version { get; set; }

    [Required(ErrorMessage = "Enter a name.")]
    [StringLength(255, ErrorMessage = "A name has at most 255 characters.")]
    public string Name { get; set; } = "";

    /// <summary>The search, as the page of logs takes it; "" for all lines.</summary>
    [StringLength(4000, ErrorMessage = "A search has at most 4000 characters.")]
    public string? Query
    {
        get;
        set => field = value?.Trim();
    } = "";

    /// <summary>So many lines raise it.</summary>
    [Range(1, 1_000_000, ErrorMessage = "Enter a number of lines from 1 to 1,000,000.")]
    public int Threshold { get; set; } = 10;

    /// <summary>The time in which they are counted.</summary>
    [Range(10, 7 * 24 * 3600, ErrorMessage = "Enter a time from 10 seconds to 7 days (604,800 seconds).")]
    public int WindowSeconds { get; set; } = 300;

    /// <summary>The level of the notification.</summary>
    [EnumDataType(typeof(NoticeLevel), ErrorMessage = "The level must be info, warning or error.")]
    public NoticeLevel Level { get; set; } = NoticeLevel.Warning;

    public bool IsEnabled { get; set; } = true;

    internal void WriteTo(Alert alert) =>
        (alert.Name, alert.Query, alert.Threshold, alert.WindowSeconds, alert.Level, alert.IsEnabled) = (
            Name.Trim(),
            Query ?? "",
            Threshold,
            WindowSeconds,
            Level,
            IsEnabled
        );
}
