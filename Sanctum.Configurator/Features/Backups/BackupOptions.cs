using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Sanctum.Configurator.Features.Backups;

/// <summary>Options of section "Backups".</summary>
public sealed class BackupOptions
{
    public const string Section = "Backups";

    /// <summary>When the daily backup is made, in UTC; empty for never.</summary>
    public TimeOnly? DailyAt { get; set; } = new(3, 0);

    /// <summary>Days for which a backup that the console made by itself is kept. The newest that was proven stays in any case.</summary>
    [Range(1, 3650, ErrorMessage = "Backups:KeepDays must be from 1 to 3650.")]
    public int KeepDays { get; set; } = 30;

    /// <summary>What the console's own backups are encrypted with; empty for none, and then without the key ring.</summary>
    [RegularExpression(BackupForm.PassphraseRule, ErrorMessage = "Backups:Passphrase must have at least 12 characters.")]
    public string? Passphrase { get; set; }

    /// <summary>The passphrase, where there is one.</summary>
    internal string? PassphraseOrNull => string.IsNullOrEmpty(Passphrase) ? null : Passphrase;
}

[OptionsValidator]
internal sealed partial class BackupOptionsValidator : IValidateOptions<BackupOptions>;
