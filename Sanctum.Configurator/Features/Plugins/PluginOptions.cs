using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Sanctum.Configurator.Features.Plugins;

/// <summary>Options of section "Plugins".</summary>
public sealed class PluginOptions
{
    public const string Section = "Plugins";

    /// <summary>The interpreter that a plugin is asked with what it is.</summary>
    [Required(ErrorMessage = "Plugins:Python must be a program, such as python3.")]
    public string Python { get; set; } = "python3";

    /// <summary>For how long a plugin may think about what it is.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00", ErrorMessage = "Plugins:DescribePatience must be from one second to five minutes.")]
    public TimeSpan DescribePatience { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>For how long the folders of the installation are looked through.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00", ErrorMessage = "Plugins:ScanPatience must be from one second to five minutes.")]
    public TimeSpan ScanPatience { get; set; } = TimeSpan.FromSeconds(20);
}

[OptionsValidator]
internal sealed partial class PluginOptionsValidator : IValidateOptions<PluginOptions>;
