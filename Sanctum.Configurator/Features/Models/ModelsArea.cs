using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Models.Saved;
using Sanctum.Configurator.Features.Models.Usage;
using Sanctum.Configurator.Features.Overview;

namespace Sanctum.Configurator.Features.Models;

/// <summary>The models on the Overview: which one answers, what it took, and which end soon.</summary>
internal sealed class ModelsArea(ModelReader models, UsageReader usage) : IOverviewArea
{
    private const int Days = 14;

    public string Title => "Models";

    public string Url => Urls.Models;

    public string Icon => "model";

    public int Order => 25;

    public string Policy => Policies.ReadRegistry;

    public IReadOnlyCollection<string>? Follows => [Tables.LlmConfig, Tables.LlmChecks, Tables.LlmRetirements];

    public async Task<AreaReading> ReadAsync(CancellationToken cancel)
    {
        var rows = (await models.ListAsync(cancel)).Where(row => row.Enabled).ToList();
        var active = rows.FirstOrDefault(row => row is { Active: true, UserId: null });
        var days = await usage.SumAsync(UsageGroup.Day, Days, cancel);

        // What a start has made and nobody has touched is a step to do, and no trouble yet.
        rows.RemoveAll(row =>
            row is { IsPrimary: true, KeySource: KeySource.None, Problem: not null, LastCheck: null } && days.All(day => day.Calls == 0)
        );
        return new()
        {
            Tile = active is null || !rows.Contains(active) ? null : TileOf(active, days),
            Attention =
            [
                .. rows.Where(row => row is { Active: true, Problem: not null }).Select(WithoutKey),
                .. rows.Where(row => row.LastCheck is { IsUp: false } && row.Problem is null).Select(Failing),
                .. rows.Where(row => row.End?.IsSoon(models.Today) == true).Select(Ending),
            ],
            Steps =
            [
                new(
                    "Choose a model",
                    "Enter the key of a provider and test the model.",
                    Urls.Models,
                    rows.Exists(row => row.Active && row.Problem is null),
                    Policies.WriteRegistry
                ),
            ],
        };
    }

    private static OverviewTile TileOf(ModelRow active, IReadOnlyList<UsageSum> days)
    {
        var calls = days.Sum(day => day.Calls);
        var caption =
            calls == 0
                ? $"{active.Provider}, not used in {Days} days"
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"{active.Provider}, {Counts.Of(calls, "call")} in {Days} days, {MoneyText.Of(days.Sum(day => day.CostMicros))}"
                );
        var tone =
            active.Problem is not null || active.LastCheck is { IsUp: false } ? Tone.Bad
            : active.LastCheck is null ? Tone.Neutral
            : Tone.Good;
        return new("Active model", active.Model, caption, tone)
        {
            Picture = new BarsPicture($"Calls of the last {Days} days", [.. days.Select(day => new SmallBar(day.Calls))]),
        };
    }

    private static Attention WithoutKey(ModelRow row) =>
        new(row.KeySource == KeySource.Unreadable ? Tone.Bad : Tone.Warning, $"{row.Name} can't be used", row.Problem)
        {
            Act = new("Open the models", Policies.ReadRegistry) { Url = Urls.Models, Api = $"PUT /api/llm-configs/{row.Id}" },
        };

    private static Attention Failing(ModelRow row) =>
        new(Tone.Bad, $"{row.Name} failed its last test", row.LastCheck!.Message)
        {
            Act = new("Open the models", Policies.ReadRegistry) { Url = Urls.Models, Api = $"POST /api/llm-configs/{row.Id}/test" },
        };

    private Attention Ending(ModelRow row) =>
        new(
            Tone.Warning,
            $"{row.Name} {row.End!.Sentence(models.Today)}",
            row.End.Replacement is { } other ? $"The provider names {other} in its place." : null
        )
        {
            Act = new("Switch to another model", Policies.WriteRegistry) { Url = Urls.Models, Api = "POST /api/llm-configs/replace" },
        };
}
