using Sanctum.Configurator.Features.Logs.Searching;
using Sanctum.Configurator.Registry.LogViews;

namespace Sanctum.Configurator.Features.Logs.Views;

/// <summary>The searches that are kept under a name: one's own, and those that are shared. Who reads the logs may keep some.</summary>
public sealed partial class LogViewService(
    IDbContextFactory<RegistryDbContext> registries,
    LogQueryReader reader,
    CurrentUser caller,
    TimeProvider clock,
    ILogger<LogViewService> log
)
{
    private const string MayNot = "You don't have permission to read the logs. Ask an administrator.";
    private const string NotYours = "This view belongs to somebody else. Save your own view with the same search.";
    private const string MayNotShare = "Sharing views requires the permission registry:operate. Don't share the view, or ask an operator.";

    private static readonly Sorts<LogView> Sorts = new Sorts<LogView>("log views", v => v.Id)
        .By("name", v => v.Name)
        .By("updated_at", v => v.UpdatedAt);

    /// <summary>Whether the caller's views may be shared.</summary>
    public Task<bool> MayShareAsync() => caller.MayAsync(Policies.OperateRegistry);

    /// <summary>One's own and the shared ones, sorted by "name" or "updated_at". The search finds names.</summary>
    public async Task<PageOf<LogViewRow>> ListAsync(PageRequest page, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var mayManage = await caller.MayAsync(Policies.ManageLogs);
        var views = Visible(registry.LogViews.AsNoTracking(), mayManage);
        if (page.Search?.Trim().ToUpperInvariant() is { Length: > 0 } upper)
        {
            // Upper case on both sides: the two databases disagree on what LIKE ignores.
#pragma warning disable CA1304, CA1311, CA1862 // Translated to SQL's upper(), which takes no culture.
            views = views.Where(v => v.Name.ToUpper().Contains(upper));
#pragma warning restore CA1304, CA1311, CA1862
        }

        var some = await Sorts.ReadAsync(views, page, cancel);
        var names = await OwnersAsync(registry, some.Items, cancel);
        return some.Select(view => RowOf(view, names, mayManage));
    }

    /// <summary>Null where there is none that the caller sees.</summary>
    public async Task<LogViewRow?> FindAsync(int id, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var mayManage = await caller.MayAsync(Policies.ManageLogs);
        return await Visible(registry.LogViews.AsNoTracking(), mayManage).SingleOrDefaultAsync(v => v.Id == id, cancel) is { } view
            ? RowOf(view, await OwnersAsync(registry, [view], cancel), mayManage)
            : null;
    }

    /// <summary>Keeps a view, or changes the one the form names.</summary>
    public async Task<Outcome<LogViewRow>> SaveAsync(LogViewForm form, CancellationToken cancel)
    {
        if (!await caller.MayAsync(Policies.ReadLogs))
        {
            return new Outcome<LogViewRow>.Invalid("", MayNot);
        }

        var reasons = await RulesOfAsync(form, cancel);
        await using var registry = await registries.CreateDbContextAsync(cancel);
        await registry.BeginWritingAsync(cancel);
        var now = clock.GetUtcNow();
        var mayManage = await caller.MayAsync(Policies.ManageLogs);
        var view = form.Id is null
            ? new LogView
            {
                Name = "",
                UserId = caller.Id,
                CreatedAt = now,
                UpdatedAt = now,
            }
            : await Visible(registry.LogViews, mayManage).SingleOrDefaultAsync(v => v.Id == form.Id, cancel);
        if (await WhyNotAsync(registry, view, form.Version, mayManage, cancel) is { } not)
        {
            return not;
        }

        if (await CheckAsync(registry, form, view!, reasons, cancel) is { Count: > 0 })
        {
            return new Outcome<LogViewRow>.Invalid(reasons);
        }

        (view!.Name, view.Query, view.IsShared) = (form.Name.Trim(), form.Query ?? "", form.IsShared);
        if (form.Id is null)
        {
            registry.Add(view);
        }

        await registry.SaveChangesAsync(cancel);
        await registry.CommitWritingAsync(cancel);
        LogSaved(view.Id, view.Version);
        return new Outcome<LogViewRow>.Ok(RowOf(view, await OwnersAsync(registry, [view], cancel), mayManage));
    }

    /// <param name="version">Null for whichever it is.</param>
    public async Task<Outcome<LogViewRow>> DeleteAsync(int id, int? version, CancellationToken cancel)
    {
        if (!await caller.MayAsync(Policies.ReadLogs))
        {
            return new Outcome<LogViewRow>.Invalid("", MayNot);
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        await registry.BeginWritingAsync(cancel);
        var mayManage = await caller.MayAsync(Policies.ManageLogs);
        var view = await Visible(registry.LogViews, mayManage).SingleOrDefaultAsync(v => v.Id == id, cancel);
        if (await WhyNotAsync(registry, view, version ?? view?.Version ?? 0, mayManage, cancel) is { } not)
        {
            return not;
        }

        var row = RowOf(view!, await OwnersAsync(registry, [view!], cancel), mayManage);
        registry.Remove(view!);
        await registry.SaveChangesAsync(cancel);
        await registry.CommitWritingAsync(cancel);
        LogDeleted(id);
        return new Outcome<LogViewRow>.Ok(row);
    }

    /// <summary>What nobody owns any more is the administrators' to share or to delete.</summary>
    private IQueryable<LogView> Visible(IQueryable<LogView> all, bool mayManage)
    {
        var me = caller.Id;
        return all.Where(v => v.IsShared || (me != null && v.UserId == me) || (mayManage && v.UserId == null));
    }

    private bool MayChange(LogView view, bool mayManage) => mayManage || (view.UserId is { } owner && owner == caller.Id) || view.Id == 0;

    /// <summary>Null where it may be changed.</summary>
    private async Task<Outcome<LogViewRow>?> WhyNotAsync(
        RegistryDbContext registry,
        LogView? view,
        int version,
        bool mayManage,
        CancellationToken cancel
    ) =>
        view switch
        {
            null => new Outcome<LogViewRow>.NotFound(),
            _ when !MayChange(view, mayManage) => new Outcome<LogViewRow>.Invalid("", NotYours),
            _ when view.Id != 0 && view.Version != version => new Outcome<LogViewRow>.Conflict(
                RowOf(view, await OwnersAsync(registry, [view], cancel), mayManage)
            ),
            _ => null,
        };

    private async Task<Dictionary<string, string>> RulesOfAsync(LogViewForm form, CancellationToken cancel)
    {
        var reasons = FormRules.Check(form);
        if ((await reader.ReadAsync(form.Query, cancel)).Problem is { } problem)
        {
            reasons.TryAdd(nameof(form.Query), problem);
        }

        return reasons;
    }

    private async Task<Dictionary<string, string>> CheckAsync(
        RegistryDbContext registry,
        LogViewForm form,
        LogView view,
        Dictionary<string, string> reasons,
        CancellationToken cancel
    )
    {
        if (form.IsShared && !view.IsShared && !await MayShareAsync())
        {
            reasons.TryAdd(nameof(form.IsShared), MayNotShare);
        }

        var name = form.Name.Trim();
        var names = await registry.LogViews.Where(v => v.Id != view.Id && v.UserId == view.UserId).Select(v => v.Name).ToListAsync(cancel);
        if (names.Contains(name, StringComparer.OrdinalIgnoreCase))
        {
            reasons.TryAdd(nameof(form.Name), $"A view named {name} already exists.");
        }

        return reasons;
    }

    private static async Task<Dictionary<int, string>> OwnersAsync(
        RegistryDbContext registry,
        IReadOnlyList<LogView> views,
        CancellationToken cancel
    )
    {
        var ids = views.Select(v => v.UserId).OfType<int>().Distinct().ToList();
        return await registry.Users.Where(u => ids.Contains(u.Id)).ToDictionaryAsync(u => u.Id, u => u.UserName ?? "", cancel);
    }

    private LogViewRow RowOf(LogView view, Dictionary<int, string> owners, bool mayManage) =>
        new(
            view.Id,
            view.Name,
            view.Query,
            view.IsShared,
            view.UserId is { } owner ? owners.GetValueOrDefault(owner) : null,
            MayChange(view, mayManage),
            view.UpdatedAt,
            view.Version
        );

    [LoggerMessage(LogLevel.Information, "The log view {Id} was saved as version {Version}")]
    private partial void LogSaved(int id, int version);

    [LoggerMessage(LogLevel.Information, "The log view {Id} was deleted")]
    private partial void LogDeleted(int id);
}
