namespace Sanctum.Configurator.Features.Backups.Retention;

/// <summary>The names of what jobs do with backups, by which such jobs are known.</summary>
internal static class BackupActs
{
    /// <summary>Backs up fully, or by an increment where the last full backup is not old enough.</summary>
    public const string BackUp = "back_up";

    /// <summary>Makes a small one between those.</summary>
    public const string Increment = "back_up_increment";

    public const string Drill = "restore_drill";

    public const string CleanUp = "clean_up_backups";
}
