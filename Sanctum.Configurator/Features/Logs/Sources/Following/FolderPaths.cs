using System.IO.Enumeration;
using System.Text.RegularExpressions;

namespace Sanctum.Configurator.Features.Logs.Sources.Following;

/// <summary>The files behind a path with stars, and the ones that rotation makes of a file.</summary>
internal static partial class FolderPaths
{
    public const string OwnFolder = "It lies in the console's own data folder, whose files are never shown.";

    /// <summary>Files that one path with stars may stand for.</summary>
    public const int MostFiles = 500;

    /// <summary>Folders that are looked through for one path with stars.</summary>
    private const int MostFolders = 2000;

    private static readonly string[] Packed = [".gz", ".xz", ".zst", ".bz2", ".zip", ".lz4"];

    private static readonly EnumerationOptions AsTheyAre = new() { IgnoreInaccessible = false, AttributesToSkip = 0, MatchType = MatchType.Simple, MatchCasing = MatchCasing.CaseSensitive };

    public static bool HasStars(string path) => path.AsSpan().ContainsAny('*', '?');

    /// <summary>The files that a path with stars stands for, in order, without rotated and packed ones; and the folders that can't be looked into.</summary>
    public static (IReadOnlyList<string> Files, IReadOnlyList<string> Closed) Expand(string pattern)
    {
        var parts = pattern.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var first = Array.FindIndex(parts, HasStars);
        List<string> folders = ['/' + string.Join('/', parts[..first])];
        var closed = new List<string>();
        foreach (var part in parts[first..^1])
        {
            folders = [.. folders.SelectMany(folder => Within(folder, part, areFolders: true, closed)).Take(MostFolders)];
        }

        var files = folders.SelectMany(folder => Within(folder, parts[^1], areFolders: false, closed)).Where(file => !IsRotated(Path.GetFileName(file)));
        return ([.. files.Order(StringComparer.Ordinal).Take(MostFiles)], closed);
    }

    /// <summary>What rotation made of this file, the oldest first.</summary>
    public static IReadOnlyList<string> RotatedOf(string path)
    {
        var (folder, name) = (Path.GetDirectoryName(path)!, Path.GetFileName(path));
        if (!Directory.Exists(folder))
        {
            return [];
        }

        var found = Directory.EnumerateFiles(folder, name + "*", AsTheyAre).Where(file => IsRotatedOf(name, Path.GetFileName(file)) && !IsPacked(file));
        return [.. found.OrderByDescending(file => NumberOf(name, file) ?? -1).ThenBy(file => file, StringComparer.Ordinal)];
    }

    private static IEnumerable<string> Within(string folder, string part, bool areFolders, List<string> closed)
    {
        try
        {
            return !HasStars(part) && areFolders ? [Path.Combine(folder, part)]
                : !Directory.Exists(folder) ? []
                : areFolders ? [.. Directory.EnumerateDirectories(folder, part, AsTheyAre).Order(StringComparer.Ordinal)]
                : [.. Directory.EnumerateFiles(folder, part, AsTheyAre)];
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            closed.Add(folder);
            return [];
        }
    }

    /// <summary>Small numbers count backwards (<c>.2</c> is older than <c>.1</c>); dates count forwards.</summary>
    private static int? NumberOf(string name, string file) =>
        int.TryParse(Path.GetFileName(file).AsSpan(name.Length + 1), System.Globalization.NumberStyles.None, null, out var number) && number < 100_000 ? number : null;

    private static bool IsPacked(string name) => Packed.Any(end => name.EndsWith(end, StringComparison.OrdinalIgnoreCase));

    private static bool IsRotated(string name) => IsPacked(name) || LooksRotated().IsMatch(name);

    private static bool IsRotatedOf(string name, string other) =>
        other.Length > name.Length && other.StartsWith(name, StringComparison.Ordinal) && LooksRotated().IsMatch("x" + other[name.Length..]);

    [GeneratedRegex(@"^.+[.\-_]\d[\d.:_T\-]*$", RegexOptions.CultureInvariant)]
    private static partial Regex LooksRotated();
}
