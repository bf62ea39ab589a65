using FsCheck;
using FsCheck.Fluent;

namespace Sanctum.Configurator.Tests.Platform.Cron;

/// <summary>Expressions made by chance, the same in each run of the tests.</summary>
internal static class CronText
{
    private static readonly string[] Months = ["JAN", "feb", "MAR", "JUN", "Sep", "DEC"];
    private static readonly string[] Weekdays = ["SUN", "mon", "TUE", "Thu", "FRI", "SAT"];

    public static IEnumerable<string> Some(int count) => Expressions().Sample(count, new Rnd(7, 13), 20).Distinct();

    private static Gen<string> Expressions() =>
        from minute in Field(0, 59, [])
        from hour in Field(0, 23, [])
        from day in Gen.Frequency((5, Gen.Constant("*")), (4, Field(1, 31, [])), (2, MovingDays()))
        from month in Gen.Frequency((5, Gen.Constant("*")), (3, Field(1, 12, Months)))
        from weekday in Gen.Frequency((5, Gen.Constant("*")), (4, Field(0, 7, Weekdays)), (2, NthWeekday()))
        select $"{minute} {hour} {day} {month} {weekday}";

    private static Gen<string> Field(int min, int max, string[] names) =>
        Gen.Frequency(
            (2, Gen.Constant("*")),
            (2, from step in Gen.Choose(1, Math.Min(max, 30) - 1) select $"*/{step}"),
            (4, Value(min, max, names)),
            (2, Gen.ListOf(Term(min, max, names), 2).Select(terms => string.Join(',', terms))),
            (3, Term(min, max, names)),
            (1, Gen.ListOf(Value(min, max, names), 4).Select(terms => string.Join(',', terms)))
        );

    private static Gen<string> Term(int min, int max, string[] names) =>
        Gen.OneOf(
            Value(min, max, names),
            from low in Value(min, max, names)
            from high in Value(min, max, names)
            select $"{low}-{high}",
            from low in Value(min, max, names)
            from high in Value(min, max, names)
            from step in Gen.Choose(1, Math.Min(max, 9) - 1)
            select $"{low}-{high}/{step}",
            from low in Value(min, max, names)
            from step in Gen.Choose(1, Math.Min(max, 20) - 1)
            select $"{low}/{step}"
        );

    private static Gen<string> Value(int min, int max, string[] names)
    {
        var numbers = Gen.Choose(min, max).Select(value => $"{value}");
        return names.Length == 0 ? numbers : Gen.OneOf(numbers, Gen.Elements(names));
    }

    private static Gen<string> MovingDays() =>
        Gen.OneOf(
            Gen.Elements("L", "LW", "l", "L,15", "15W,L-3", "1W,15W", "30W"),
            from before in Gen.Choose(1, 30)
            select $"L-{before}",
            from before in Gen.Choose(1, 30)
            select $"L-{before}W",
            from day in Gen.Choose(1, 31)
            select $"{day}W"
        );

    private static Gen<string> NthWeekday() =>
        Gen.OneOf(
            from day in Value(0, 7, Weekdays)
            select $"{day}L",
            from day in Value(0, 7, Weekdays)
            from nth in Gen.Choose(1, 5)
            select $"{day}#{nth}"
        );
}
