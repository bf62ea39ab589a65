namespace Sanctum.Configurator.Components.Kit;

/// <summary>One of the values a <see cref="SelectField{TValue}"/> offers, told apart by its text form.</summary>
public sealed record Choice<TValue>(TValue Value, string Text);

public static class Choice
{
    /// <summary>All values of an enumeration, in words: <c>NeverRun</c> reads "Never run".</summary>
    public static IReadOnlyList<Choice<TEnum>> AllOf<TEnum>()
        where TEnum : struct, Enum =>
        [.. Enum.GetValues<TEnum>().Select(value => new Choice<TEnum>(value, InWords(value.ToString())))];

    public static IReadOnlyList<Choice<string>> Of(params IEnumerable<string> texts) =>
        [.. texts.Select(text => new Choice<string>(text, text))];

    private static string InWords(string name) =>
        string.Concat(name.Select((letter, at) => at > 0 && char.IsUpper(letter) ? " " + char.ToLowerInvariant(letter) : letter.ToString()));
}
