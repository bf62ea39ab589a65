using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Sanctum.Configurator.Features.Backups.Retention;
using Sanctum.Configurator.Features.Backups.Sources;
using Sanctum.Configurator.Platform.Requests;
using Sanctum.Configurator.Registry.Backups;

namespace Sanctum.Configurator.Features.Backups.Settings;

/// <summary>What the console's own backups hold, and which of them are full and drilled.</summary>
public sealed class BackupSettingsForm
{
    /// <summary>The version that was read; another one meanwhile makes the change stale.</summary>
    [JsonIgnore]
    public int Version { get; set; }

    [Range(1, 366, ErrorMessage = "Enter a number of days from 1 to 366.")]
    public int FullEveryDays { get; set; } = 1;

    public bool WithLogs { get; set; } = true;

    /// <summary>Each agent of the Letta server as an agent file.</summary>
    public bool WithLettaAgents { get; set; }

    /// <summary>The files of sanctum_base_path.</summary>
    public bool WithSanctumFiles { get; set; }

    /// <summary>The files of letta_data_path.</summary>
    public bool WithLettaFiles { get; set; }

    /// <summary>The databases of Broca under sanctum_base_path, where its other files are not taken.</summary>
    public bool WithBroca { get; set; }

    public RestoreTestSchedule Drill { get; set; }

    /// <summary>Another passphrase for the backups to come; "" for none; null leaves it. It is never told.</summary>
    [RegularExpression(BackupForm.PassphraseRule, ErrorMessage = BackupForm.PassphraseLimits)]
    [TextLimit(Lengths.Password)]
    public string? Passphrase { get; set; }

    internal BackupSettingsForm Copy() => (BackupSettingsForm)MemberwiseClone();
}

/// <summary>The settings as they are shown.</summary>
/// <param name="HasPassphrase">The console's own backups are encrypted.</param>
public sealed record BackupSettingsRow(
    int FullEveryDays,
    bool WithLogs,
    bool WithLettaAgents,
    bool WithSanctumFiles,
    bool WithLettaFiles,
    bool WithBroca,
    RestoreTestSchedule Drill,
    bool HasPassphrase,
    int Version
) : IHasVersion
{
    public static BackupSettingsRow Of(BackupSettings s) =>
        new(
            s.FullEveryDays,
            s.WithLogs,
            s.WithLettaAgents,
            s.WithSanctumFiles,
            s.WithLettaFiles,
            s.WithBroca,
            s.Drill,
            s.Passphrase is not null,
            s.Version
        );

    public BackupSettingsForm ToForm() =>
        new()
        {
            Version = Version,
            FullEveryDays = FullEveryDays,
            WithLogs = WithLogs,
            WithLettaAgents = WithLettaAgents,
            WithSanctumFiles = WithSanctumFiles,
            WithLettaFiles = WithLettaFiles,
            WithBroca = WithBroca,
            Drill = Drill,
        };
}

/// <summary>One of the jobs by which the console backs up.</summary>
/// <param name="When">In English, by the job's own clock.</param>
/// <param name="NextRun">Null where it is off or can't be read.</param>
/// <param name="Problem">Why it can't be run, and what to do.</param>
public sealed record BackupJobRow(int Id, string Name, string When, DateTimeOffset? NextRun, bool IsOn, string? Problem);

/// <summary>Rules and what they are tried on.</summary>
public sealed class SimulateForm
{
    /// <summary>The rules; those of the target where there are none here.</summary>
    public KeepRules? Rules { get; set; }

    /// <summary>The target whose present backups are judged; without one, what the schedule makes.</summary>
    public int? TargetId { get; set; }

    /// <summary>The schedule; the one in force where there is none here.</summary>
    public ScheduleForm? Schedule { get; set; }

    /// <summary>For how many days the schedule is played; as far as the rules reach where it is not said.</summary>
    [Range(1, 3660, ErrorMessage = "Enter a number of days from 1 to 3660.")]
    public int? Days { get; set; }

    public bool KeptOnly { get; set; }

    [Range(0, int.MaxValue, ErrorMessage = "Enter 0 or more.")]
    public int Skip { get; set; }

    [Range(1, 1000, ErrorMessage = "Enter a number from 1 to 1000.")]
    public int Take { get; set; } = 100;
}

/// <summary>A schedule that is tried.</summary>
public sealed class ScheduleForm
{
    /// <summary>
    /// When backups are made that are full, or increments by the age of the last full one: five fields of cron, in UTC; null for never.
    /// </summary>
    [TextLimit(Lengths.Name)]
    public string? CronExpression { get; set; }

    [Range(1, 366, ErrorMessage = "Enter a number of days from 1 to 366.")]
    public int FullEveryDays { get; set; } = 1;

    /// <summary>When increments are made between them; null for never.</summary>
    [TextLimit(Lengths.Name)]
    public string? IncrementCronExpression { get; set; }
}

/// <summary>What would be kept.</summary>
/// <param name="Made">How many there would be if none were let go.</param>
/// <param name="Total">How many the list has in all; it is given by pages.</param>
public sealed record SimulationAnswer(
    DateTimeOffset From,
    DateTimeOffset To,
    int Made,
    int Kept,
    int Total,
    IReadOnlyList<SimulatedBackup> Backups
);
