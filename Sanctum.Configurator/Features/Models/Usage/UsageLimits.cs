using Sanctum.Configurator.Registry.Models;

namespace Sanctum.Configurator.Features.Models.Usage;

/// <summary>What somebody has used of a limit.</summary>
/// <param name="CostMicros">As far as prices are known, in millionths of a dollar.</param>
public sealed record LimitState(LlmPeriod Period, long? MaxTokens, long? MaxCostMicros, long Tokens, long CostMicros, DateTimeOffset EndsAt)
{
    public bool IsReached => Tokens >= MaxTokens || CostMicros >= MaxCostMicros;
}

/// <summary>Whether somebody may call another model: what he has used since the day or the month began, in UTC, against his limits.</summary>
public sealed class UsageLimits(IDbContextFactory<RegistryDbContext> registries, TimeProvider clock)
{
    /// <summary>Why not, in a sentence; null where he may. Who is nobody in particular has no limit.</summary>
    public async Task<string?> CheckAsync(int? userId, CancellationToken cancel) =>
        userId is { } user && (await ReadAsync(user, cancel)).FirstOrDefault(limit => limit.IsReached) is { } reached
            ? Sentence(reached)
            : null;

    /// <summary>His own limits, and everybody's for the periods for which he has none.</summary>
    public async Task<IReadOnlyList<LimitState>> ReadAsync(int user, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var limits = await registry.LlmLimits.AsNoTracking().Where(l => l.UserId == null || l.UserId == user).ToListAsync(cancel);
        List<LimitState> states = [];
        foreach (var limit in limits.GroupBy(l => l.Period).Select(same => same.OrderBy(l => l.UserId is null ? 1 : 0).First()))
        {
            states.Add(await StateOfAsync(registry, limit, user, cancel));
        }

        return states;
    }

    private async Task<LimitState> StateOfAsync(RegistryDbContext registry, LlmLimit limit, int user, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var (from, until) = PeriodOf(limit.Period, now);
        var used = await registry
            .LlmUsage.Where(u => u.UserId == user && u.UsedAt >= from)
            .GroupBy(_ => 1)
            .Select(all => new
            {
                Tokens = all.Sum(u =>
                    (u.InputTokens ?? 0)
                    + (u.CachedReadTokens ?? 0)
                    + (u.CacheWriteTokens ?? 0)
                    + (u.OutputTokens ?? 0)
                    + (u.ReasoningTokens ?? 0)
                    + (u.EmbeddingTokens ?? 0)
                ),
                Cost = all.Sum(u => u.CostMicros ?? 0),
            })
            .SingleOrDefaultAsync(cancel);
        return new(limit.Period, limit.MaxTokens, limit.MaxCostMicros, used?.Tokens ?? 0, used?.Cost ?? 0, until);
    }

    internal static (DateTimeOffset From, DateTimeOffset Until) PeriodOf(LlmPeriod period, DateTimeOffset now)
    {
        var day = new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero);
        return period == LlmPeriod.Day ? (day, day.AddDays(1)) : (day.AddDays(1 - day.Day), day.AddDays(1 - day.Day).AddMonths(1));
    }

    private static string Sentence(LimitState reached)
    {
        var period = reached.Period == LlmPeriod.Day ? "day" : "month";
        var what =
            reached.Tokens >= reached.MaxTokens
                ? string.Create(CultureInfo.InvariantCulture, $"{reached.Tokens:N0} of {reached.MaxTokens:N0} tokens")
                : $"{MoneyText.Of(reached.CostMicros)} of {MoneyText.Of(reached.MaxCostMicros)}";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Your limit for this {period} is reached: {what} are used. It begins anew on {reached.EndsAt:yyyy-MM-dd} (UTC)."
        );
    }
}
