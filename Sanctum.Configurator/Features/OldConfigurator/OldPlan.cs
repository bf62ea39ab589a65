using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;
using Sanctum.Configurator.Features.SystemSettings;
using Sanctum.Configurator.Platform.Passwords;
using Sanctum.Configurator.Registry.Data.Settings;
using Sanctum.Configurator.Registry.Settings;
using Sanctum.Configurator.Registry.Users;

namespace Sanctum.Configurator.Features.OldConfigurator;

/// <summary>What is here now, for the old file to be compared with.</summary>
/// <param name="Settings">In force, by column.</param>
/// <param name="Stored">What the database holds, by column; secrets in the clear, null where they can't be read.</param>
/// <param name="Raw">The same as it stands there.</param>
/// <param name="Users">Normalized names.</param>
/// <param name="Granted">What the importer may do himself.</param>
internal sealed record OldSurroundings(
    IReadOnlyDictionary<string, EffectiveValue> Settings,
    IReadOnlyDictionary<string, string?> Stored,
    IReadOnlyDictionary<string, string?> Raw,
    IReadOnlySet<string> Users,
    IReadOnlySet<string> Granted
);

/// <summary>Decides what becomes of each row of the old file, before anything is written.</summary>
internal static partial class OldPlan
{
    private const int LongestShown = 64;
    private const int LongestEmail = 256;
    private const string OfDevelopmentTree =
        "This is the database of the old configurator's development tree (control-dev). It contains users but no settings. The settings are in control/db/sanctum_ui.db.";

    /// <summary>Old keys without a setting of their own, and what takes their place.</summary>
    private static readonly Dictionary<string, string> Homeless = new(StringComparer.OrdinalIgnoreCase)
    {
        ["api_key"] = "Not needed: every program gets its own key on the page API keys.",
        ["admin_key"] = "Not needed: permissions are set by user roles and API key scopes.",
        ["session_timeout"] = "Replaced by Sessions:Idle and Sessions:Absolute in appsettings.json.",
        ["max_message_length"] = "Not needed: it belonged to the old chat page.",
    };

    public static OldPreview Of(OldContent content, OldSurroundings here)
    {
        // Of a key that stands there twice the last one counts, as it did for the old configurator.
        var keys = new Dictionary<string, OldSetting>(StringComparer.OrdinalIgnoreCase);
        foreach (var setting in content.Settings)
        {
            keys[setting.Key] = setting;
        }

        var names = here.Users.ToHashSet();
        return new(
            Together([.. keys.Values.Select(setting => RowOf(setting, here))], here),
            [.. content.Users.Select(user => RowOf(user, here, names))],
            Note: content.IsOfDevelopmentTree ? OfDevelopmentTree : null
        );
    }

    /// <summary>Why these rows can't be taken together, by column.</summary>
    public static IReadOnlyDictionary<string, string> Conflicts(IReadOnlyCollection<OldSettingRow> taken, OldSurroundings here)
    {
        var values = here.Settings.ToDictionary(s => s.Key, s => s.Value.Value);
        foreach (var row in taken)
        {
            values[row.Column!] = row.Value;
        }

        return SettingRules.CheckTogether(values, taken.Select(row => row.Column!).ToHashSet());
    }

    private static List<OldSettingRow> Together(List<OldSettingRow> rows, OldSurroundings here)
    {
        while (Conflicts([.. rows.Where(row => row.Verdict == OldVerdict.Take)], here) is { Count: > 0 } reasons)
        {
            rows =
            [
                .. rows.Select(row => row.Column is { } column && reasons.TryGetValue(column, out var reason) ? Refuse(row, reason) : row),
            ];
        }

        return rows;
    }

    private static OldSettingRow RowOf(OldSetting old, OldSurroundings here)
    {
        var setting = Setting.Find(old.Key);
        var row = new OldSettingRow(
            Short(old.Key),
            setting?.Column,
            setting?.Label,
            setting?.Shown(setting.IsSecret ? here.Stored[setting.Column] : here.Settings[setting.Column].Value),
            null,
            OldVerdict.Left,
            null
        );
        if (string.IsNullOrWhiteSpace(old.Value))
        {
            return row with { Note = "Empty in the old file; the current value is kept." };
        }

        if (PublishedDefaults.IsKey(old.Value))
        {
            return row with
            {
                Verdict = OldVerdict.Compromised,
                Note = "A published default key, which is never imported. Replace it wherever it is still accepted.",
            };
        }

        if (setting is null)
        {
            return row with { Note = Homeless.GetValueOrDefault(old.Key, "Unknown setting.") };
        }

        if (old.IsEncrypted)
        {
            return Refuse(row, "Encrypted by the old configurator, which alone can decrypt it. Enter it again.");
        }

        if (here.Settings[setting.Column] is { IsPinned: true } pin)
        {
            return row with { Verdict = OldVerdict.Locked, Note = $"This setting is locked by {pin.Variable}." };
        }

        var (value, reason) = SettingRules.Check(setting, old.Value);
        if (reason is not null)
        {
            return Refuse(row, reason);
        }

        var isSame = (here.Stored[setting.Column] ?? setting.Default) == value;
        if (!isSame && setting.Kind == SettingKind.Path && !Permissions.All.All(here.Granted.Contains))
        {
            return Refuse(row, "Programs are run and files are backed up from this folder. Changing it requires every permission.");
        }

        return row with
        {
            Value = value,
            Stored = here.Raw[setting.Column],
            Then = setting.Shown(value),
            Verdict = isSame ? OldVerdict.Same : OldVerdict.Take,
            Note = setting.IsSecret
                ? "The old file and its backups contain this key as plain text. Get a new one from the provider."
                : null,
        };
    }

    /// <summary>What is refused is not shown: an address may hold a password.</summary>
    private static OldSettingRow Refuse(OldSettingRow row, string reason) =>
        row with
        {
            Verdict = OldVerdict.Refused,
            Then = null,
            Value = null,
            Note = reason,
        };

    private static OldUserRow RowOf(OldUser old, OldSurroundings here, HashSet<string> names)
    {
        var notes = new List<string>();
        var role = RoleOf(old, notes);
        var extra = ExtraOf(old, role, here, notes);
        var email = EmailOf(old, notes);
        var row = new OldUserRow(
            Short(old.UserName),
            email,
            role,
            extra,
            old.IsActive,
            old.PasswordHash is not null,
            OldVerdict.Take,
            notes
        )
        {
            Source = old,
        };
        if (!UserName().IsMatch(old.UserName))
        {
            return row with { Verdict = OldVerdict.Refused, Notes = [$"A user name must have {UserRules.NameHelp}."] };
        }

        if (!names.Add(User.KeyOf(old.UserName)))
        {
            return here.Users.Contains(User.KeyOf(old.UserName))
                ? row with
                {
                    Verdict = OldVerdict.Same,
                    Notes = ["A user with this name already exists and is not changed."],
                }
                : row with
                {
                    Verdict = OldVerdict.Refused,
                    Notes = ["The old file contains this name twice. The first one is used."],
                };
        }

        if (Permissions.OfRole(EnumText<UserRole>.Of(role)).FirstOrDefault(permission => !here.Granted.Contains(permission)) is { } lacked)
        {
            return row with
            {
                Verdict = OldVerdict.Refused,
                Notes = [$"The role {EnumText<UserRole>.Of(role)} has {lacked}, which you don't have and can't grant."],
            };
        }

        if (!old.IsActive)
        {
            notes.Add("Inactive in the old file; imported as inactive.");
        }

        if (old.PasswordNote is { } note)
        {
            notes.Add(note);
        }

        return row;
    }

    private static UserRole RoleOf(OldUser old, List<string> notes)
    {
        if (EnumText<UserRole>.Find(old.Role?.ToLowerInvariant()) is { } known)
        {
            return known;
        }

        notes.Add("Unknown role; imported as viewer.");
        return UserRole.Viewer;
    }

    private static List<string> ExtraOf(OldUser old, UserRole role, OldSurroundings here, List<string> notes)
    {
        if (NamesIn(old.Permissions) is not { } names)
        {
            notes.Add("Invalid permissions were skipped. The role's permissions apply.");
            return [];
        }

        var ofRole = Permissions.OfRole(EnumText<UserRole>.Of(role));
        var taken = names
            .Where(name => Permissions.All.Contains(name) && !ofRole.Contains(name) && here.Granted.Contains(name))
            .Distinct()
            .ToList();
        var dropped = names.Except(taken).Except(ofRole).Where(name => !(name == "*" && role == UserRole.Admin)).Select(Short).ToList();
        if (dropped.Count > 0)
        {
            notes.Add($"Skipped permissions: {Short(string.Join(", ", dropped))}. The role's permissions apply.");
        }

        return taken;
    }

    private static string? EmailOf(OldUser old, List<string> notes)
    {
        if (string.IsNullOrEmpty(old.Email))
        {
            return null;
        }

        if (old.Email.Length <= LongestEmail && new EmailAddressAttribute().IsValid(old.Email))
        {
            return old.Email;
        }

        notes.Add("Invalid e-mail address skipped.");
        return null;
    }

    /// <summary>The words of a JSON list; null where it is none.</summary>
    private static string[]? NamesIn(string? json)
    {
        if (string.IsNullOrWhiteSpace(json))
        {
            return [];
        }

        try
        {
            return JsonSerializer.Deserialize<string?[]>(json)?.OfType<string>().ToArray();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Enough of a text of the file to find it, on one line.</summary>
    private static string Short(string text)
    {
        var line = string.Concat(text.Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '�' : c));
        return line.Length <= LongestShown ? line : line[..LongestShown] + "…";
    }

    [GeneratedRegex(UserRules.NamePattern, RegexOptions.NonBacktracking)]
    private static partial Regex UserName();
}
