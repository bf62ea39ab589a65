using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Registry.Data;

namespace Sanctum.Configurator.Registry.Users;

/// <summary>What holds for users whoever makes or changes them.</summary>
public static class UserRules
{
    public const int NameLength = 64;

    /// <summary>Names that can be typed, sorted and logged without surprise.</summary>
    public const string NamePattern = @"^[A-Za-z0-9][A-Za-z0-9._@+\-]{1,63}$";

    public const string NameHelp = "2 to 64 letters, digits and . _ - @ +, beginning with a letter or digit";

    public const string LastKeeper = "This is the last active administrator who can sign in. Create another one first.";

    /// <summary>Rounds of PBKDF2 with SHA-512, as OWASP advises.</summary>
    public const int HashRounds = 210_000;

    /// <summary>Whether somebody else than this user can sign in and manage the console.</summary>
    public static Task<bool> HasKeeperBesideAsync(this RegistryDbContext registry, int userId, CancellationToken cancel) =>
        registry.Users.AnyAsync(u => u.Id != userId && u.Role == UserRole.Admin && u.IsActive && u.PasswordHash != null, cancel);

    /// <summary>Ends the sessions of a user by taking their rows away; saved with whatever else the unit of work holds.</summary>
    public static async Task RemoveSessionsAsync(this RegistryDbContext registry, int userId, CancellationToken cancel, int? except = null) =>
        registry.Sessions.RemoveRange(await registry.Sessions.Where(s => s.UserId == userId && s.Id != (except ?? 0)).ToListAsync(cancel));
}
