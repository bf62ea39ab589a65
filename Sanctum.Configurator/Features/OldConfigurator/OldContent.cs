namespace Sanctum.Configurator.Features.OldConfigurator;

/// <summary>What the older configurator's file holds, as it stands there.</summary>
public sealed record OldContent(IReadOnlyList<OldSetting> Settings, IReadOnlyList<OldUser> Users)
{
    /// <summary>The file is of the old configurator's development tree, which kept users and sessions, and no settings.</summary>
    public bool IsOfDevelopmentTree { get; init; }
}

/// <summary>One key of the old settings.</summary>
/// <param name="IsEncrypted">A later build of the old configurator marks values that only itself can read.</param>
public sealed record OldSetting(string Key, bool IsEncrypted)
{
    /// <summary>May be a secret, in the clear. Neither printed nor serialized.</summary>
    internal string? Value { get; init; }
}

/// <summary>One user of the old file.</summary>
/// <param name="PasswordNote">What is to be said of his password; null where it simply goes on.</param>
public sealed record OldUser(
    string UserName,
    string? Email,
    string? Role,
    string? Permissions,
    bool IsActive,
    DateTimeOffset? LastLogin,
    string? PasswordNote
)
{
    /// <summary>The hash that is taken over; null where there is none that may be. Neither printed nor serialized.</summary>
    internal string? PasswordHash { get; init; }
}
