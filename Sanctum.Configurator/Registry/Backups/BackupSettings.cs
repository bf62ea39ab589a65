namespace Sanctum.Configurator.Registry.Backups;

/// <summary>What the console's own backups hold. One row. When they are made is said by the jobs that make them.</summary>
public sealed class BackupSettings : IVersioned
{
    public const int TheId = 1;

    public int Id { get; private set; } = TheId;

    /// <summary>Days from one full backup to the next; the others between them are incremental. 1: each is full.</summary>
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

    /// <summary>Sealed; what the console's own backups are encrypted with. Null for none.</summary>
    public string? Passphrase { get; set; }
    public RestoreTestSchedule Drill { get; set; } = RestoreTestSchedule.Every;
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
    public int Version { get; set; }
}
