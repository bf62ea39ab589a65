using Sanctum.Configurator.Features.Logs.Searching;

namespace Sanctum.Configurator.Features.Logs.Alerts;

/// <summary>Says how often an alert would have been raised in the last day, by the histogram's minutes.</summary>
public sealed class AlertPreviewer(LogHistogram histogram, LogQueryReader reader, TimeProvider clock)
{
    /// <summary>How long the counting may take; what it has not come to by then is left out.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>Minutes of the day, and of the longest window before it.</summary>
    private const int MostMinutes = 9 * 24 * 60;

    /// <summary>The form needs no name yet.</summary>
    public async Task<Outcome<AlertPreview>> PreviewAsync(AlertForm form, CancellationToken cancel)
    {
        var reasons = FormRules.Check(form);
        reasons.Remove(nameof(form.Name));
        var reading = await reader.ReadAsync(form.Query, cancel);
        if (reading.Problem is { } problem)
        {
            reasons.TryAdd(nameof(form.Query), problem);
        }

        if (reasons.Count > 0)
        {
            return new Outcome<AlertPreview>.Invalid(reasons);
        }

        var now = clock.GetUtcNow();
        var filter = reading.Filter with { From = now - Day - TimeSpan.FromSeconds(form.WindowSeconds), To = now };
        var begun = clock.GetTimestamp();
        LogBars? counted = null;
        await foreach (var bars in histogram.CountAsync(filter, cancel, MostMinutes))
        {
            counted = bars;
            if (clock.GetElapsedTime(begun) > Patience)
            {
                break;
            }
        }

        return new Outcome<AlertPreview>.Ok(counted is null ? new(0, false, true) : Of(counted, form, now - Day));
    }

    /// <summary>
    /// Goes through the minutes with the window's sum, and counts how often it came to the threshold, or was there when the day began.
    /// </summary>
    private static AlertPreview Of(LogBars bars, AlertForm form, DateTimeOffset from)
    {
        var window = (int)Math.Ceiling(form.WindowSeconds / bars.Width.TotalSeconds);
        var (sum, times, isRaised, isCounted) = (0L, 0, false, false);
        for (var at = 0; at < bars.Counts.Count; at++)
        {
            sum += bars.Counts[at].Sum() - (at >= window ? bars.Counts[at - window].Sum() : 0);
            isRaised = sum >= form.Threshold;
            times += isRaised && !isCounted && bars.From + (bars.Width * (at + 1)) > from ? 1 : 0;
            isCounted = isRaised && times > 0;
        }

        return new(times, isRaised, bars.IsWhole);
    }
}
