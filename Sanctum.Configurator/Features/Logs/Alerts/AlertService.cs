using Sanctum.Configurator.Features.Logs.Searching;
using Sanctum.Configurator.Features.Notifications;
using Sanctum.Configurator.Registry.Notifications;

namespace Sanctum.Configurator.Features.Logs.Alerts;

/// <summary>Lists, adds, changes, tests and deletes the alerts of the logs.</summary>
public sealed partial class AlertService(
    IDbContextFactory<RegistryDbContext> registries,
    LogQueryReader reader,
    Notifier notifier,
    CurrentUser caller,
    TimeProvider clock,
    ILogger<AlertService> log
)
{
    private const string MayNot = "You don't have permission to change alerts.";

    private static readonly Sorts<Alert> Sorts = new Sorts<Alert>("alerts", a => a.Id)
        .By("name", a => a.Name)
        .By("updated_at", a => a.UpdatedAt);

    /// <summary>All alerts, sorted by "name" or "updated_at". The search finds names and searches.</summary>
    public async Task<PageOf<AlertRow>> ListAsync(PageRequest page, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var alerts = registry.Alerts.AsNoTracking();
        if (page.Search?.Trim().ToUpperInvariant() is { Length: > 0 } upper)
        {
            // Upper case on both sides: the two databases disagree on what LIKE ignores.
#pragma warning disable CA1304, CA1311, CA1862 // Translated to SQL's upper(), which takes no culture.
            alerts = alerts.Where(a => a.Name.ToUpper().Contains(upper) || a.Query.ToUpper().Contains(upper));
#pragma warning restore CA1304, CA1311, CA1862
        }

        return (await Sorts.ReadAsync(alerts, page, cancel)).Select(AlertRow.Of);
    }

    public async Task<AlertRow?> FindAsync(int id, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return await registry.Alerts.AsNoTracking().SingleOrDefaultAsync(a => a.Id == id, cancel) is { } alert ? AlertRow.Of(alert) : null;
    }

    /// <summary>Adds an alert, or changes the one the form names, which is then checked at once.</summary>
    public async Task<Outcome<AlertRow>> SaveAsync(AlertForm form, CancellationToken cancel)
    {
        if (!await caller.MayAsync(Policies.ManageLogs))
        {
            return new Outcome<AlertRow>.Invalid("", MayNot);
        }

        var reasons = await RulesOfAsync(form, cancel);
        await using var registry = await registries.CreateDbContextAsync(cancel);
        await registry.BeginWritingAsync(cancel);
        var now = clock.GetUtcNow();
        var alert = form.Id is null
            ? new Alert
            {
                Name = "",
                CreatedAt = now,
                UpdatedAt = now,
            }
            : await registry.Alerts.SingleOrDefaultAsync(a => a.Id == form.Id, cancel);
        if (alert is null)
        {
            return new Outcome<AlertRow>.NotFound();
        }

        if (form.Id is not null && alert.Version != form.Version)
        {
            return new Outcome<AlertRow>.Conflict(AlertRow.Of(alert));
        }

        var name = form.Name.Trim();
        var names = await registry.Alerts.Where(a => a.Id != alert.Id).Select(a => a.Name).ToListAsync(cancel);
        if (names.Contains(name, StringComparer.OrdinalIgnoreCase))
        {
            reasons.TryAdd(nameof(form.Name), $"An alert named {name} already exists.");
        }

        return reasons.Count > 0 ? new Outcome<AlertRow>.Invalid(reasons) : await WriteAsync(registry, form, alert, cancel);
    }

    private async Task<Outcome<AlertRow>> WriteAsync(RegistryDbContext registry, AlertForm form, Alert alert, CancellationToken cancel)
    {
        form.WriteTo(alert);
        (alert.LastCheckedAt, alert.LastCount, alert.LastFailure) = (null, null, null);
        alert.IsRaised &= alert.IsEnabled;
        if (form.Id is null)
        {
            registry.Add(alert);
        }

        await registry.SaveChangesAsync(cancel);
        await registry.CommitWritingAsync(cancel);
        LogSaved(alert.Id, alert.Version);
        if (!alert.IsEnabled)
        {
            await EndAsync(registry, alert.Id, cancel);
        }

        return new Outcome<AlertRow>.Ok(AlertRow.Of(alert));
    }

    /// <param name="version">Null for whichever it is.</param>
    public async Task<Outcome<AlertRow>> DeleteAsync(int id, int? version, CancellationToken cancel)
    {
        if (!await caller.MayAsync(Policies.ManageLogs))
        {
            return new Outcome<AlertRow>.Invalid("", MayNot);
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        await registry.BeginWritingAsync(cancel);
        if (await registry.Alerts.SingleOrDefaultAsync(a => a.Id == id, cancel) is not { } alert)
        {
            return new Outcome<AlertRow>.NotFound();
        }

        var row = AlertRow.Of(alert);
        if (version is { } read && read != alert.Version)
        {
            return new Outcome<AlertRow>.Conflict(row);
        }

        registry.Remove(alert);
        await registry.SaveChangesAsync(cancel);
        await registry.CommitWritingAsync(cancel);
        LogDeleted(id);
        await EndAsync(registry, id, cancel);
        return new Outcome<AlertRow>.Ok(row);
    }

    /// <summary>Sends the alert's notification as a test: to the bell, and by the channels that take it.</summary>
    public async Task<Outcome<AlertRow>> TestAsync(int id, CancellationToken cancel)
    {
        if (!await caller.MayAsync(Policies.ManageLogs))
        {
            return new Outcome<AlertRow>.Invalid("", MayNot);
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        if (await registry.Alerts.AsNoTracking().SingleOrDefaultAsync(a => a.Id == id, cancel) is not { } alert)
        {
            return new Outcome<AlertRow>.NotFound();
        }

        await notifier.RaiseAsync(AlertNotices.Test(alert, clock.GetUtcNow()), cancel);
        return new Outcome<AlertRow>.Ok(AlertRow.Of(alert));
    }

    private async Task<Dictionary<string, string>> RulesOfAsync(AlertForm form, CancellationToken cancel)
    {
        var reasons = FormRules.Check(form);
        if ((await reader.ReadAsync(form.Query, cancel)).Problem is { } problem)
        {
            reasons.TryAdd(nameof(form.Query), problem);
        }

        return reasons;
    }

    /// <summary>What nobody checks any more is over; unless it was only tried.</summary>
    private async Task EndAsync(RegistryDbContext registry, int id, CancellationToken cancel)
    {
        if (registry.DryRun is null)
        {
            await notifier.ResolveAsync(AlertNotices.KeyOf(id), cancel);
            await notifier.ResolveAsync(AlertNotices.FailingKeyOf(id), cancel);
        }
    }

    [LoggerMessage(LogLevel.Information, "The alert {Id} was saved as version {Version}")]
    private partial void LogSaved(int id, int version);

    [LoggerMessage(LogLevel.Information, "The alert {Id} was deleted")]
    private partial void LogDeleted(int id);
}
