using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Sanctum.Configurator.Platform.Requests;
using Sanctum.Configurator.Registry.Users;

namespace Sanctum.Configurator.Features.Users;

/// <summary>A user as he is added or changed.</summary>
public sealed class UserForm
{
    /// <summary>Null for a new user.</summary>
    [JsonIgnore]
    public int? Id { get; set; }

    /// <summary>The version that was read; another one meanwhile makes the change stale.</summary>
    [JsonIgnore]
    public int Version { get; set; }

    [Required(ErrorMessage = "Choose a user name.")]
    [RegularExpression(UserRules.NamePattern, ErrorMessage = $"A user name must have {UserRules.NameHelp}.")]
    [TextLimit(Lengths.Name)]
    public string Username { get; set; } = "";

    [StringLength(UserRules.NameLength, ErrorMessage = "A name has at most 64 characters.")]
    public string? Name { get; set; }

    [EmailAddress(ErrorMessage = "Enter a valid e-mail address.")]
    [StringLength(256, ErrorMessage = "An e-mail address has at most 256 characters.")]
    public string? Email
    {
        get;
        // A form that was left empty says "", which is no address but none.
        set => field = string.IsNullOrWhiteSpace(value) ? null : value.Trim();
    }

    public UserRole Role { get; set; }

    /// <summary>Permissions beyond those of the role. Those that the role has anyway are left out.</summary>
    [TextLimit(Lengths.Name)]
    public IList<string> Permissions { get; set; } = [];

    public bool IsActive { get; set; } = true;

    /// <summary>For a new user only; later it is reset.</summary>
    [TextLimit(Lengths.Password)]
    public string? Password { get; set; }
}

/// <summary>A password that takes the place of a forgotten one.</summary>
public sealed class PasswordForm
{
    [Required(ErrorMessage = "Choose a password.")]
    [TextLimit(Lengths.Password)]
    public string Password { get; set; } = "";
}

/// <summary>A user as he is listed.</summary>
/// <param name="Permissions">Those he has beyond the role's.</param>
public sealed record UserRow(
    int Id,
    [property: JsonPropertyName("username")] string UserName,
    string? Name,
    string? Email,
    UserRole Role,
    IReadOnlyList<string> Permissions,
    bool IsActive,
    bool HasPassword,
    DateTimeOffset? LockedUntil,
    DateTimeOffset? LastLogin,
    DateTimeOffset CreatedAt,
    int Version
) : IHasVersion
{
    /// <summary>What keeps him from signing in, in a word; "Active" where nothing does.</summary>
    [JsonIgnore]
    public string State =>
        !IsActive ? "Inactive"
        : LockedUntil is not null ? "Locked"
        : !HasPassword ? "No password"
        : "Active";

    public static UserRow Of(User user, DateTimeOffset now) =>
        new(
            user.Id,
            user.UserName ?? "",
            user.Name,
            user.Email,
            user.Role,
            user.ExtraPermissions(),
            user.IsActive,
            user.PasswordHash is not null,
            user.LockoutEnd > now ? user.LockoutEnd : null,
            user.LastLogin,
            user.CreatedAt,
            user.Version
        );

    public UserForm ToForm() =>
        new()
        {
            Id = Id,
            Version = Version,
            Username = UserName,
            Name = Name,
            Email = Email,
            Role = Role,
            Permissions = [.. Permissions],
            IsActive = IsActive,
        };
}
