using Microsoft.Extensions.Options;

namespace Sanctum.Configurator.Features.Logs.Sources.Following;

/// <summary>Options of section "Logs".</summary>
public sealed class LogOptions
{
    public const string Section = "Logs";

    /// <summary>The folders whose files may be followed beside those of the Sanctum folder, parted as the folders of PATH are.</summary>
    public string Folders { get; set; } = "/var/log";

    internal IReadOnlyList<string> AllFolders =>
        [
            .. Folders
                .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Select(Platform.Folders.Expand),
        ];
}

internal sealed class LogOptionsValidator : IValidateOptions<LogOptions>
{
    public ValidateOptionsResult Validate(string? name, LogOptions options) =>
        options.AllFolders.FirstOrDefault(folder => !Path.IsPathFullyQualified(folder) || folder.Any(char.IsControl)) is { } wrong
            ? ValidateOptionsResult.Fail(
                $"Logs:Folders names '{wrong}', which is not a full path. Use paths such as /var/log{Path.PathSeparator}/srv/app/logs."
            )
            : ValidateOptionsResult.Success;
}
