using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;

namespace Sanctum.Configurator.Features.ScheduledJobs;

/// <summary>What is due in the next seven days, as a calendar by the reader's own clock.</summary>
public sealed partial class JobWeek
{
    private const int Days = 7;

    /// <summary>More times on a day are said by their number, after all else.</summary>
    private const int MostApart = 3;

    private TimeZoneInfo _zone = TimeZoneInfo.Utc;

    /// <summary>What is due in a week at least.</summary>
    [Parameter, EditorRequired]
    public required ComingJobs Coming { get; set; }

    [Inject]
    public required Browser Browser { get; init; }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender && await Browser.FindTimeZoneAsync() is { } name && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone))
        {
            _zone = zone;
            StateHasChanged();
        }
    }

    private IEnumerable<(DateOnly Day, IReadOnlyList<Entry> Entries)> Week()
    {
        var today = DateOnly.FromDateTime(Local(Coming.From));
        return Enumerable
            .Range(0, Days)
            .Select(today.AddDays)
            .Select(day =>
                (
                    day,
                    (IReadOnlyList<Entry>)
                        [
                            .. Coming
                                .Jobs.Select(job => Find(job, day))
                                .OfType<Entry>()
                                .OrderBy(entry => entry.IsOften)
                                .ThenBy(entry => entry.First),
                        ]
                )
            );
    }

    private Entry? Find(ComingJob job, DateOnly day)
    {
        var clocks = job.Times.Select(Local).ToList();
        var times = clocks.FindAll(clock => DateOnly.FromDateTime(clock) == day).ConvertAll(TimeOnly.FromDateTime);
        var isOften = job.IsCut && DateOnly.FromDateTime(clocks[0]) <= day;
        return isOften ? new(job.Id, job.Name, job.Sentence, IsOften: true, TimeOnly.MinValue, "often")
            : times.Count == 0 ? null
            : new(
                job.Id,
                job.Name,
                job.Sentence,
                times.Count > MostApart,
                times[0],
                times.Count <= MostApart
                    ? string.Join(", ", times.Select(Text))
                    : $"{times.Count.ToString(CultureInfo.InvariantCulture)} times, {Text(times[0])} to {Text(times[^1])}"
            );
    }

    private DateTime Local(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, _zone).DateTime;

    private static string Text(DateOnly day) => day.ToString("ddd d MMM", CultureInfo.InvariantCulture);

    private static string Text(TimeOnly time) => time.ToString("HH:mm", CultureInfo.InvariantCulture);

    private sealed record Entry(int Id, string Name, string? Sentence, bool IsOften, TimeOnly First, string When);
}
