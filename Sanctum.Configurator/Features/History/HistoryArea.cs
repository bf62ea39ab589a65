using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Overview;

namespace Sanctum.Configurator.Features.History;

/// <summary>The changes of today on the Overview; a day begins by the clock of the machine that the console runs on.</summary>
internal sealed class HistoryArea(HistoryService history, TimeProvider clock) : IOverviewArea
{
    public string Title => "History";

    public string Url => Urls.History;

    public string Icon => "history";

    public int Order => 60;

    public string Policy => Policies.ReadHistory;

    public IReadOnlyCollection<string>? Follows => null;

    public async Task<AreaReading> ReadAsync(CancellationToken cancel)
    {
        var midnight = MidnightOf(clock.GetLocalNow());
        var today = await history.ListAsync(new(From: midnight), new(0, 1), after: null, cancel);
        var hours = await history.CountByHourAsync(midnight, cancel);
        var words = string.Create(
            CultureInfo.InvariantCulture,
            $"Changes by hour since midnight: {today.Total:N0} in all, at most {hours.Max():N0} in an hour"
        );
        var caption = today.Items is [var newest] ? $"Last by {newest.Actor}" : "No changes today";
        return new()
        {
            Tile = new("Changes today", today.Total.ToString("N0", CultureInfo.InvariantCulture), caption)
            {
                Picture = new BarsPicture(words, [.. hours.Select(count => new SmallBar(count))]),
            },
        };
    }

    private static DateTimeOffset MidnightOf(DateTimeOffset local) => new(local.Date, local.Offset);
}
