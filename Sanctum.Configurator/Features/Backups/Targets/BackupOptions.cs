using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Sanctum.Configurator.Features.Backups.Targets;

/// <summary>Options of section "Backups". When and what is backed up stands in the registry.</summary>
public sealed class BackupOptions
{
    public const string Section = "Backups";

    /// <summary>For how long a target may do nothing before it is given up.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00", ErrorMessage = "Backups:TargetPatience must be from one second to one hour.")]
    public TimeSpan TargetPatience { get; set; } = TimeSpan.FromSeconds(60);
}

[OptionsValidator]
internal sealed partial class BackupOptionsValidator : IValidateOptions<BackupOptions>;
