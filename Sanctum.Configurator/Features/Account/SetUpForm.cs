using System.ComponentModel.DataAnnotations;
using Sanctum.Configurator.Platform.Requests;
using Sanctum.Configurator.Registry.Users;

namespace Sanctum.Configurator.Features.Account;

/// <summary>The first administrator.</summary>
public sealed class SetUpForm
{
    [Required(ErrorMessage = "Choose a user name.")]
    [RegularExpression(UserRules.NamePattern, ErrorMessage = $"A user name must have {UserRules.NameHelp}.")]
    [TextLimit(Lengths.Name)]
    public string UserName { get; set; } = "";

    [EmailAddress(ErrorMessage = "Enter a valid e-mail address.")]
    [StringLength(256, ErrorMessage = "An e-mail address has at most 256 characters.")]
    public string? Email
    {
        get;
        // A form that was left empty says "", which is no address but none.
        set => field = string.IsNullOrWhiteSpace(value) ? null : value.Trim();
    }

    [Required(ErrorMessage = "Choose a password.")]
    [TextLimit(Lengths.Password)]
    public string Password { get; set; } = "";

    [Compare(nameof(Password), ErrorMessage = "The passwords don't match.")]
    [TextLimit(Lengths.Password)]
    public string Repeated { get; set; } = "";
}
