using System.Collections.Frozen;

namespace Sanctum.Configurator.Features.Tools.Curl;

/// <summary>
/// Every option of curl's command line from 7.88 to 8.22, in four lists: what makes the request, what does not change it, what is not
/// supported and what is refused. Names are found without regard to case and by an unambiguous beginning, as curl up to 8.15 finds them.
/// </summary>
internal static class CurlOptions
{
    private static readonly CurlOption[] All =
    [
        .. RequestOptions.All,
        .. SilentOptions.All,
        .. UnsupportedOptions.All,
        .. RefusedOptions.All,
    ];

    private static readonly FrozenDictionary<string, CurlOption> ByName = All.ToFrozenDictionary(
        option => option.Name,
        StringComparer.OrdinalIgnoreCase
    );

    private static readonly FrozenDictionary<char, CurlOption> ByLetter = All.Where(option => option.Letter != '\0')
        .ToFrozenDictionary(option => option.Letter);

    private static readonly string[] Sorted = [.. ByName.Keys.Order(StringComparer.OrdinalIgnoreCase)];

    public static IReadOnlyCollection<CurlOption> Known => All;

    public static CurlOption? Find(char letter) => ByLetter.GetValueOrDefault(letter);

    /// <summary>The option of this name or, where it begins the name of one option only, that one. Else why there is none.</summary>
    public static (CurlOption? Option, string? Fault) Find(string name)
    {
        if (ByName.TryGetValue(name, out var exact))
        {
            return (exact, null);
        }

        var first = Array.BinarySearch(Sorted, name, StringComparer.OrdinalIgnoreCase);
        first = first < 0 ? ~first : first;
        if (name.Length == 0 || first >= Sorted.Length || !Begins(first, name))
        {
            return (null, null);
        }

        return first + 1 < Sorted.Length && Begins(first + 1, name)
            ? (null, $"--{Octets.Show(name)} may mean --{Sorted[first]} or --{Sorted[first + 1]}: write the whole name.")
            : (ByName[Sorted[first]], null);
    }

    private static bool Begins(int at, string name) => Sorted[at].StartsWith(name, StringComparison.OrdinalIgnoreCase);
}
