using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Sanctum.Configurator.Platform.Requests;

namespace Sanctum.Configurator.Features.Account;

/// <summary>A person's own new password, and the present one as the proof of who asks.</summary>
public sealed class OwnPasswordForm
{
    [Required(ErrorMessage = "Enter your current password.")]
    [TextLimit(Lengths.Password)]
    public string CurrentPassword { get; set; } = "";

    [Required(ErrorMessage = "Choose a password.")]
    [TextLimit(Lengths.Password)]
    public string NewPassword { get; set; } = "";

    /// <summary>The new password once more, from people; null from programs, which do not mistype.</summary>
    [JsonIgnore]
    [TextLimit(Lengths.Password)]
    public string? Repeated { get; set; }
}
