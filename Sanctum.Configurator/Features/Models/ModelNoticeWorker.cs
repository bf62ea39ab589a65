using Sanctum.Configurator.Features.Models.Client;
using Sanctum.Configurator.Features.Models.Life;
using Sanctum.Configurator.Features.Notifications;
using Sanctum.Configurator.Registry.Models;
using Sanctum.Configurator.Registry.Notifications;

namespace Sanctum.Configurator.Features.Models;

/// <summary>
/// Tells the operator 60, 30 and 7 days before an enabled model ends, and when it has ended; takes it back when another one stands in its
/// place.
/// </summary>
internal sealed partial class ModelNoticeWorker(
    IServiceScopeFactory scopes,
    Notifier notifier,
    Signal<RegistryChange> changes,
    TimeProvider clock,
    ILogger<ModelNoticeWorker> log
) : BackgroundService
{
    internal const string GroupPrefix = "model-end:";

    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    private readonly SemaphoreSlim _due = new(1);

    public override void Dispose()
    {
        _due.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var subscription = changes.Subscribe(change =>
        {
            if (change.Tables.Contains(Tables.LlmConfig) || change.Tables.Contains(Tables.LlmRetirements))
            {
                Due();
            }

            return Task.CompletedTask;
        });
        await using var timer = clock.CreateTimer(_ => Due(), null, Every, Every);
        while (true)
        {
            await _due.WaitAsync(stoppingToken);
            try
            {
                await TellAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(e);
            }
        }
    }

    /// <summary>Raises what is due and resolves what no longer is.</summary>
    internal async Task TellAsync(CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        await using var registry = await scope
            .ServiceProvider.GetRequiredService<IDbContextFactory<RegistryDbContext>>()
            .CreateDbContextAsync(cancel);
        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        var ends = await ModelEnds.ReadAsync(registry, cancel);
        var configs = await registry.LlmConfigs.AsNoTracking().Where(c => c.IsEnabled).ToListAsync(cancel);
        var due = configs
            .Select(config => (Config: config, End: ends.Of(config)))
            .Where(one => one.End?.IsSoon(today) == true)
            .DistinctBy(one => GroupOf(one.Config, one.End!, today))
            .ToDictionary(one => GroupOf(one.Config, one.End!, today));
        var open = await registry
            .Notifications.Where(n => n.GroupKey!.StartsWith(GroupPrefix) && n.ResolvedAt == null)
            .Select(n => n.GroupKey!)
            .ToListAsync(cancel);
        foreach (var over in open.Where(key => !due.ContainsKey(key)))
        {
            await notifier.ResolveAsync(over, cancel);
        }

        foreach (var (key, one) in due.Where(pair => !open.Contains(pair.Key)))
        {
            await notifier.RaiseAsync(NoticeOf(key, one.Config, one.End!, today), cancel);
        }
    }

    private static Notice NoticeOf(string key, LlmConfig config, ModelEnd end, DateOnly today)
    {
        var name = $"{LlmProvider.Of(config.Type).Name} {config.Model}";
        return new(
            end.DaysFrom(today) <= ModelEnd.NoticeDays[^1] ? NoticeLevel.Error : NoticeLevel.Warning,
            NoticeSources.Models,
            $"{name} {end.Sentence(today)}"
        )
        {
            Message = end.Replacement is { } other
                ? $"Source: {end.Source}. The provider names {other} in its place. Switch all uses on the page Models."
                : $"Source: {end.Source}. Choose another model, and switch all uses on the page Models.",
            Link = Urls.Models,
            GroupKey = key,
            IsLasting = true,
        };
    }

    /// <summary>One notice for each step of days, so that it is told anew when the end comes nearer.</summary>
    private static string GroupOf(LlmConfig config, ModelEnd end, DateOnly today)
    {
        var days = end.DaysFrom(today);
        var step = days < 0 ? -1 : ModelEnd.NoticeDays.Last(step => days <= step);
        return $"{GroupPrefix}{config.Type}/{config.Model}:{end.EndsOn:yyyy-MM-dd}:{step}";
    }

    private void Due()
    {
        if (_due.CurrentCount == 0)
        {
            _due.Release();
        }
    }

    [LoggerMessage(LogLevel.Error, "The notifications about models that end could not be updated; they are tried again within the hour")]
    private partial void LogFailed(Exception exception);
}
