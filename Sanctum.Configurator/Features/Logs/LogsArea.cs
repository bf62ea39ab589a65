using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Logs.Searching;
using Sanctum.Configurator.Features.Logs.Storing;
using Sanctum.Configurator.Features.Overview;
using Sanctum.Configurator.Registry.Logs;

namespace Sanctum.Configurator.Features.Logs;

/// <summary>The errors in the logs on the Overview, out of the sums that the index keeps.</summary>
internal sealed class LogsArea(LogHistogram histogram, LogCounter counter, Signal<LinesArrived> lines, TimeProvider clock) : IOverviewArea
{
    private const string Errors = "level>=error";
    private const int Shown = 24;

    /// <summary>The week before the hours that are shown.</summary>
    private const int Learnt = 7 * 24;

    /// <summary>Fewer errors in an hour are nothing to speak of.</summary>
    private const int Fewest = 5;

    /// <summary>So many times what an hour usually has.</summary>
    private const double Above = 3;

    private static readonly LogFilter Filter = new() { Levels = [LogLevelWord.Error, LogLevelWord.Critical] };

    public string Title => "Logs";

    public string Url => Urls.Logs;

    public string Icon => "logs";

    public int Order => 50;

    public string Policy => Policies.ReadLogs;

    public IDisposable Subscribe(Action changed) => lines.Subscribe(_ => changed());

    public async Task<AreaReading> ReadAsync(CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var hours = await CountHoursAsync(now, cancel);
        var usual = hours[..Learnt].Average();
        var last = (await counter.CountAsync(Filter, now.AddHours(-1), now, long.MaxValue, cancel)).Lines;
        var isAbove = last >= Fewest && last > Above * usual;
        return new() { Tile = TileOf(hours[Learnt..], usual, isAbove), Attention = isAbove ? [AttentionFor(last, usual, now)] : [] };
    }

    /// <summary>The errors of each hour up to this one.</summary>
    private async Task<long[]> CountHoursAsync(DateTimeOffset now, CancellationToken cancel)
    {
        var end = new DateTimeOffset(now.UtcTicks - (now.UtcTicks % TimeSpan.TicksPerHour), TimeSpan.Zero).AddHours(1);
        var counts = new long[Learnt + Shown];
        var week = Filter with { From = end.AddHours(-counts.Length), To = end };
        await foreach (var bars in histogram.CountAsync(week, cancel, counts.Length + 1))
        {
            for (var at = 0; at < counts.Length && at < bars.Counts.Count; at++)
            {
                counts[at] = bars.Counts[at].Sum();
            }
        }

        return counts;
    }

    private static OverviewTile TileOf(long[] hours, double usual, bool isAbove)
    {
        var (all, most) = (hours.Sum(), hours.Max());
        var words = string.Create(CultureInfo.InvariantCulture, $"Errors by hour: {all:N0} in 24 hours, at most {most:N0} in an hour");
        var caption = usual == 0 ? "Usually none" : $"Usually {UsualOf(usual)} an hour";
        return new("Errors in 24 hours", all.ToString("N0", CultureInfo.InvariantCulture), caption, isAbove ? Tone.Bad : Tone.Neutral)
        {
            Picture = new BarsPicture(words, [.. hours.Select(count => new SmallBar(count, Tone.Bad))]),
        };
    }

    private static Attention AttentionFor(long last, double usual, DateTimeOffset now)
    {
        var detail = string.Create(CultureInfo.InvariantCulture, $"{last:N0} in the last hour; usually {UsualOf(usual)}.");
        return new(Tone.Bad, "There are more errors in the logs than usual", detail)
        {
            Act = new("See the errors", Policies.ReadLogs)
            {
                Url = Urls.LogsSince(Errors, now.AddHours(-1)),
                Api = $"GET /api/logs?q={Errors}",
            },
        };
    }

    private static string UsualOf(double usual) =>
        usual switch
        {
            0 => "none",
            < 1 => "less than one",
            _ => usual.ToString("N0", CultureInfo.InvariantCulture),
        };
}
