using Sanctum.Configurator.Features.Logs.Searching;
using Sanctum.Configurator.Features.Notifications;
using Sanctum.Configurator.Registry.Notifications;

namespace Sanctum.Configurator.Features.Logs.Alerts;

/// <summary>
/// Checks alerts that are due, each once however many consoles share the registry: who marks it as checked counts. What is raised is marked
/// before it is told and told before it is counted as told, so that a console that is killed in between leaves it to the next check.
/// </summary>
internal sealed partial class AlertChecker(
    IDbContextFactory<RegistryDbContext> registries,
    LogQueryReader reader,
    LogCounter counter,
    Notifier notifier,
    TimeProvider clock,
    ILogger<AlertChecker> log
)
{
    internal static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    /// <summary>What could not be checked is not likely to be a moment later, and may have cost much.</summary>
    internal static readonly TimeSpan AfterFailure = TimeSpan.FromMinutes(1);

    private const string Unknown = "The lines could not be counted. See the console's log for details. The next attempt is in a minute.";

    /// <summary>Checks all that are due. One that fails keeps no other from it.</summary>
    public async Task CheckAsync(CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        foreach (var alert in await Due(registry.Alerts.AsNoTracking()).OrderBy(a => a.Id).ToListAsync(cancel))
        {
            try
            {
                await CheckAsync(registry, alert, cancel);
            }
            catch (Exception e) when (!cancel.IsCancellationRequested)
            {
                LogFailed(e, alert.Id);
                await FailAsync(registry, alert, Unknown, cancel);
            }
        }
    }

    private IQueryable<Alert> Due(IQueryable<Alert> alerts)
    {
        var now = clock.GetUtcNow();
        var (last, lastFailure) = ((DateTimeOffset?)(now - Every), (DateTimeOffset?)(now - AfterFailure));

        // A check that is still to come was marked before the clock was set back.
        var ahead = (DateTimeOffset?)(now + AfterFailure);
        return alerts.Where(a =>
            a.IsEnabled
            && (a.LastCheckedAt == null || a.LastCheckedAt <= (a.LastFailure == null ? last : lastFailure) || a.LastCheckedAt > ahead)
        );
    }

    /// <summary>The alert, where nobody has changed it since it was read.</summary>
    private static IQueryable<Alert> Same(RegistryDbContext registry, Alert alert) =>
        registry.Alerts.Where(a => a.Id == alert.Id && a.Version == alert.Version && a.IsEnabled);

    private async Task CheckAsync(RegistryDbContext registry, Alert alert, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        if (await Due(Same(registry, alert)).ExecuteUpdateAsync(set => set.SetProperty(a => a.LastCheckedAt, now), cancel) == 0)
        {
            return;
        }

        var reading = await reader.ReadAsync(alert.Query, cancel);
        if (reading.Problem is { } problem)
        {
            await FailAsync(registry, alert, $"The search of this alert is no longer valid. {problem} Edit the alert.", cancel);
            return;
        }

        var count = await counter.CountArrivedAsync(reading.Filter, now.AddSeconds(-alert.WindowSeconds), now, alert.Threshold, cancel);
        if (!count.IsWhole && count.Lines < alert.Threshold)
        {
            await FailAsync(
                registry,
                alert,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Counting took longer than {LogCounter.Patience.TotalSeconds} seconds. Add a word, a level or a source to the search, or shorten the window."
                ),
                cancel
            );
            return;
        }

        await (count.Lines >= alert.Threshold ? RaiseAsync(registry, alert, count, now, cancel) : QuietAsync(registry, alert, cancel));
        await CompleteAsync(registry, alert, (int)Math.Min(count.Lines, int.MaxValue), cancel);
    }

    private async Task RaiseAsync(RegistryDbContext registry, Alert alert, LogCount count, DateTimeOffset now, CancellationToken cancel)
    {
        if (!alert.IsRaised)
        {
            if (
                await Same(registry, alert)
                    .Where(a => !a.IsRaised)
                    .ExecuteUpdateAsync(set => set.SetProperty(a => a.IsRaised, true).SetProperty(a => a.LastRaisedAt, now), cancel) == 0
            )
            {
                return;
            }

            LogRaised(alert.Id, count.Lines);
        }

        if (!alert.IsRaised || alert.LastCount != count.Lines)
        {
            await notifier.RaiseAsync(
                AlertNotices.Raised(alert, count.Lines, count.IsWhole, alert.IsRaised ? alert.LastRaisedAt ?? now : now),
                cancel
            );
        }
    }

    private async Task QuietAsync(RegistryDbContext registry, Alert alert, CancellationToken cancel)
    {
        if (alert.IsRaised)
        {
            await notifier.ResolveAsync(AlertNotices.KeyOf(alert.Id), cancel);
            await Same(registry, alert).ExecuteUpdateAsync(set => set.SetProperty(a => a.IsRaised, false), cancel);
            LogQuiet(alert.Id);
        }
    }

    private async Task CompleteAsync(RegistryDbContext registry, Alert alert, int count, CancellationToken cancel)
    {
        if (alert.LastFailure is not null)
        {
            await notifier.ResolveAsync(AlertNotices.FailingKeyOf(alert.Id), cancel);
        }

        if (
            await Same(registry, alert)
                .ExecuteUpdateAsync(set => set.SetProperty(a => a.LastCount, count).SetProperty(a => a.LastFailure, (string?)null), cancel)
            == 0
        )
        {
            // Changed, switched off or deleted meanwhile: what was told is not what the alert says now. The next check tells anew.
            await notifier.ResolveAsync(AlertNotices.KeyOf(alert.Id), cancel);
        }
    }

    /// <summary>Whether there are too many nobody knows, so one that is raised stays so.</summary>
    private async Task FailAsync(RegistryDbContext registry, Alert alert, string problem, CancellationToken cancel)
    {
        if (
            await Same(registry, alert).ExecuteUpdateAsync(set => set.SetProperty(a => a.LastFailure, problem), cancel) > 0
            && alert.LastFailure != problem
        )
        {
            await notifier.RaiseAsync(AlertNotices.Failing(alert, problem), cancel);
        }
    }

    [LoggerMessage(LogLevel.Information, "The alert {Id} was raised by {Count} lines")]
    private partial void LogRaised(int id, long count);

    [LoggerMessage(LogLevel.Information, "The alert {Id} was resolved")]
    private partial void LogQuiet(int id);

    [LoggerMessage(LogLevel.Error, "The alert {Id} could not be checked; retrying")]
    private partial void LogFailed(Exception exception, int id);
}
