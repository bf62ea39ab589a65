using System.ComponentModel.DataAnnotations;

namespace Sanctum.Configurator.Features.Users;

/// <summary>What becomes of what a deleted user leaves.</summary>
public sealed class BelongingsForm
{
    [Required(ErrorMessage = "Choose whether it is kept or deleted.")]
    public bool? IsDeleted { get; set; }
}
