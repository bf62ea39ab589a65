namespace Sanctum.Configurator.Platform.Cron;

/// <summary>Lists, numbers and ordinals in English.</summary>
internal static class CronWording
{
    private const int FewestOfStep = 5;

    /// <summary><c>a, b and c</c>.</summary>
    public static string List(IEnumerable<string> words, string last = "and")
    {
        var all = words.ToList();
        return all.Count < 2 ? string.Concat(all) : $"{string.Join(", ", all.Take(all.Count - 1))} {last} {all[^1]}";
    }

    /// <summary>Values by their words; three or more that follow each other as <c>a to c</c>.</summary>
    public static string Ranges(IReadOnlyList<int> values, Func<int, string> word)
    {
        var parts = new List<string>();
        for (var at = 0; at < values.Count; )
        {
            var end = at;
            while (end + 1 < values.Count && values[end + 1] == values[end] + 1)
            {
                end++;
            }

            end = end - at < 2 ? at : end;
            parts.Add(end == at ? word(values[at]) : $"{word(values[at])} to {word(values[end])}");
            at = end + 1;
        }

        return List(parts);
    }

    /// <summary><c>minute 5</c>, <c>minutes 5 and 9</c>, <c>minutes 0 to 9</c>, or <c>every 7th minute from 0 to 56</c>.</summary>
    public static string Numbers(string unit, IReadOnlyList<int> values) =>
        StepOf(values) is { } step
            ? string.Create(CultureInfo.InvariantCulture, $"every {Ordinal(step)} {unit} from {values[0]} to {values[^1]}")
            : $"{unit}{(values.Count == 1 ? "" : "s")} {Ranges(values, value => value.ToString(CultureInfo.InvariantCulture))}";

    /// <summary>The distance between five or more values that are as far from each other, where it is 2 or more.</summary>
    public static int? StepOf(IReadOnlyList<int> values)
    {
        if (values.Count < FewestOfStep)
        {
            return null;
        }

        var step = values[1] - values[0];
        return step > 1 && Enumerable.Range(1, values.Count - 1).All(at => values[at] - values[at - 1] == step) ? step : null;
    }

    public static string Ordinal(int number) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{number}{(number % 10, number / 10) switch
    {
        (1, not 1) => "st",
        (2, not 1) => "nd",
        (3, not 1) => "rd",
        _ => "th",
    }}"
        );
}
