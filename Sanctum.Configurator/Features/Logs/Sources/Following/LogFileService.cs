using Sanctum.Configurator.Features.Logs.Searching;
using Sanctum.Configurator.Features.Logs.Storing;
using Sanctum.Configurator.Platform.Files;
using Sanctum.Configurator.Registry.LogFiles;

namespace Sanctum.Configurator.Features.Logs.Sources.Following;

/// <summary>Lists, adds, changes, pauses and removes followed files. Their lines and positions stay when they are removed.</summary>
public sealed partial class LogFileService(
    IDbContextFactory<RegistryDbContext> registries,
    LogFollower follower,
    FilePositions positions,
    LogNames names,
    FoundLogFiles found,
    LogFolders folders,
    OperatorFiles opened,
    CurrentUser caller,
    TimeProvider clock,
    ILogger<LogFileService> log
)
{
    internal const string Table = "log_files";
    internal const string MayNot = "You don't have permission to change followed files.";

    /// <summary>All of them, by path.</summary>
    public async Task<IReadOnlyList<LogFileRow>> ListAsync(CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var files = await registry.LogFiles.AsNoTracking().OrderBy(file => file.Path).ThenBy(file => file.Id).ToListAsync(cancel);
        return await RowsOfAsync(files, cancel);
    }

    public async Task<LogFileRow?> FindAsync(int id, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var files = await registry.LogFiles.AsNoTracking().Where(file => file.Id == id).ToListAsync(cancel);
        return (await RowsOfAsync(files, cancel)).SingleOrDefault();
    }

    /// <summary>Lists log files of the installation that are not followed.</summary>
    public async Task<IReadOnlyList<FoundLogFile>> FindNewAsync(CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var followed = await registry.LogFiles.AsNoTracking().Select(file => file.Path).ToListAsync(cancel);
        return [.. (await found.ListAsync(cancel)).Where(file => !followed.Any(path => FolderPaths.Stands(path, file.Path)))];
    }

    /// <summary>Adds a file, or changes the one that the form names.</summary>
    public async Task<Outcome<LogFileRow>> SaveAsync(LogFileForm form, CancellationToken cancel)
    {
        if (!await caller.MayAsync(Policies.ManageLogs))
        {
            return new Outcome<LogFileRow>.Invalid("", MayNot);
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        await registry.BeginWritingAsync(cancel);
        var file = form.Id is null
            ? new LogFile { Path = "", CreatedAt = clock.GetUtcNow() }
            : await registry.LogFiles.SingleOrDefaultAsync(file => file.Id == form.Id, cancel);
        if (file is null)
        {
            return new Outcome<LogFileRow>.NotFound();
        }

        if (form.Id is not null && file.Version != form.Version)
        {
            return new Outcome<LogFileRow>.Conflict((await RowsOfAsync([file], cancel))[0]);
        }

        var (path, sourceId, reasons) = await CheckAsync(registry, form, file, cancel);
        return reasons.Count > 0
            ? new Outcome<LogFileRow>.Invalid(reasons)
            : await WriteAsync(registry, form, file, path, sourceId, cancel);
    }

    private async Task<Outcome<LogFileRow>> WriteAsync(
        RegistryDbContext registry,
        LogFileForm form,
        LogFile file,
        string path,
        int? sourceId,
        CancellationToken cancel
    )
    {
        (file.Path, file.Format, file.Source, file.SourceId, file.IsOn, file.UpdatedAt) = (
            path,
            form.Format,
            form.Source,
            sourceId,
            form.IsOn,
            clock.GetUtcNow()
        );
        if (form.Id is null)
        {
            registry.Add(file);
        }

        await registry.SaveChangesAsync(cancel);
        await registry.CommitWritingAsync(cancel);
        LogSaved(file.Id, file.Version);
        follower.Forget();
        return new Outcome<LogFileRow>.Ok((await RowsOfAsync([file], cancel))[0]);
    }

    /// <summary>Takes a file off the list. What was taken in stays, and added again it goes on where it was.</summary>
    /// <param name="version">Null for whichever it is.</param>
    public async Task<Outcome<LogFileRow>> DeleteAsync(int id, int? version, CancellationToken cancel)
    {
        if (!await caller.MayAsync(Policies.ManageLogs))
        {
            return new Outcome<LogFileRow>.Invalid("", MayNot);
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        await registry.BeginWritingAsync(cancel);
        if (await registry.LogFiles.SingleOrDefaultAsync(file => file.Id == id, cancel) is not { } file)
        {
            return new Outcome<LogFileRow>.NotFound();
        }

        var row = (await RowsOfAsync([file], cancel))[0];
        if (version is { } read && read != file.Version)
        {
            return new Outcome<LogFileRow>.Conflict(row);
        }

        registry.Remove(file);
        await registry.SaveChangesAsync(cancel);
        await registry.CommitWritingAsync(cancel);
        LogRemoved(id);
        follower.Forget();
        return new Outcome<LogFileRow>.Ok(row);
    }

    private async Task<(string Path, int? SourceId, Dictionary<string, string> Reasons)> CheckAsync(
        RegistryDbContext registry,
        LogFileForm form,
        LogFile file,
        CancellationToken cancel
    )
    {
        var reasons = FormRules.Check(form);
        var path = Folders.Expand(Unseen.Trim(form.Path));
        if (!reasons.ContainsKey(nameof(form.Path)))
        {
            if (await ProblemOfAsync(path, cancel) is { } problem)
            {
                reasons[nameof(form.Path)] = problem;
            }
            else if (await registry.LogFiles.AnyAsync(other => other.Path == path && other.Id != file.Id, cancel))
            {
                reasons[nameof(form.Path)] = $"{path} is already followed.";
            }
        }

        if (reasons.Count > 0 || form.Source == "system" || string.IsNullOrWhiteSpace(form.Name))
        {
            return (path, null, reasons);
        }

        // A number is taken for an id, whether there is such a thing or not.
        var ids = await names.FindAsync(form.Source, form.Name.Trim(), cancel);
        var called = await names.OfAsync(ids.Select(id => new LogOrigin(form.Source, id)).ToHashSet(), cancel);
        ids = [.. ids.Where(id => called.ContainsKey(new(form.Source, id)))];
        if (ids.Count != 1)
        {
            reasons[nameof(form.Name)] =
                ids.Count == 0
                    ? $"Unknown {form.Source} {form.Name.Trim()}."
                    : $"More than one {form.Source} is named {form.Name.Trim()}. Enter its id instead.";
        }

        return (path, ids.Count == 1 ? ids[0] : null, reasons);
    }

    private async Task<string?> ProblemOfAsync(string path, CancellationToken cancel)
    {
        if (!Path.IsPathFullyQualified(path) || path.EndsWith('/'))
        {
            return "Enter the full path of a file, such as /var/log/app.log.";
        }

        if (Sendable.FaultOfText(path) is { } fault)
        {
            return fault;
        }

        if (path.Contains("**", StringComparison.Ordinal) || Path.GetFullPath(path) != path)
        {
            return "The path can't contain .., // or **.";
        }

        // Links may be turned later: whoever opens a file looks again.
        var fixedPart = FolderPaths.HasStars(path) ? path[..path.LastIndexOf('/', path.AsSpan().IndexOfAny('*', '?'))] : path;
        fixedPart = fixedPart.Length == 0 ? "/" : fixedPart;
        return opened.RefusalOf(fixedPart)
            ?? (await folders.ReadAsync(cancel)).RefusalOf(
                FolderPaths.HasStars(path) ? Path.Join(Folders.Real(fixedPart), "*") : Folders.Real(path)
            );
    }

    private async Task<IReadOnlyList<LogFileRow>> RowsOfAsync(IReadOnlyList<LogFile> files, CancellationToken cancel)
    {
        var stored = await positions.ListAsync(cancel);
        var called = await names.OfAsync(files.Select(file => new LogOrigin(file.Source, file.SourceId)).ToHashSet(), cancel);
        return [.. files.Select(file => RowOf(file, stored, called.GetValueOrDefault(new(file.Source, file.SourceId))))];
    }

    private LogFileRow RowOf(LogFile file, IReadOnlyList<FilePosition> stored, string? name)
    {
        var here = file.IsOn ? follower.StatesOf(file.Id) : [];
        var known = stored
            .Where(position =>
                FolderPaths.Stands(file.Path, position.Path)
                && here.All(state => (state.Machine, state.Path) != (position.Machine, position.Path))
            )
            .Select(p => new FollowedFile(p.Machine, p.Path, StateOf(file, p), null, null, p.ReadTo, 0, p.Skipped, p.Lines, p.LastLineAt));
        var all = here.Concat(known).ToList();
        var closed = follower.ClosedOf(file.Id);
        var failing = all.FirstOrDefault(state => state.State == FollowState.Failing);
        var state =
            !file.IsOn ? FollowState.Paused
            : failing is not null || closed.Count > 0 ? FollowState.Failing
            : all.Any(s => s.State == FollowState.Following) ? FollowState.Following
            : FollowState.Waiting;
        var problem =
            !file.IsOn ? null
            : failing is not null ? (failing.Path == file.Path ? failing.Problem : $"{failing.Path}: {failing.Problem}")
            : closed.Count > 0 ? $"The console's user {Environment.UserName} has no permission to read {closed[0]}. Grant it."
            : state != FollowState.Waiting || !follower.Knows(file.Id) ? null
            : FolderPaths.HasStars(file.Path) ? "No file matches the path yet. Lines are read as soon as one does."
            : "The file doesn't exist yet. Its lines are read as soon as it does.";
        return new(file.Id, file.Path, file.Format, file.Source, file.SourceId, name, file.IsOn, file.Version, state, problem, all);
    }

    private FollowState StateOf(LogFile file, FilePosition position) =>
        !file.IsOn ? FollowState.Paused
        : position.Machine == follower.Machine ? FollowState.Waiting
        : FollowState.Elsewhere;

    [LoggerMessage(LogLevel.Information, "The followed log file {Id} was saved as version {Version}")]
    private partial void LogSaved(int id, int version);

    [LoggerMessage(LogLevel.Information, "The followed log file {Id} was removed")]
    private partial void LogRemoved(int id);
}
