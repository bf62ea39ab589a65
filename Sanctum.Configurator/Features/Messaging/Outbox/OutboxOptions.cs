using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Sanctum.Configurator.Features.Messaging.Outbox;

/// <summary>How answers are sent.</summary>
internal sealed class OutboxOptions
{
    public const string Section = "Outbox";

    /// <summary>How long one piece may take to be sent.</summary>
    [Range(typeof(TimeSpan), "00:00:05", "00:05:00", ErrorMessage = "Outbox:SendTimeout must be between 5 seconds and 5 minutes.")]
    public TimeSpan SendTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Attempts before a piece that can't be sent for now has failed.</summary>
    [Range(1, 1000, ErrorMessage = "Outbox:MostAttempts must be between 1 and 1000.")]
    public int MostAttempts { get; set; } = 20;

    /// <summary>Pieces on their way at once, for each channel.</summary>
    [Range(1, 100, ErrorMessage = "Outbox:AtOnce must be between 1 and 100.")]
    public int AtOnce { get; set; } = 8;
}

[OptionsValidator]
internal sealed partial class OutboxOptionsValidator : IValidateOptions<OutboxOptions>;
