using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Features.Models.Usage;
using Sanctum.Configurator.Registry.Models;

namespace Sanctum.Configurator.Features.Models;

/// <summary>What the models took.</summary>
public sealed partial class UsageTab
{
    private const int Days = 30;

    private IReadOnlyList<UsageSum> _days = [];
    private IReadOnlyList<UsageSum> _models = [];
    private IReadOnlyList<LimitState> _limits = [];

    [Inject]
    public required UsageReader Usage { get; init; }

    [Inject]
    public required LimitService Limits { get; init; }

    private string Summary
    {
        get
        {
            var (cost, unpriced) = (_days.Sum(day => day.CostMicros), _days.Sum(day => day.Unpriced));
            var money =
                unpriced == 0 ? MoneyText.Of(cost)
                : cost == 0 ? "cost unknown"
                : $"{MoneyText.Of(cost)}, and {Counts.Of(unpriced, "call")} of unknown cost";
            return $"{Counts.Of(_days.Sum(day => day.Calls), "call")}, {Counts.Of(_days.Sum(day => day.Tokens), "token")}, {money}";
        }
    }

    protected override async Task ReadAsync(CancellationToken cancel)
    {
        _days = await Usage.SumAsync(UsageGroup.Day, Days, cancel);
        _models = await Usage.SumAsync(UsageGroup.Model, Days, cancel);
        _limits = await Limits.MineAsync(cancel);
    }

    private static string LabelOf(LimitState limit) => limit.Period == LlmPeriod.Day ? "Your limit for today" : "Your limit for this month";

    private static double ShareOf(LimitState limit) =>
        Math.Min(
            1,
            Math.Max(
                limit.Tokens / (double)(limit.MaxTokens ?? long.MaxValue),
                limit.CostMicros / (double)(limit.MaxCostMicros ?? long.MaxValue)
            )
        );

    private static string TextOf(LimitState limit) =>
        string.Join(
            ", ",
            new[]
            {
                limit.MaxTokens is { } tokens ? $"{Number(limit.Tokens)} of {Number(tokens)} tokens" : null,
                limit.MaxCostMicros is { } cost ? $"{MoneyText.Of(limit.CostMicros)} of {MoneyText.Of(cost)}" : null,
            }.OfType<string>()
        );

    private static string CostOf(UsageSum sum) =>
        sum.Unpriced == 0 ? MoneyText.Of(sum.CostMicros)
        : sum.CostMicros == 0 ? MoneyText.Of(null)
        : $"{MoneyText.Of(sum.CostMicros)} and unknown";

    private static string TotalOf(TokenCounts tokens) =>
        tokens == TokenCounts.Unknown ? "unknown" : $"{Number(tokens.Total)}{(tokens.IsEstimated ? " estimated" : "")}";

    private static string TokensOf(TokenCounts tokens) =>
        string.Join(
            ", ",
            ModelLabels
                .Kinds.Where(kind => tokens.Of(kind.Value) is > 0)
                .Select(kind => $"{kind.Text.ToLowerInvariant()} {Number(tokens.Of(kind.Value)!.Value)}")
        );

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
