namespace Sanctum.Configurator.Features.Models.Life;

/// <summary>When a model ends, and who says so.</summary>
/// <param name="Replacement">What the provider names in its place; null where it names nothing.</param>
/// <param name="Source">Such as "the provider's list".</param>
public sealed record ModelEnd(DateOnly EndsOn, string? Replacement, string Source)
{
    /// <summary>The days before the end on which the operator is told.</summary>
    public static readonly IReadOnlyList<int> NoticeDays = [60, 30, 7];

    /// <summary>Whole days from today; 0 on the last day, negative afterwards.</summary>
    public int DaysFrom(DateOnly today) => EndsOn.DayNumber - today.DayNumber;

    public bool IsSoon(DateOnly today) => DaysFrom(today) <= NoticeDays[0];

    /// <summary>Such as "ends in 46 days, on 14 Jan 2027".</summary>
    public string Sentence(DateOnly today)
    {
        var day = EndsOn.ToString("d MMM yyyy", CultureInfo.InvariantCulture);
        return DaysFrom(today) switch
        {
            < 0 => $"ended on {day}",
            0 => "ends today",
            1 => $"ends tomorrow, on {day}",
            var days => string.Create(CultureInfo.InvariantCulture, $"ends in {days} days, on {day}"),
        };
    }
}
