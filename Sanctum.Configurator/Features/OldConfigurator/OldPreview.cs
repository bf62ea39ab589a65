using System.Text.Json.Serialization;
using Sanctum.Configurator.Registry.Users;

namespace Sanctum.Configurator.Features.OldConfigurator;

/// <summary>What becomes of one row of the old file.</summary>
public enum OldVerdict
{
    /// <summary>It changes a setting, or adds a user.</summary>
    Take,

    /// <summary>It is here already.</summary>
    Same,

    /// <summary>The setting is pinned outside the console.</summary>
    Locked,

    /// <summary>A rule speaks against it.</summary>
    Refused,

    /// <summary>There is nothing to take, or no place for it here.</summary>
    Left,

    /// <summary>A published default key, which everybody knows.</summary>
    Compromised,
}

/// <summary>One key of the old settings, and what becomes of it.</summary>
/// <param name="Column">The setting that it is here; null where there is none.</param>
/// <param name="Now">What is in the database, to be shown; a secret is masked.</param>
/// <param name="Then">What the file says, to be shown; a secret is masked. Null where it is not taken.</param>
public sealed record OldSettingRow(string Key, string? Column, string? Label, string? Now, string? Then, OldVerdict Verdict, string? Note)
{
    /// <summary>What to store, of a secret in the clear. Neither printed nor serialized.</summary>
    internal string? Value { get; init; }

    /// <summary>What was stored when this was judged, so that a later change of somebody else is noticed.</summary>
    internal string? Stored { get; init; }
}

/// <summary>One user of the old file, and what becomes of him.</summary>
/// <param name="KeepsPassword">He signs in with his old password.</param>
/// <param name="Notes">What is dropped or refused, and why.</param>
public sealed record OldUserRow(
    [property: JsonPropertyName("username")] string UserName,
    string? Email,
    UserRole Role,
    IReadOnlyList<string> Permissions,
    bool IsActive,
    bool KeepsPassword,
    OldVerdict Verdict,
    IReadOnlyList<string> Notes
)
{
    internal OldUser? Source { get; init; }
}

/// <summary>What an import would do, or did.</summary>
/// <param name="Note">What is to be said of the whole file; null for nothing.</param>
public sealed record OldPreview(
    IReadOnlyList<OldSettingRow> Settings,
    IReadOnlyList<OldUserRow> Users,
    bool IsApplied = false,
    string? Note = null
)
{
    /// <summary>Everything that can be taken.</summary>
    internal OldSelection Takeable =>
        new(
            [.. Settings.Where(s => s.Verdict == OldVerdict.Take).Select(s => s.Key)],
            [.. Users.Where(u => u.Verdict == OldVerdict.Take).Select(u => u.UserName)]
        );
}

/// <summary>The rows that are to be taken: keys of settings, and user names.</summary>
public sealed record OldSelection(IReadOnlyCollection<string> Settings, IReadOnlyCollection<string> Users);
