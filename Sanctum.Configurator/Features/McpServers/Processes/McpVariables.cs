using System.Text.RegularExpressions;

namespace Sanctum.Configurator.Features.McpServers.Processes;

/// <summary>
/// <c>${NAME}</c> in an argument or an address stands for the encrypted value of that name, and is filled in when the server is started or
/// called. So neither the row nor its history has the value.
/// </summary>
internal static partial class McpVariables
{
    /// <summary>A name that has no value stays as it stands: a program may fill it in itself.</summary>
    public static string Fill(string text, IReadOnlyDictionary<string, string> values) =>
        Gap().Replace(text, gap => values.TryGetValue(gap.Groups[1].Value, out var value) ? value : gap.Value);

    public static IReadOnlyList<string> NamesIn(string? text) =>
        [.. Gap().Matches(text ?? "").Select(gap => gap.Groups[1].Value).Distinct(StringComparer.Ordinal)];

    public static string GapOf(string name) => $"${{{name}}}";

    /// <summary>For what a file or an option calls it: API_KEY for <c>--api-key</c>, <c>apiKey</c> and <c>X api key</c>.</summary>
    public static string NameFor(string words)
    {
        var name = NotOfAName().Replace(WordStart().Replace(words, "_"), "_").Trim('_').ToUpperInvariant();
        return name.Length is 0 or > 60 ? "KEY"
            : char.IsAsciiDigit(name[0]) || CodeVariables.Has(name) ? $"KEY_{name}"
            : name;
    }

    /// <summary>Why the address can't be called with these values, in a sentence; null where it can.</summary>
    public static string? FaultOf(string address, IReadOnlyDictionary<string, string> values)
    {
        foreach (var name in NamesIn(address))
        {
            if (!values.TryGetValue(name, out var value) || value.Length == 0)
            {
                return $"Enter a value for {name}: it stands in the address.";
            }

            if (UnfitInAddress().Match(value) is { Success: true } unfit)
            {
                var written = Uri.EscapeDataString(unfit.Value);
                return $"The value of {name} has a character that can't stand in an address. Write it as {written}.";
            }
        }

        return AnyGap().Match(Fill(address, values)) is { Success: true } gap
            ? $"Nothing fills in {gap.Value} in the address. Write it as ${{NAME}}, with letters, digits and underscores, and enter a value for it."
            : null;
    }

    [GeneratedRegex(@"\$\{([A-Za-z_][A-Za-z0-9_]*)\}", RegexOptions.NonBacktracking)]
    private static partial Regex Gap();

    [GeneratedRegex("(?<=[a-z0-9])(?=[A-Z])")]
    private static partial Regex WordStart();

    [GeneratedRegex("[^A-Za-z0-9]+", RegexOptions.NonBacktracking)]
    private static partial Regex NotOfAName();

    [GeneratedRegex(@"\$\{[^}]*\}?", RegexOptions.NonBacktracking)]
    private static partial Regex AnyGap();

    /// <summary>One whole character that is not of RFC 3986, or that would end the part in which the value stands.</summary>
    [GeneratedRegex(@"[\uD800-\uDBFF][\uDC00-\uDFFF]|[^A-Za-z0-9._~!$'()*+,;=:@%/?-]")]
    private static partial Regex UnfitInAddress();
}
