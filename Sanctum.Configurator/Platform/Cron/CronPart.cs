namespace Sanctum.Configurator.Platform.Cron;

/// <summary>One of the five fields of an expression: its name, its limits, and what is written there.</summary>
internal sealed record CronPart(
    string Name,
    string Article,
    int Min,
    int Max,
    int MostStep,
    string Allowed,
    string Example,
    IReadOnlyList<string> Names
)
{
    public static readonly CronPart Minute = new("minute", "a", 0, 59, 59, "0 to 59", "30, */5 or 0-29", []);

    public static readonly CronPart Hour = new("hour", "an", 0, 23, 23, "0 to 23", "3, 9-17 or */2", []);

    public static readonly CronPart DayOfMonth = new(
        "day of month",
        "a",
        1,
        31,
        31,
        "1 to 31",
        "15, 1-7, L for the last day or 15W for the weekday nearest the 15th",
        []
    );

    public static readonly CronPart Month = new(
        "month",
        "a",
        1,
        12,
        12,
        "1 to 12, or JAN to DEC",
        "6, MAR-OCT or */3",
        ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
    );

    public static readonly CronPart DayOfWeek = new(
        "day of week",
        "a",
        0,
        7,
        7,
        "0 to 7 where 0 and 7 are Sunday, or SUN to SAT",
        "1-5, MON,THU, 5L for the last Friday or 5#2 for the second",
        ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
    );

    public static readonly IReadOnlyList<CronPart> All = [Minute, Hour, DayOfMonth, Month, DayOfWeek];

    public bool IsOfDays => this == DayOfMonth || this == DayOfWeek;

    /// <summary>How many values there are until they begin anew.</summary>
    private int Cycle => this == DayOfWeek ? 7 : Max - Min + 1;

    /// <summary>
    /// The values from one to another in steps. A range whose end is before its start goes round: <c>22-2</c> are the hours
    /// 22, 23, 0, 1 and 2.
    /// </summary>
    public ulong Values(int from, int to, int step)
    {
        var values = 0UL;
        for (var value = from; value <= (to < from ? to + Cycle : to); value += step)
        {
            values |= 1UL << (((value - Min) % Cycle) + Min);
        }

        return values;
    }

    /// <summary>Every value, in steps from the first.</summary>
    public ulong Values(int step) => Values(Min, Last, step);

    /// <summary>The last value of a cycle: Saturday, although 7 may be written for Sunday.</summary>
    public int Last => Min + Cycle - 1;
}
