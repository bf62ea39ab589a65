using Microsoft.Extensions.Options;
using Sanctum.Configurator.Registry.Data.Settings;

namespace Sanctum.Configurator.Features.Logs.Sources.Following;

/// <summary>
/// Says in which folders log files may be followed. It is the machine's owner who says so, at the start: who may manage the logs could
/// otherwise read every file of the console's user.
/// </summary>
public sealed class LogFolders(IOptions<LogOptions> options, EffectiveSettings settings)
{
    public const string Variable = "Logs__Folders";

    public async Task<AllowedFolders> ReadAsync(CancellationToken cancel)
    {
        var sanctum = Folders.Expand((await settings.ReadAsync(cancel))["sanctum_base_path"].Value ?? "");
        return new([.. options.Value.AllFolders.Concat(Path.IsPathFullyQualified(sanctum) ? [sanctum] : []).Distinct()]);
    }
}

/// <summary>The folders in which log files may be followed, as they are written.</summary>
public sealed class AllowedFolders(IReadOnlyList<string> folders)
{
    private readonly IReadOnlyList<string> _real = [.. folders.Select(RealOf).OfType<string>()];

    /// <summary>Why a file is not followed; null where it is.</summary>
    /// <param name="place">Where it really lies.</param>
    public string? RefusalOf(string place) =>
        _real.Any(folder => Folders.IsInside(place, folder))
            ? null
            : $"It is in {Path.GetDirectoryName(place)}, but only files in {string.Join(", ", folders)} can be followed. "
                + $"To allow its folder, add it to {LogFolders.Variable} and restart the console.";

    private static string? RealOf(string folder)
    {
        try
        {
            // The root would let everything in.
            return Folders.Real(folder) is var real && Path.GetDirectoryName(real) is null ? null : Path.TrimEndingDirectorySeparator(real);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
