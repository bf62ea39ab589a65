using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Sanctum.Configurator.Features.Account;

/// <summary>How long a session lasts.</summary>
public sealed class SessionOptions
{
    public const string Section = "Sessions";

    /// <summary>A session in which nobody does anything ends after this time. Being open in a tab is not doing something.</summary>
    [Range(typeof(TimeSpan), "00:05:00", "30.00:00:00")]
    public TimeSpan Idle { get; set; } = TimeSpan.FromHours(2);

    /// <summary>Every session ends after this time.</summary>
    [Range(typeof(TimeSpan), "00:05:00", "90.00:00:00")]
    public TimeSpan Absolute { get; set; } = TimeSpan.FromDays(7);
}

[OptionsValidator]
internal sealed partial class SessionOptionsValidator : IValidateOptions<SessionOptions>;
