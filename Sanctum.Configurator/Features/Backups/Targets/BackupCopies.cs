using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Sanctum.Configurator.Features.Backups.Archive;
using Sanctum.Configurator.Registry.Backups;

namespace Sanctum.Configurator.Features.Backups.Targets;

/// <summary>A backup in a target, as it is listed.</summary>
/// <param name="RetryAt">When it is tried again; null where it is stored, being stored, or given up.</param>
public sealed record CopyRow(string Target, CopyState State, string? Failure, DateTimeOffset? StoredAt, DateTimeOffset? RetryAt);

/// <summary>What the targets hold of the backups: seen, brought back, deleted.</summary>
public sealed partial class BackupCopies(
    IServiceScopeFactory scopes,
    BackupStores stores,
    BackupFiles files,
    TimeProvider clock,
    ILogger<BackupCopies> log
)
{
    private static readonly TimeSpan Loan = TimeSpan.FromDays(1);

    private readonly ConcurrentDictionary<int, DateTimeOffset> _loans = [];

    /// <summary>The copies of these backups, by backup.</summary>
    public async Task<ILookup<int, CopyRow>> CopiesOfAsync(IReadOnlyCollection<int> backups, CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        await using var registry = await OpenAsync(scope, cancel);
        var rows = await registry
            .BackupCopies.AsNoTracking()
            .Where(c => backups.Contains(c.BackupId))
            .Join(registry.BackupTargets, c => c.TargetId, t => t.Id, (Copy, Target) => new { Copy, Target.Name })
            .OrderBy(row => row.Name)
            .ToListAsync(cancel);
        return rows.ToLookup(
            row => row.Copy.BackupId,
            row => new CopyRow(row.Name, row.Copy.State, row.Copy.Failure, row.Copy.StoredAt, row.Copy.RetryAt)
        );
    }

    /// <summary>
    /// Gets a backup's file back that is no longer on this machine, from the first target that still has it whole. It stays for a day at
    /// least, whatever the rules say.
    /// </summary>
    /// <returns>The file's path.</returns>
    public async Task<Outcome<string>> BringBackAsync(int backupId, CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        await using var registry = await OpenAsync(scope, cancel);
        if (
            await registry.Backups.AsNoTracking().SingleOrDefaultAsync(b => b.Id == backupId, cancel)
            is not { FilePath: not null, Status: BackupStatus.Completed } backup
        )
        {
            return new Outcome<string>.NotFound();
        }

        _loans[backup.Id] = clock.GetUtcNow() + Loan;
        var path = files.PathOf(backup.Name);
        if (files.IsThere(path))
        {
            return new Outcome<string>.Ok(path);
        }

        var targets = await registry
            .BackupCopies.AsNoTracking()
            .Where(c => c.BackupId == backupId && c.State == CopyState.Stored)
            .Join(registry.BackupTargets.AsNoTracking(), c => c.TargetId, t => t.Id, (copy, target) => target)
            .OrderBy(t => t.Kind)
            .ToListAsync(cancel);
        var problems = new List<string>();
        foreach (var target in targets)
        {
            try
            {
                await FetchAsync(target, backup, path, cancel);
                LogBroughtBack(backup.Name, target.Name);
                return new Outcome<string>.Ok(path);
            }
            catch (Exception e) when (TryExplain(e, out var sentence))
            {
                LogFailed(e, backup.Name, target.Name);
                problems.Add(sentence);
            }
        }

        return new Outcome<string>.Invalid(
            "",
            problems.Count > 0 ? string.Join(' ', problems) : $"The file of {backup.Name} is neither on this machine nor on any target."
        );
    }

    /// <summary>Deletes what the targets hold of a backup.</summary>
    /// <returns>Why one could not; null where nothing is left.</returns>
    public async Task<string?> DeleteCopiesAsync(int backupId, CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        await using var registry = await OpenAsync(scope, cancel);
        var stored = await registry
            .BackupCopies.AsNoTracking()
            .Where(c => c.BackupId == backupId && c.State == CopyState.Stored)
            .ToListAsync(cancel);
        foreach (var copy in stored)
        {
            var target = await registry.BackupTargets.AsNoTracking().SingleAsync(t => t.Id == copy.TargetId, cancel);
            var name = await registry.Backups.Where(b => b.Id == backupId).Select(b => b.Name).SingleAsync(cancel);
            try
            {
                await stores.UseAsync(target, (store, _, given) => store.DeleteAsync(name + BackupFiles.Extension, given), cancel);
                await registry.BackupCopies.Where(c => c.Id == copy.Id).ExecuteDeleteAsync(CancellationToken.None);
            }
            catch (Exception e) when (TryExplain(e, out var sentence))
            {
                LogFailed(e, name, target.Name);
                return $"Its copy was not deleted. {sentence} Or delete the target first; its files stay there.";
            }
        }

        return null;
    }

    /// <summary>The file was brought back for somebody, who may be about to restore it.</summary>
    internal bool IsOnLoan(int backupId) => _loans.TryGetValue(backupId, out var end) && end > clock.GetUtcNow();

    /// <summary>The registry, for what the console does by itself.</summary>
    internal static Task<RegistryDbContext> OpenAsync(AsyncServiceScope scope, CancellationToken cancel)
    {
        scope.ServiceProvider.GetRequiredService<CurrentUser>().Actor = Actor.Console;
        return scope.ServiceProvider.GetRequiredService<IDbContextFactory<RegistryDbContext>>().CreateDbContextAsync(cancel);
    }

    private async Task FetchAsync(BackupTarget target, Backup backup, string path, CancellationToken cancel)
    {
        PrivateFiles.CreateFolder(files.Folder);
        files.RequireSpace(backup.SizeBytes ?? 0);
        var partial = BackupFiles.PartialOf(path);
        try
        {
            await stores.UseAsync(
                target,
                async (store, progress, given) =>
                {
                    await store.FetchAsync(backup.Name + BackupFiles.Extension, partial, progress, given);
                    if (backup.Checksum is { } known && await FolderStore.SumOfAsync(partial, progress, given) != known)
                    {
                        throw new BackupFailedException($"The copy of {backup.Name} on {target.Name} is damaged. Check its disk.");
                    }
                },
                cancel
            );
            PrivateFiles.Restrict(partial);
            File.Move(partial, path, overwrite: true);
        }
        catch
        {
            File.Delete(partial);
            throw;
        }
    }

    private bool TryExplain(Exception e, [NotNullWhen(true)] out string? sentence) =>
        (sentence = e is OperationCanceledException ? null : BackupFailedException.Explain(e, files.Folder)) is not null;

    [LoggerMessage(LogLevel.Information, "The backup {Name} was retrieved from {Target}")]
    private partial void LogBroughtBack(string name, string target);

    [LoggerMessage(LogLevel.Error, "The backup {Name} could not be copied to or from the target {Target}")]
    private partial void LogFailed(Exception exception, string name, string target);
}
