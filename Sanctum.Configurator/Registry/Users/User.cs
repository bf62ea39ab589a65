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

    /// <summary>A name or address as Identity compares it.</summary>
    public static string KeyOf(string name) => name.Trim().Normalize().ToUpperInvariant();

    /// <summary>What a user of this role with this list may do. A list that another program wrote badly grants nothing.</summary>
    public static IReadOnlySet<string> PermissionsOf(UserRole role, string? permissions)
    {
        var granted = OfRole(role).ToHashSet();
        granted.UnionWith(NamesIn(permissions).Where(Platform.Permissions.All.Contains));
        return granted;
    }

    /// <summary>The permissions this user has beyond those of the role.</summary>
    public IReadOnlyList<string> ExtraPermissions() =>
        [.. Platform.Permissions.All.Where(PermissionsOf(Role, Permissions).Except(OfRole(Role)).Contains)];

    /// <summary>
    /// Gives the user these permissions beyond those of the role, and no others. Names that mean something to other programs only stay.
    /// </summary>
    public void TakeExtraPermissions(IReadOnlyCollection<string> extra)
    {
        string[] wanted = [.. Platform.Permissions.All.Where(p => extra.Contains(p) && !OfRole(Role).Contains(p))];
        if (!wanted.SequenceEqual(ExtraPermissions()))
        {
            string[] names = [.. wanted, .. NamesIn(Permissions).Where(name => !Platform.Permissions.All.Contains(name))];
            Permissions = names.Length == 0 ? null : JsonSerializer.Serialize(names);
        }
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

    /// <summary>Somebody who can sign in and manage the console.</summary>
    public bool IsKeeper() => this is { Role: UserRole.Admin, IsActive: true, PasswordHash: not null };

    /// <summary>Ends every session, wherever it lives: a session holds only as long as this stamp.</summary>
    public void EndSessions() => SecurityStamp = Tokens.New();

    private static IReadOnlyList<string> OfRole(UserRole role) => Platform.Permissions.OfRole(EnumText<UserRole>.Of(role));

    private static string[] NamesIn(string? permissions)
    {
        if (permissions is not { Length: > 0 })
        {
            return [];
        }

        try
        {
            using var json = JsonDocument.Parse(permissions);
            return json.RootElement.ValueKind != JsonValueKind.Array
                ? []
                : [.. json.RootElement.EnumerateArray().Where(p => p.ValueKind == JsonValueKind.String).Select(p => p.GetString()!)];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return []; // Nested without end, or half a character: what nobody can read grants nothing.
        }
    }
}
