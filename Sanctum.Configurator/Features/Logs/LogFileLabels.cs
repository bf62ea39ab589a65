using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Logs.Sources.Following;
using Sanctum.Configurator.Registry.LogFiles;

namespace Sanctum.Configurator.Features.Logs;

/// <summary>Followed files in words.</summary>
internal static class LogFileLabels
{
    private static readonly string[] Units = ["kB", "MB", "GB", "TB"];

    public static string FormatOf(LogFileFormat format) =>
        format switch
        {
            LogFileFormat.Broca => "Broca",
            LogFileFormat.Smcp => "SMCP or Python",
            LogFileFormat.Journald => "journald JSON",
            LogFileFormat.Text => "Plain text",
            _ => "Automatic",
        };

    public static string WhoseOf(LogFileRow file) =>
        file switch
        {
            { Source: "system" } => "of the system",
            { Name: { } name } => $"of the {file.Source} {name}",
            _ => $"of a {file.Source}".Replace("of a agent", "of an agent", StringComparison.Ordinal),
        };

    public static Tone ToneOf(FollowState state) =>
        state switch
        {
            FollowState.Following => Tone.Good,
            FollowState.Failing => Tone.Bad,
            FollowState.Waiting => Tone.Warning,
            _ => Tone.Neutral,
        };

    public static string TextOf(FollowState state) =>
        state switch
        {
            FollowState.Following => "Following",
            FollowState.Failing => "Can't be read",
            FollowState.Waiting => "Waiting for the file",
            FollowState.Elsewhere => "On another machine",
            _ => "Paused",
        };

    public static string PlaceOf(FollowedFile file) =>
        $"{TextOf(file.State)}{(file.State == FollowState.Elsewhere ? $": {file.Machine}" : "")}, {SizeOf(file.ReadTo)} read{(file.Behind > 0 ? $", {SizeOf(file.Behind)} behind" : "")}";

    public static string? BehindOf(LogFileRow file) =>
        file is { State: FollowState.Following, Behind: > 0 and var behind } ? $"{SizeOf(behind)} behind" : null;

    public static string ReadOf(LogFileRow file) =>
        file.Files.Sum(f => f.ReadTo) == 0 && file.State != FollowState.Following
            ? "–"
            : $"{SizeOf(file.Files.Sum(f => f.ReadTo))}{(file.Files.All(f => f.Size is not null) ? $" of {SizeOf(file.Files.Sum(f => f.Size ?? 0))}" : "")}";

    public static string SizeOf(long bytes)
    {
        if (bytes < 1000)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{bytes} B");
        }

        var (size, unit) = (bytes / 1000d, 0);
        for (; size >= 999.5 && unit < Units.Length - 1; unit++)
        {
            size /= 1000;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{size:0.#} {Units[unit]}");
    }

    /// <summary>Its lines, or those of the first of its files.</summary>
    public static string LinesOf(LogFileRow file) =>
        Urls.LogsOf($"details.file:\"{(file.Files is [var first, ..] ? first.Path : file.Path)}\"");
}
