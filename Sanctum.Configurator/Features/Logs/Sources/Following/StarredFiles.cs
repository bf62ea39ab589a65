using Sanctum.Configurator.Features.Logs.Storing;
using Sanctum.Configurator.Platform.Files;

namespace Sanctum.Configurator.Features.Logs.Sources.Following;

/// <summary>
/// Says which of the files that a path with stars stands for are followed by themselves. What rotation made of one of them, and another
/// name of it, may fit the stars too: that is known by device and number, for its name can be any.
/// </summary>
internal sealed class StarredFiles(string machine, LogOpener opener, FilePositions positions, Func<string, FileFollower?> followerOf)
{
    /// <summary>Files that are left out, by path, with what they were then.</summary>
    private readonly Dictionary<string, FileFacts> _leftOut = [];

    /// <summary>The paths to follow, and the folders that can't be looked into.</summary>
    /// <param name="before">The paths that were followed for these stars.</param>
    public async Task<(IReadOnlyList<string> Paths, IReadOnlyList<string> Closed)> FindAsync(
        string pattern,
        IReadOnlyList<string> before,
        CancellationToken cancel
    )
    {
        var (files, closed) = FolderPaths.Expand(pattern);
        var (paths, ids) = (new List<string>(), new HashSet<string>());

        // Those that are followed first, and links last: a file is followed by its own name.
        foreach (
            var (path, facts) in files
                .Select(path => (path, FactsOf(path)))
                .OrderBy(file => followerOf(file.path) is null)
                .ThenBy(file => IsLink(file.path))
                .ToList()
        )
        {
            if (facts is { Id.Length: > 0 } known && !ids.Add(known.Id) && followerOf(path) is null)
            {
                continue;
            }

            var follow = followerOf(path) is not null || facts is null ? path : await OwnerOfAsync(pattern, path, facts.Value, cancel);
            if (follow is not null && !paths.Contains(follow))
            {
                paths.Add(follow);
            }
        }

        // One that was renamed is read to its end under its old path.
        paths.AddRange(before.Except(paths).Except(_leftOut.Keys).Where(path => followerOf(path)?.IsStillThere == true).ToList());
        return ([.. paths.Order(StringComparer.Ordinal)], closed);
    }

    /// <summary>The path by which a file is followed; null where it is read already.</summary>
    private async Task<string?> OwnerOfAsync(string pattern, string path, FileFacts facts, CancellationToken cancel)
    {
        if (_leftOut.TryGetValue(path, out var then) && then == facts)
        {
            return null;
        }

        _leftOut.Remove(path);
        var owner = IsOld(pattern, path, facts) ? null : await ReaderOfAsync(pattern, path, facts.Id, cancel);
        if (owner is null)
        {
            _leftOut[path] = facts;
        }

        return owner;
    }

    /// <summary>Whether its name is a numbered one of a file that was begun since it was last written.</summary>
    private static bool IsOld(string pattern, string path, FileFacts facts) =>
        FolderPaths.BaseOf(path) is { } current
        && FolderPaths.Stands(pattern, current)
        && FactsOf(current)?.BegunAt is { } begun
        && facts.WrittenAt <= begun;

    private async Task<string?> ReaderOfAsync(string pattern, string path, string id, CancellationToken cancel)
    {
        var known = id.Length == 0 ? [] : await positions.FindByFileAsync(machine, id, cancel);
        if (known.Count == 0 || known.Any(position => position.Path == path))
        {
            return path;
        }

        return known.FirstOrDefault(position => IsAt(path, position)) is not { } reader ? path
            : FolderPaths.Stands(pattern, reader.Path) ? reader.Path
            : reader.Path == id || followerOf(reader.Path) is not null ? null
            : path;
    }

    /// <summary>The number of a file that is deleted is given again.</summary>
    private bool IsAt(string path, FilePosition position)
    {
        try
        {
            using var file = opener.Open(path);
            return file?.MarkAt(position.ReadTo) == position.Mark;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Its follower says so.
            return false;
        }
    }

    private static bool IsLink(string path) => new FileInfo(path).LinkTarget is not null;

    private static FileFacts? FactsOf(string path)
    {
        try
        {
            return FileFacts.Of(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Its follower says so.
            return null;
        }
    }
}
