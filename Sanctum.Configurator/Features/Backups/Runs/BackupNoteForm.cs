using System.ComponentModel.DataAnnotations;

namespace Sanctum.Configurator.Features.Backups.Runs;

/// <summary>A note on a backup.</summary>
public sealed class BackupNoteForm
{
    [StringLength(500, ErrorMessage = "A note has at most 500 characters.")]
    public string? Note { get; set; }
}
