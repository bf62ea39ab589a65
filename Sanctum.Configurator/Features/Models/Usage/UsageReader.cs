using System.Text.Json.Serialization;
using Sanctum.Configurator.Registry.Models;

namespace Sanctum.Configurator.Features.Models.Usage;

/// <summary>A call of a model as it is listed.</summary>
public sealed record UsageRow(
    long Id,
    DateTimeOffset UsedAt,
    string Type,
    string Model,
    string? User,
    string? Conversation,
    UsageSource Source,
    TokenCounts Tokens,
    long? CostMicros,
    double? FirstTokenMs,
    double TotalMs,
    string Outcome
);

/// <summary>What a model was called for.</summary>
public enum UsageSource
{
    [JsonStringEnumMemberName("talk")]
    Talk,

    [JsonStringEnumMemberName("test")]
    Test,
}

/// <summary>What calls are summed by.</summary>
public enum UsageGroup
{
    [JsonStringEnumMemberName("day")]
    Day,

    [JsonStringEnumMemberName("model")]
    Model,

    [JsonStringEnumMemberName("user")]
    User,

    [JsonStringEnumMemberName("outcome")]
    Outcome,

    /// <summary>Tests apart from talk.</summary>
    [JsonStringEnumMemberName("source")]
    Source,
}

/// <summary>Calls of one group.</summary>
/// <param name="CostMicros">Of the calls whose cost is known, in millionths of a dollar.</param>
/// <param name="Unpriced">Calls whose cost is unknown.</param>
public sealed record UsageSum(string Name, int Calls, int Failed, long Tokens, long CostMicros, int Unpriced);

/// <summary>Reads the calls of models: the caller's own, or everybody's where he may see users.</summary>
public sealed class UsageReader(IDbContextFactory<RegistryDbContext> registries, CurrentUser caller, TimeProvider clock)
{
    /// <summary>A sum is of no more days than these.</summary>
    public const int MostDays = 366;

    private const string Nobody = "nobody in particular";

    public async Task<PageOf<UsageRow>> PageAsync(PageRequest page, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var calls = (await MineAsync(registry)).Where(u => page.Search == null || u.Model.Contains(page.Search));
        var rows = await calls.OrderByDescending(u => u.Id).Skip(page.Skip).Take(page.Take).ToListAsync(cancel);
        var names = await NamesAsync(registry, rows.Select(u => u.UserId), cancel);
        return new(
            [
                .. rows.Select(u => new UsageRow(
                    u.Id,
                    u.UsedAt,
                    u.Type,
                    u.Model,
                    u.UserId is { } user ? names.GetValueOrDefault(user) : null,
                    u.Conversation,
                    u.Conversation == UsageContext.Test ? UsageSource.Test : UsageSource.Talk,
                    TokensOf(u),
                    u.CostMicros,
                    u.FirstTokenMs,
                    u.TotalMs,
                    u.Outcome
                )),
            ],
            await calls.CountAsync(cancel)
        );
    }

    /// <summary>Sums of the last days, today among them; by day in order and without gaps, else the dearest first.</summary>
    public async Task<IReadOnlyList<UsageSum>> SumAsync(UsageGroup by, int days, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var mine = await MineAsync(registry);
        var today = new DateTimeOffset(clock.GetUtcNow().UtcDateTime.Date, TimeSpan.Zero);
        var from = today.AddDays(1 - Math.Clamp(days, 1, MostDays));
        if (by == UsageGroup.Day)
        {
            return await SumDaysAsync(mine, from, today, cancel);
        }

        var calls = mine.Where(u => u.UsedAt >= from);
        IReadOnlyList<UsageSum> sums = by switch
        {
            UsageGroup.Model => await SumAsync(calls.GroupBy(u => u.Type + "/" + u.Model), name => name, cancel),
            UsageGroup.Source => await SumAsync(
                calls.GroupBy(u => u.Conversation == UsageContext.Test),
                isTest => isTest ? "test" : "talk",
                cancel
            ),
            UsageGroup.Outcome => await SumAsync(calls.GroupBy(u => u.Outcome), name => name, cancel),
            _ => await SumUsersAsync(registry, calls, cancel),
        };
        return [.. sums.OrderByDescending(sum => sum.CostMicros).ThenByDescending(sum => sum.Tokens).ThenBy(sum => sum.Name)];
    }

    /// <summary>A query for each day: the databases don't agree on how days are cut out of times.</summary>
    private static async Task<IReadOnlyList<UsageSum>> SumDaysAsync(
        IQueryable<LlmUsage> calls,
        DateTimeOffset from,
        DateTimeOffset today,
        CancellationToken cancel
    )
    {
        List<UsageSum> sums = [];
        for (var day = from; day <= today; day = day.AddDays(1))
        {
            var (begin, end, name) = (day, day.AddDays(1), DayOf(day));
            var ofDay = calls.Where(u => u.UsedAt >= begin && u.UsedAt < end).GroupBy(_ => 1);
            sums.Add((await SumAsync(ofDay, _ => name, cancel)).SingleOrDefault() ?? new(name, 0, 0, 0, 0, 0));
        }

        return sums;
    }

    private static async Task<IReadOnlyList<UsageSum>> SumUsersAsync(
        RegistryDbContext registry,
        IQueryable<LlmUsage> calls,
        CancellationToken cancel
    )
    {
        var names = await NamesAsync(registry, await calls.Select(u => u.UserId).Distinct().ToListAsync(cancel), cancel);
        return await SumAsync(
            calls.GroupBy(u => u.UserId),
            user => user is { } id ? names.GetValueOrDefault(id) ?? Nobody : Nobody,
            cancel
        );
    }

    private static async Task<IReadOnlyList<UsageSum>> SumAsync<TKey>(
        IQueryable<IGrouping<TKey, LlmUsage>> groups,
        Func<TKey, string> nameOf,
        CancellationToken cancel
    )
    {
        var sums = await groups
            .Select(group => new
            {
                group.Key,
                Calls = group.Count(),
                Failed = group.Count(u => u.Outcome != "ok" && u.Outcome != "cancelled"),
                Tokens = group.Sum(u =>
                    (u.InputTokens ?? 0)
                    + (u.CachedReadTokens ?? 0)
                    + (u.CacheWriteTokens ?? 0)
                    + (u.OutputTokens ?? 0)
                    + (u.ReasoningTokens ?? 0)
                    + (u.EmbeddingTokens ?? 0)
                ),
                Cost = group.Sum(u => u.CostMicros ?? 0),
                Unpriced = group.Count(u => u.CostMicros == null && u.Outcome == "ok"),
            })
            .ToListAsync(cancel);
        return [.. sums.Select(sum => new UsageSum(nameOf(sum.Key), sum.Calls, sum.Failed, sum.Tokens, sum.Cost, sum.Unpriced))];
    }

    private static TokenCounts TokensOf(LlmUsage u) =>
        new(
            u.InputTokens,
            u.CachedReadTokens,
            u.CacheWriteTokens,
            u.OutputTokens,
            u.ReasoningTokens,
            u.EmbeddingTokens,
            UsageLedger.IsEstimated(u.Prices)
        );

    private async Task<IQueryable<LlmUsage>> MineAsync(RegistryDbContext registry)
    {
        var (mayAll, me) = (await caller.MayAsync(Policies.ManageUsers), caller.Id);
        return registry.LlmUsage.AsNoTracking().Where(u => mayAll || u.UserId == me);
    }

    private static async Task<Dictionary<int, string>> NamesAsync(
        RegistryDbContext registry,
        IEnumerable<int?> users,
        CancellationToken cancel
    )
    {
        var wanted = users.OfType<int>().ToHashSet();
        return await registry.Users.Where(u => wanted.Contains(u.Id)).ToDictionaryAsync(u => u.Id, u => u.UserName ?? "", cancel);
    }

    private static string DayOf(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
}
