using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Registry.Backups;

namespace Sanctum.Configurator.Features.Backups.Settings;

/// <summary>
/// What an operator has typed over the stored settings of the backups. Takes in what others save meanwhile: untouched fields follow it, of
/// touched ones it says that they were changed.
/// </summary>
internal sealed class BackupSettingsDraft(BackupSettingsRow row)
{
    private static readonly (
        string Name,
        Func<BackupSettingsForm, object?> Read,
        Action<BackupSettingsForm, BackupSettingsForm> Copy,
        Func<BackupSettingsForm, string> Words
    )[] Fields =
    [
        (
            "Full backup every",
            f => f.FullEveryDays,
            (from, to) => to.FullEveryDays = from.FullEveryDays,
            f => $"{f.FullEveryDays} {(f.FullEveryDays == 1 ? "day" : "days")}"
        ),
        ("Logs", f => f.WithLogs, (from, to) => to.WithLogs = from.WithLogs, f => OnOff(f.WithLogs)),
        ("Letta agents", f => f.WithLettaAgents, (from, to) => to.WithLettaAgents = from.WithLettaAgents, f => OnOff(f.WithLettaAgents)),
        (
            "Files of Sanctum",
            f => f.WithSanctumFiles,
            (from, to) => to.WithSanctumFiles = from.WithSanctumFiles,
            f => OnOff(f.WithSanctumFiles)
        ),
        ("Files of Letta", f => f.WithLettaFiles, (from, to) => to.WithLettaFiles = from.WithLettaFiles, f => OnOff(f.WithLettaFiles)),
        ("Databases of Broca", f => f.WithBroca, (from, to) => to.WithBroca = from.WithBroca, f => OnOff(f.WithBroca)),
        ("Restore test", f => f.Drill, (from, to) => to.Drill = from.Drill, f => EnumText<RestoreTestSchedule>.Of(f.Drill)),
        (
            "Passphrase",
            f => f.Passphrase,
            (from, to) => to.Passphrase = from.Passphrase,
            f =>
                f.Passphrase switch
                {
                    null => "as it is",
                    "" => "none",
                    _ => "a new passphrase",
                }
        ),
    ];

    public BackupSettingsRow Row { get; private set; } = row;

    /// <summary>What the fields show.</summary>
    public BackupSettingsForm Form { get; private set; } = row.ToForm();

    public IReadOnlyList<Change> Changes
    {
        get
        {
            var stored = Row.ToForm();
            return
            [
                .. Fields
                    .Where(each => !Equals(each.Read(stored), each.Read(Form)))
                    .Select(each => new Change(
                        each.Name,
                        each.Name == "Passphrase" ? (Row.HasPassphrase ? "set" : "not set") : each.Words(stored),
                        each.Words(Form)
                    )),
            ];
        }
    }

    /// <summary>What is wrong with the typed values, by field.</summary>
    public IReadOnlyDictionary<string, string> Errors => FormRules.Check(Form);

    public void Discard() => Form = Row.ToForm();

    /// <summary>Takes back what was typed before the connection was lost.</summary>
    public void Recall(BackupSettingsForm typed)
    {
        Form = typed;
        Form.Version = Row.Version;
    }

    /// <summary>Takes in the settings as they are now.</summary>
    /// <returns>The fields that others changed, and of these the ones that are typed over here.</returns>
    public (IReadOnlyList<string> Followed, IReadOnlyList<string> Disputed) Receive(BackupSettingsRow now)
    {
        var (before, after) = (Row.ToForm(), now.ToForm());
        var changed = Fields.Where(field => !Equals(field.Read(before), field.Read(after))).ToList();
        var disputed = changed
            .Where(field => !Equals(field.Read(before), field.Read(Form)) && !Equals(field.Read(after), field.Read(Form)))
            .ToList();
        foreach (var field in changed.Except(disputed))
        {
            field.Copy(after, Form);
        }

        (Row, Form.Version) = (now, now.Version);
        return ([.. changed.Select(field => field.Name)], [.. disputed.Select(field => field.Name)]);
    }

    private static string OnOff(bool isOn) => isOn ? "yes" : "no";
}
