using Sanctum.Configurator.Registry.Data.Settings;
using Sanctum.Configurator.Registry.LogFiles;

namespace Sanctum.Configurator.Features.Logs.Sources.Following;

/// <summary>Where an installation of Sanctum has its log files.</summary>
public sealed class FoundLogFiles(EffectiveSettings settings)
{
    private static readonly (string Pattern, LogFileFormat Format, string Source)[] Places =
    [
        ("smcp/logs/mcp_server.log", LogFileFormat.Smcp, "system"),
        ("agents/*/logs/*.log", LogFileFormat.Auto, "agent"),
        ("agents/*/*/logs/*.log", LogFileFormat.Auto, "agent"),
    ];

    /// <summary>Those that are there, up to a hundred.</summary>
    public async Task<IReadOnlyList<FoundLogFile>> ListAsync(CancellationToken cancel)
    {
        var root = Folders.Expand((await settings.ReadAsync(cancel))["sanctum_base_path"].Value ?? "");
        if (!Path.IsPathFullyQualified(root) || FolderPaths.HasStars(root))
        {
            return [];
        }

        var found = new List<FoundLogFile>();
        foreach (var (pattern, format, source) in Places)
        {
            var path = $"{root.TrimEnd('/')}/{pattern}";
            IEnumerable<string> files =
                FolderPaths.HasStars(path) ? FolderPaths.Expand(path).Files
                : File.Exists(path) ? [path]
                : [];
            found.AddRange(files.Select(file => new FoundLogFile(file, format, source, new FileInfo(file).Length)));
        }

        return [.. found.Take(100)];
    }
}
