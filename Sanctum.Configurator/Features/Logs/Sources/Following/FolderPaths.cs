using System.IO.Enumeration;
using System.Text.RegularExpressions;
using Sanctum.Configurator.Platform.Files;

namespace Sanctum.Configurator.Features.Logs.Sources.Following;

/// <summary>The files behind a path with stars, and the ones that rotation makes of a file.</summary>
internal static partial class FolderPaths
{
    /// <summary>Files that one path with stars may stand for.</summary>
    public const int MostFiles = 500;

    /// <summary>Folders that are looked through for one path with stars.</summary>
    private const int MostFolders = 2000;

    /// <summary>Files that are looked at to find one again by its number.</summary>
    private const int MostLooked = 10_000;

    private static readonly string[] Packed = [".gz", ".xz", ".zst", ".bz2", ".zip", ".lz4"];

    private static readonly EnumerationOptions AsTheyAre = new()
    {
        IgnoreInaccessible = false,
        AttributesToSkip = 0,
        MatchType = MatchType.Simple,
        MatchCasing = MatchCasing.CaseSensitive,
    };

    /// <summary>Whether a path, with stars or without, stands for another.</summary>
    public static bool Stands(string pattern, string path) =>
        pattern == path
        || (
            HasStars(pattern)
            && pattern.Count(c => c == '/') == path.Count(c => c == '/')
            && FileSystemName.MatchesSimpleExpression(pattern, path, ignoreCase: false)
        );

    public static bool HasStars(string path) => path.AsSpan().ContainsAny('*', '?');

    /// <summary>
    /// The files that a path with stars stands for, in order, without rotated and packed ones; and the folders that can't be looked into.
    /// </summary>
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

        var files = folders
            .SelectMany(folder => Within(folder, parts[^1], areFolders: false, closed))
            .Where(file => !IsRotated(Path.GetFileName(file)));
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

        var found = Directory
            .EnumerateFiles(folder, Path.GetFileNameWithoutExtension(name) + "*", AsTheyAre)
            .Where(file => IsRotatedOf(name, Path.GetFileName(file)) && !IsPacked(file));
        return [.. found.OrderByDescending(file => NumberOf(name, file) ?? -1).ThenBy(file => file, StringComparer.Ordinal)];
    }

    /// <summary>The file that this one would be what rotation made of, by its name; null where its name says nothing such.</summary>
    public static string? BaseOf(string path) =>
        NumberInside().Match(Path.GetFileName(path)) is { Success: true } match
            ? Path.Join(Path.GetDirectoryName(path), match.Groups["stem"].Value + match.Groups["end"].Value)
            : null;

    /// <summary>
    /// Files whose names differ from this one's in numbers alone, as those that a link is turned to one after the other, in the order in
    /// which they were begun.
    /// </summary>
    public static IReadOnlyList<string> LikeIt(string path)
    {
        var shape = ShapeOf(path);
        var found =
            from file in Directory.EnumerateFiles(Path.GetDirectoryName(path)!, "*", AsTheyAre)
            where ShapeOf(file) == shape && !IsPacked(file)
            let facts = FileFacts.Of(file)
            where facts is not null
            orderby facts.Value.BegunAt ?? facts.Value.WrittenAt, file.Length, file
            select file;
        return [.. found];
    }

    /// <summary>The file in a folder that has this device and number, whatever it is called; null where none has.</summary>
    public static string? WithId(string folder, string id) =>
        id.Length == 0 || !Directory.Exists(folder)
            ? null
            : Directory
                .EnumerateFiles(folder, "*", AsTheyAre)
                .Take(MostLooked)
                .FirstOrDefault(file => !IsPacked(file) && FileFacts.Of(file)?.Id == id);

    /// <summary>Whether a name is one that rotation gives after the whole of the name before.</summary>
    public static bool LooksRotatedAway(string path) => IsRotated(Path.GetFileName(path));

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
        int.TryParse(
            Between(name, Path.GetFileName(file))?.TrimStart('.', '-', '_'),
            System.Globalization.NumberStyles.None,
            null,
            out var number
        )
        && number < 100_000
            ? number
            : null;

    private static bool IsPacked(string name) => Packed.Any(end => name.EndsWith(end, StringComparison.OrdinalIgnoreCase));

    private static bool IsRotated(string name) => IsPacked(name) || LooksRotated().IsMatch(name);

    private static bool IsRotatedOf(string name, string other) =>
        Between(name, other) is { } between && (LooksRotated().IsMatch("x" + between) || LongNumber().IsMatch(between));

    /// <summary>What a name has more than another, at its end or before its extension; null where they differ otherwise.</summary>
    private static string? Between(string name, string other)
    {
        var (stem, end) = (Path.GetFileNameWithoutExtension(name), Path.GetExtension(name));
        return other.Length <= name.Length ? null
            : other.StartsWith(name, StringComparison.Ordinal) ? other[name.Length..]
            : other.StartsWith(stem, StringComparison.Ordinal) && other.EndsWith(end, StringComparison.Ordinal)
                ? other[stem.Length..^end.Length]
            : null;
    }

    private static string ShapeOf(string path) => Numbers().Replace(Path.GetFileName(path), "#");

    [GeneratedRegex(@"\d+", RegexOptions.CultureInvariant)]
    private static partial Regex Numbers();

    [GeneratedRegex(@"^\d{6,}$", RegexOptions.CultureInvariant)]
    private static partial Regex LongNumber();

    /// <summary>A number, or a date, before the extension.</summary>
    [GeneratedRegex(@"^(?<stem>.+?)([.\-_]\d[\d.:_T\-]*|\d{6,})(?<end>\.[^.\d][^.]*)$", RegexOptions.CultureInvariant)]
    private static partial Regex NumberInside();

    [GeneratedRegex(@"^.+[.\-_]\d[\d.:_T\-]*$", RegexOptions.CultureInvariant)]
    private static partial Regex LooksRotated();
}
