using System.Text.Json;
using Microsoft.AspNetCore.Identity;
using Sanctum.Configurator.Platform;

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

    /// <summary>A name or address as Identity compares it.</summary>
    public static string KeyOf(string name) => name.Trim().Normalize().ToUpperInvariant();

    /// <summary>What a user of this role with this list may do. A list that another program wrote badly grants nothing.</summary>
    public static IReadOnlySet<string> PermissionsOf(UserRole role, string? permissions)
    {
        var granted = Platform.Permissions.OfRole(Words<UserRole>.Of(role)).ToHashSet();
        if (permissions is { Length: > 0 })
        {
            using var json = JsonDocument.Parse(permissions);
            if (json.RootElement.ValueKind == JsonValueKind.Array)
            {
                granted.UnionWith(json.RootElement.EnumerateArray().Where(p => p.ValueKind == JsonValueKind.String).Select(p => p.GetString()!).Where(Platform.Permissions.All.Contains));
            }
        }

        return granted;
    }

    public void CallThem(string userName, string? name, string? email)
    {
        UserName = userName.Trim();
        NormalizedUserName = KeyOf(userName);
        Name = string.IsNullOrWhiteSpace(name) ? null : name.Trim();
        Email = string.IsNullOrWhiteSpace(email) ? null : email.Trim();
        NormalizedEmail = Email is null ? null : KeyOf(Email);
    }

    /// <summary>Takes a new password's hash. Whoever is signed in with the old one no longer is, and a lock-out ends.</summary>
    public void TakePassword(string hash)
    {
        PasswordHash = hash;
        AccessFailedCount = 0;
        LockoutEnd = null;
        EndSessions();
    }

    /// <summary>Ends every session, wherever it lives: a session holds only as long as this stamp.</summary>
    public void EndSessions() => SecurityStamp = Tokens.New();
}
