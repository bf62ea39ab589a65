using System.Collections.Concurrent;
using Sanctum.Configurator.Features.Logs.Storing;
using Sanctum.Configurator.Platform.Files;
using Sanctum.Configurator.Registry.LogFiles;

namespace Sanctum.Configurator.Features.Logs.Sources.Following;

/// <summary>Follows the files of the list on this machine, each from where it was left.</summary>
public sealed partial class LogFollower(
    IServiceScopeFactory scopes,
    LogWriter writer,
    FilePositions positions,
    OperatorFiles files,
    TimeProvider clock,
    ILogger<LogFollower> log
)
{
    /// <summary>Pieces of one file before the next has its turn.</summary>
    private const int MostPieces = 8;

    private static readonly TimeSpan BetweenLists = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<string, FileFollower> _followers = new();
    private readonly ConcurrentDictionary<int, IReadOnlyList<string>> _paths = new();
    private readonly ConcurrentDictionary<int, IReadOnlyList<string>> _closed = new();
    private readonly LogOpener _opener = new(files);
    private StarredFiles? _starred;
    private Dictionary<int, LogFile> _files = [];
    private DateTimeOffset _listedAt;
    private volatile bool _isListed;

    /// <summary>The machine as it is known by in the database.</summary>
    public string Machine { get; } = Environment.MachineName;

    /// <summary>Makes it read the list again before it goes on.</summary>
    public void Forget() => _isListed = false;

    /// <summary>How it goes with each file that stands for this entry of the list.</summary>
    public IReadOnlyList<FollowedFile> StatesOf(int id) =>
        [.. (_paths.GetValueOrDefault(id) ?? []).Select(path => _followers.GetValueOrDefault(path)?.State).OfType<FollowedFile>()];

    /// <summary>Whether this entry of the list was looked for yet.</summary>
    public bool Knows(int id) => _paths.ContainsKey(id);

    /// <summary>The folders of this entry that can't be looked into.</summary>
    public IReadOnlyList<string> ClosedOf(int id) => _closed.GetValueOrDefault(id) ?? [];

    /// <summary>Takes in what was written since the last time.</summary>
    /// <returns>Whether there is more than was taken.</returns>
    /// <exception cref="LogsRefusedException">The disk is full; the next time goes on at the same place.</exception>
    internal async Task<bool> LookAsync(CancellationToken cancel)
    {
        if (!_isListed || clock.GetUtcNow() - _listedAt >= BetweenLists)
        {
            await ListAsync(cancel);
        }

        var isMore = false;
        foreach (var follower in _followers.Values)
        {
            isMore |= await FollowAsync(follower, cancel);
        }

        return isMore;
    }

    private async Task<bool> FollowAsync(FileFollower follower, CancellationToken cancel)
    {
        try
        {
            for (var piece = 0; piece < MostPieces; piece++)
            {
                cancel.ThrowIfCancellationRequested();
                if (!await follower.StepAsync(cancel))
                {
                    return false;
                }
            }

            return true;
        }
        catch (LogsRefusedException e)
        {
            follower.Fail(
                $"The lines could not be stored: the disk of {e.Place} is full or broken. Free some space there. Reading then continues automatically."
            );
            throw;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogNotStored(e, follower.Path);
            follower.Fail("The lines could not be stored. See the console's log for details. The console retries automatically.");
            return false;
        }
    }

    private async Task ListAsync(CancellationToken cancel)
    {
        (_listedAt, _isListed) = (clock.GetUtcNow(), true);
        await using var scope = scopes.CreateAsyncScope();
        await using var registry = await scope
            .ServiceProvider.GetRequiredService<IDbContextFactory<RegistryDbContext>>()
            .CreateDbContextAsync(cancel);
        _opener.Allowed = await scope.ServiceProvider.GetRequiredService<LogFolders>().ReadAsync(cancel);
        _starred ??= new(Machine, _opener, positions, path => _followers.GetValueOrDefault(path));
        var files = await registry.LogFiles.AsNoTracking().Where(file => file.IsOn).OrderBy(file => file.Id).ToListAsync(cancel);
        var taken = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in files)
        {
            // A path belongs to the first entry that stands for it: nothing is taken twice.
            var (paths, closed) = FolderPaths.HasStars(file.Path)
                ? await _starred.FindAsync(file.Path, _paths.GetValueOrDefault(file.Id) ?? [], cancel)
                : ([file.Path], []);
            (_paths[file.Id], _closed[file.Id]) = ([.. paths.Where(taken.Add)], closed);
            foreach (var path in _paths[file.Id].Where(path => IsNew(file, path)))
            {
                _followers[path] = FollowerOf(file, path);
            }
        }

        foreach (var gone in _followers.Keys.Except(taken))
        {
            _followers.TryRemove(gone, out _);
            _opener.Ends(gone);
        }

        foreach (var gone in _paths.Keys.Except(files.Select(file => file.Id)))
        {
            _paths.TryRemove(gone, out _);
            _closed.TryRemove(gone, out _);
        }

        _files = files.ToDictionary(file => file.Id);
    }

    private bool IsNew(LogFile file, string path) =>
        !_followers.ContainsKey(path) || _files.GetValueOrDefault(file.Id) is not { } known || known.Version != file.Version;

    private FileFollower FollowerOf(LogFile file, string path) =>
        new(
            Machine,
            path,
            _opener,
            new RecordReader(file.Format, file.Source, file.SourceId, path, clock.LocalTimeZone),
            writer,
            positions,
            clock
        );

    [LoggerMessage(LogLevel.Error, "Lines of {File} could not be stored; retrying")]
    private partial void LogNotStored(Exception exception, string file);
}
