using Microsoft.EntityFrameworkCore;

namespace Sanctum.Configurator.Registry.Users;

/// <summary>What holds for users whoever makes or changes them.</summary>
public static class UserRules
{
    public const int NameLength = 64;

    /// <summary>Names that can be typed, sorted and logged without surprise.</summary>
    public const string NamePattern = @"^[A-Za-z0-9][A-Za-z0-9._@+\-]{1,63}$";

    public const string NameHelp = "2 to 64 letters, digits and . _ - @ +, beginning with a letter or digit";

    /// <summary>Ends the sessions of a user by taking their rows away; saved with whatever else the unit of work holds.</summary>
    public static async Task RemoveSessionsAsync(this RegistryDbContext registry, int userId, CancellationToken cancel, int? except = null) =>
        registry.Sessions.RemoveRange(await registry.Sessions.Where(s => s.UserId == userId && s.Id != (except ?? 0)).ToListAsync(cancel));
}
