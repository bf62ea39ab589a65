using System.Text.Json.Serialization;
using Sanctum.Configurator.Platform.Requests;

namespace Sanctum.Configurator.Features.Backups.Runs;

/// <summary>
/// What is to be restored from a backup. A name that is not understood is refused: it might have been meant to keep from restoring.
/// </summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed class RestoreForm
{
    /// <summary>
    /// What to restore: tables ("agents"), single rows with what hangs on them ("agents/3"), files ("sanctum/agents/athena/.env"), folders
    /// of files ("sanctum/"), the PostgreSQL dump ("registry.dump") and agents of Letta ("letta-agents/Athena-1.af"). Empty for all tables.
    /// </summary>
    [TextLimit(Lengths.Line)]
    public IList<string> Parts { get; set; } = [];

    [TextLimit(Lengths.Password)]
    public string? Passphrase { get; set; }

    /// <summary>The backup's name, typed as a confirmation.</summary>
    [TextLimit(Lengths.Name)]
    public string? Confirm { get; set; }

    /// <summary>
    /// The password of whoever asks, or of the key's owner: users, keys, settings and whatever else gives rights come back only for it.
    /// </summary>
    [TextLimit(Lengths.Password)]
    public string? Password { get; set; }

    /// <summary>Says what would change, and changes nothing.</summary>
    public bool DryRun { get; set; }

    /// <summary>The same, as other APIs write it.</summary>
    [JsonPropertyName("dryRun")]
    public bool DryRunToo
    {
        set => DryRun |= value;
    }
}

/// <summary>How the last restore is undone.</summary>
internal sealed class UndoRestoreForm
{
    /// <summary>As in <see cref="RestoreForm.Password"/>.</summary>
    [TextLimit(Lengths.Password)]
    public string? Password { get; set; }

    /// <summary>Says what would change, and changes nothing.</summary>
    public bool DryRun { get; set; }
}

/// <summary>How a row differs between now and the backup.</summary>
/// <param name="Act">What restoring does to it: "insert", "update" or "delete".</param>
/// <param name="Row">Its id.</param>
/// <param name="Label">What people call it, where it has a name.</param>
/// <param name="Changes">Each column that differs. Secrets are shown as set or not.</param>
public sealed record RowPlan(string Act, string Row, string? Label, IReadOnlyList<ColumnPlan> Changes);

/// <summary>A column's value now and in the backup, as text.</summary>
public sealed record ColumnPlan(string Column, string? Now, string? Then);

/// <summary>What restoring does to one table.</summary>
/// <param name="Rows">The rows that differ, at most <see cref="MostRows"/> of them; none where whoever asks may not restore them.</param>
/// <param name="Refusal">Why whoever asks may not restore them; null where he may.</param>
public sealed record TablePlan(string Table, int Inserted, int Updated, int Deleted, IReadOnlyList<RowPlan> Rows, string? Refusal = null)
{
    public const int MostRows = 50;

    public int Count => Inserted + Updated + Deleted;
}

/// <summary>Files of the installation that a backup holds.</summary>
/// <param name="Part">What to name to have them: a folder with a slash at its end, the PostgreSQL dump, or an agent file.</param>
/// <param name="IsAgent">An agent file, which is handed to the Letta server; all else is put into a folder beside the console's
/// data.</param>
public sealed record FilePlan(string Part, int Files, long Bytes, bool IsAgent);

/// <summary>What restoring a backup does, before or after it was done.</summary>
/// <param name="Tables">Every table that can be restored, those that do not differ too.</param>
/// <param name="Files">The files that can be had out of it, or were.</param>
/// <param name="UnreadableSecrets">Secrets that would come back sealed under a key that this console does not have.</param>
/// <param name="FilesFolder">Where the files were put; null for none.</param>
public sealed record RestorePlan(
    int BackupId,
    string Name,
    DateTimeOffset CreatedAt,
    IReadOnlyList<TablePlan> Tables,
    IReadOnlyList<FilePlan> Files,
    int UnreadableSecrets,
    string? FilesFolder = null
)
{
    public int Count => Tables.Sum(table => table.Count);
}
