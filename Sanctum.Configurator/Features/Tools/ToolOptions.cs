using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Sanctum.Configurator.Features.Tools;

/// <summary>Options of section "Tools".</summary>
internal sealed class ToolOptions
{
    public const string Section = "Tools";

    /// <summary>
    /// Folders whose programs tools may run. They are the operator's: whole paths, or paths below a Sanctum folder that is pinned outside
    /// the
    /// console. Where the folder is only a setting, whoever may change settings could otherwise choose the programs.
    /// </summary>
    [Required(ErrorMessage = "Tools:CommandFolders must be a list of folders; it may be empty.")]
    public IReadOnlyList<string> CommandFolders { get; set; } = [];
}

[OptionsValidator]
internal sealed partial class ToolOptionsValidator : IValidateOptions<ToolOptions>;
