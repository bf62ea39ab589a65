using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Sanctum.Configurator.Platform.Requests;
using Sanctum.Configurator.Registry.LogFiles;

namespace Sanctum.Configurator.Features.Logs.Sources.Following;

/// <summary>A file to be followed, as it is added or changed.</summary>
public sealed class LogFileForm
{
    /// <summary>Null for a new one.</summary>
    [JsonIgnore]
    public int? Id { get; set; }

    [JsonIgnore]
    public int Version { get; set; }

    /// <summary>The whole path; stars stand for any characters of a name, and ~ for the home of the user that runs the console.</summary>
    [Required(ErrorMessage = "Enter the full path, such as /var/log/app.log.")]
    [MaxLength(LogFile.PathLength, ErrorMessage = "At most 1024 characters.")]
    public string Path { get; set; } = "";

    public LogFileFormat Format { get; set; }

    /// <summary>"system", "agent", "tool" or "plugin".</summary>
    [AllowedValues("system", "agent", "tool", "plugin", ErrorMessage = "The source must be system, agent, tool or plugin.")]
    [TextLimit(Lengths.Name)]
    public string Source { get; set; } = "system";

    /// <summary>What the agent, tool or plugin is called; empty for none in particular.</summary>
    [MaxLength(255, ErrorMessage = "At most 255 characters.")]
    public string? Name { get; set; }

    /// <summary>False pauses it; it goes on later where it was.</summary>
    public bool IsOn { get; set; } = true;
}

/// <summary>A followed file, or several by a path with stars, as it is listed.</summary>
/// <param name="Name">What the agent, tool or plugin is called that its lines are of.</param>
/// <param name="State">How it goes with all of its files: the worst.</param>
/// <param name="Problem">What is wrong, and what to do; null where nothing is.</param>
/// <param name="Files">The files that it stands for, on this machine and others.</param>
public sealed record LogFileRow(
    int Id,
    string Path,
    LogFileFormat Format,
    string Source,
    int? SourceId,
    string? Name,
    bool IsOn,
    int Version,
    FollowState State,
    string? Problem,
    IReadOnlyList<FollowedFile> Files
) : IHasVersion
{
    public long Lines => Files.Sum(file => file.Lines);

    public long Behind => Files.Sum(file => file.Behind);

    public DateTimeOffset? LastLineAt => Files.Max(file => file.LastLineAt);

    public LogFileForm ToForm() =>
        new()
        {
            Id = Id,
            Version = Version,
            Path = Path,
            Format = Format,
            Source = Source,
            Name = Name,
            IsOn = IsOn,
        };
}

/// <summary>A log file of the installation that is not followed.</summary>
/// <param name="Size">In bytes.</param>
public sealed record FoundLogFile(string Path, LogFileFormat Format, string Source, long Size);
