using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Data;
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
    TokenCounts Tokens,
    long? CostMicros,
    double? FirstTokenMs,
    double TotalMs,
    string Outcome
);

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
                    new(u.InputTokens, u.CachedReadTokens, u.CacheWriteTokens, u.OutputTokens, u.ReasoningTokens, u.EmbeddingTokens),
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
        var today = new DateTimeOffset(clock.GetUtcNow().UtcDateTime.Date, TimeSpan.Zero);
        var from = today.AddDays(1 - Math.Clamp(days, 1, MostDays));
        var calls = await (await MineAsync(registry))
            .Where(u => u.UsedAt >= from)
            .Select(u => new Call(
                u.UsedAt,
                u.Type,
                u.Model,
                u.UserId,
                u.Outcome,
                (u.InputTokens ?? 0)
                    + (u.CachedReadTokens ?? 0)
                    + (u.CacheWriteTokens ?? 0)
                    + (u.OutputTokens ?? 0)
                    + (u.ReasoningTokens ?? 0)
                    + (u.EmbeddingTokens ?? 0),
                u.CostMicros
            ))
            .ToListAsync(cancel);
        var names = by == UsageGroup.User ? await NamesAsync(registry, calls.Select(c => c.UserId), cancel) : [];
        var sums = calls
            .GroupBy(call =>
                by switch
                {
                    UsageGroup.Day => DayOf(call.UsedAt),
                    UsageGroup.Model => $"{call.Type}/{call.Model}",
                    UsageGroup.User => call.UserId is { } user ? names.GetValueOrDefault(user) ?? Nobody : Nobody,
                    _ => call.Outcome,
                }
            )
            .Select(group => new UsageSum(
                group.Key,
                group.Count(),
                group.Count(call => call.Outcome is not ("ok" or "cancelled")),
                group.Sum(call => call.Tokens),
                group.Sum(call => call.CostMicros ?? 0),
                group.Count(call => call.CostMicros is null && call.Outcome == "ok")
            ))
            .ToDictionary(sum => sum.Name);
        return by == UsageGroup.Day
            ?
            [
                .. Enumerable
                    .Range(0, (int)(today - from).TotalDays + 1)
                    .Select(day => DayOf(from.AddDays(day)))
                    .Select(day => sums.GetValueOrDefault(day) ?? new(day, 0, 0, 0, 0, 0)),
            ]
            : [.. sums.Values.OrderByDescending(sum => sum.CostMicros).ThenByDescending(sum => sum.Tokens).ThenBy(sum => sum.Name)];
    }

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

    private sealed record Call(
        DateTimeOffset UsedAt,
        string Type,
        string Model,
        int? UserId,
        string Outcome,
        long Tokens,
        long? CostMicros
    );
}
