using System.ComponentModel.DataAnnotations;
using Sanctum.Configurator.Platform.Requests;

namespace Sanctum.Configurator.Components.Kit;

/// <summary>What is filled in by somebody who proves again who he is.</summary>
public sealed class PasswordAgainForm
{
    [Required(ErrorMessage = "Enter your password.")]
    [TextLimit(Lengths.Password)]
    public string Password { get; set; } = "";
}
