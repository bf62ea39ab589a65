using Microsoft.AspNetCore.Identity;

namespace Sanctum.Configurator.Registry.Users;

/// <summary>A person who may sign in: ASP.NET Core Identity's user on seed 001's table.</summary>
public sealed class User : IdentityUser<int>, IVersioned
{
    /// <summary>The name as the person writes it, where it differs from the sign-in name.</summary>
    public string? Name { get; set; }

    public UserRole Role { get; set; }

    /// <summary>JSON: an array of permissions beyond those of the role.</summary>
    public string? Permissions { get; set; }

    public DateTimeOffset? LastLogin { get; set; }

    public bool IsActive { get; set; } = true;

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; set; }

    public int Version { get; set; }
}
