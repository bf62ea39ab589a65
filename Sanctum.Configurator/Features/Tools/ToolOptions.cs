using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Sanctum.Configurator.Features.Tools;

/// <summary>Options of section "Tools".</summary>
public sealed class ToolOptions
{
    public const string Section = "Tools";

    /// <summary>Folders below the Sanctum folder whose programs tools may run.</summary>
    [Required(ErrorMessage = "Tools:CommandFolders must be a list of folders below the Sanctum folder; it may be empty.")]
    public IReadOnlyList<string> CommandFolders { get; set; } = [];
}

[OptionsValidator]
internal sealed partial class ToolOptionsValidator : IValidateOptions<ToolOptions>;
