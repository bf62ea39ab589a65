using Sanctum.Configurator.Features.Notifications;
using Sanctum.Configurator.Registry.Notifications;

namespace Sanctum.Configurator.Features.Logs.Storing;

/// <summary>
/// Tells the operator of logs that were found broken and set aside, at the start or later, until they are taken away. The files
/// themselves say it, so that nothing is forgotten where the console was killed in between.
/// </summary>
internal sealed class BrokenLogsNotice(IServiceScopeFactory scopes, RegistryLocation location)
{
    internal const string Group = "logs:broken:";

    private readonly HashSet<string> _told = [];
    private bool _isKnown;

    public async Task TellAsync(CancellationToken cancel)
    {
        var files = Directory.GetFiles(location.DataDirectory, "logs-broken-*.db").ToHashSet(StringComparer.Ordinal);
        if (_isKnown && _told.SetEquals(files))
        {
            return;
        }

        await using var scope = scopes.CreateAsyncScope();
        var notifier = scope.ServiceProvider.GetRequiredService<Notifier>();
        foreach (var file in files.Except(_told))
        {
            await notifier.RaiseAsync(NoticeOf(file), cancel);
        }

        await using var registry = await scope
            .ServiceProvider.GetRequiredService<IDbContextFactory<RegistryDbContext>>()
            .CreateDbContextAsync(cancel);
        var open = await registry
            .Notifications.AsNoTracking()
            .Where(notification =>
                notification.GroupKey != null && notification.GroupKey.StartsWith(Group) && notification.ResolvedAt == null
            )
            .Select(notification => notification.GroupKey!)
            .ToListAsync(cancel);
        foreach (var key in open.Except(files.Select(KeyOf)))
        {
            await notifier.ResolveAsync(key, cancel);
        }

        _told.Clear();
        _told.UnionWith(files);
        _isKnown = true;
    }

    private static string KeyOf(string file) => Group + Path.GetFileName(file);

    private static Notice NoticeOf(string file) =>
        new(NoticeLevel.Error, NoticeSources.Logs, "The log database was damaged and has been replaced")
        {
            Message =
                $"The damaged logs.db was kept as {file} with the lines up to then. New lines are stored in a new database. Other data is not affected. "
                + "Check the disk. To recover readable lines, run: sqlite3 THE-FILE .recover. This notification ends when you move or delete the file.",
            Link = Urls.Logs,
            GroupKey = KeyOf(file),
            IsLasting = true,
        };
}

/// <summary>Looks for broken logs at the start and every few seconds.</summary>
internal sealed partial class BrokenLogsWorker(BrokenLogsNotice notice, TimeProvider clock, ILogger<BrokenLogsWorker> log)
    : BackgroundService
{
    private static readonly TimeSpan Often = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Often, clock);
        do
        {
            try
            {
                await notice.TellAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(e);
            }
        } while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(LogLevel.Error, "The notification about broken logs could not be raised; retrying")]
    private partial void LogFailed(Exception exception);
}
