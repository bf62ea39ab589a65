namespace Sanctum.Configurator.Registry.Data.Migrations;

/// <summary>What the migrations <c>BackupTrigger</c> of both databases do with the rows that are there.</summary>
internal static class BackupTriggerOfNames
{
    /// <summary>Until now a backup's name alone said what it was made for: a stamp, and then such a word.</summary>
    public const string Fill = """
        UPDATE backups SET trigger = CASE
            WHEN name LIKE '%before-restore%' THEN 'before_restore'
            WHEN is_auto AND name LIKE '%-increment%' THEN 'increment'
            WHEN is_auto THEN 'schedule'
            WHEN name LIKE '%-uploaded%' THEN 'upload'
            ELSE 'manual'
        END
        """;
}
