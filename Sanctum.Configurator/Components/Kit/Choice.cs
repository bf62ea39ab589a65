namespace Sanctum.Configurator.Components.Kit;

/// <summary>One of the values a list offers, told apart by its text form.</summary>
public sealed record Choice<TValue>(TValue Value, string Text);

public static class Choice
{
    /// <summary>All values of an enumeration, in words: <c>NeverRun</c> reads "Never run".</summary>
    public static IReadOnlyList<Choice<TEnum>> AllOf<TEnum>()
        where TEnum : struct, Enum => [.. Enum.GetValues<TEnum>().Select(value => new Choice<TEnum>(value, InWords(value.ToString())))];

    public static IReadOnlyList<Choice<string>> Of(params IEnumerable<string> texts) =>
        [.. texts.Select(text => new Choice<string>(text, text))];

    /// <summary>Things by their names; those that share one are told apart by their ids.</summary>
    public static IReadOnlyList<Choice<int>> OfNamed(IEnumerable<(int Id, string Name)> things)
    {
        var all = things.ToList();
        var shared = all.GroupBy(thing => thing.Name, StringComparer.OrdinalIgnoreCase)
            .Where(same => same.Count() > 1)
            .Select(same => same.Key)
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        return
        [
            .. all.Select(thing => new Choice<int>(
                thing.Id,
                shared.Contains(thing.Name) ? string.Create(CultureInfo.InvariantCulture, $"{thing.Name} #{thing.Id}") : thing.Name
            )),
        ];
    }

    /// <summary>What a field shows of the one that is chosen.</summary>
    public static string? TextOf<TValue>(Choice<TValue>? choice) => choice?.Text;

    private static string InWords(string name) =>
        string.Concat(
            name.Select((letter, at) => at > 0 && char.IsUpper(letter) ? " " + char.ToLowerInvariant(letter) : letter.ToString())
        );
}
