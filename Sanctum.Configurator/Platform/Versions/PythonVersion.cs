using System.Text.RegularExpressions;

namespace Sanctum.Configurator.Platform.Versions;

/// <summary>A version as PEP 440 has it: epoch, release, pre-, post- and development release, local label.</summary>
internal sealed partial class PythonVersion : IComparable<PythonVersion>
{
    private static readonly string[] Phases = ["a", "b", "rc"];

    private readonly string _text;

    private PythonVersion(string text, Match match)
    {
        _text = text;
        Epoch = Number(match, "epoch") ?? 0;
        Release = [.. match.Groups["release"].Value.Split('.').Select(part => ulong.Parse(part, CultureInfo.InvariantCulture))];
        Pre = match.Groups["phase"].Success ? (RankOf(match.Groups["phase"].Value), Number(match, "pre") ?? 0) : null;
        Post = match.Groups["post"].Success ? Number(match, "postn") ?? Number(match, "postm") ?? 0 : null;
        Dev = match.Groups["dev"].Success ? Number(match, "devn") ?? 0 : null;
        Local = match.Groups["local"].Success ? match.Groups["local"].Value.ToLowerInvariant().Split('.', '-', '_') : null;
    }

    public ulong Epoch { get; }

    public IReadOnlyList<ulong> Release { get; }

    public (int Rank, ulong Number)? Pre { get; }

    public ulong? Post { get; }

    public ulong? Dev { get; }

    public IReadOnlyList<string>? Local { get; }

    public bool IsPrerelease => Pre is not null || Dev is not null;

    /// <summary>Null for what is none.</summary>
    public static PythonVersion? Find(string? text)
    {
        var trimmed = text?.Trim() ?? "";
        return trimmed.Length <= SemanticVersion.MostCharacters && Form().Match(trimmed) is { Success: true } match
            ? new(trimmed, match)
            : null;
    }

    /// <summary>Epoch and release are the same, however many zeros end it.</summary>
    public bool HasBaseOf(PythonVersion other) => Epoch == other.Epoch && CompareRelease(other) == 0;

    /// <summary>The release begins with these numbers.</summary>
    public bool BeginsWith(ulong epoch, IReadOnlyList<ulong> numbers) =>
        Epoch == epoch && numbers.Index().All(number => Release.ElementAtOrDefault(number.Index) == number.Item);

    public int ComparePublic(PythonVersion other)
    {
        var order = Epoch.CompareTo(other.Epoch);
        order = order != 0 ? order : CompareRelease(other);
        order = order != 0 ? order : PreKey.CompareTo(other.PreKey);
        order = order != 0 ? order : Comparer<ulong?>.Default.Compare(Post, other.Post);
        return order != 0 ? order : (Dev ?? ulong.MaxValue).CompareTo(other.Dev ?? ulong.MaxValue);
    }

    public int CompareTo(PythonVersion? other)
    {
        if (other is null)
        {
            return 1;
        }

        var order = ComparePublic(other);
        return order != 0 ? order : CompareLocal(Local ?? [], other.Local ?? []);
    }

    public override string ToString() => _text;

    /// <summary>As pip writes it, whichever of the many ways it was written: 1.2.3-beta is 1.2.3b0.</summary>
    public string ToNormalString()
    {
        var phase = Pre is var (rank, number) ? string.Create(CultureInfo.InvariantCulture, $"{Phases[rank]}{number}") : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{(Epoch > 0 ? $"{Epoch}!" : "")}{string.Join('.', Release)}{phase}{(Post is null ? "" : $".post{Post}")}{(Dev is null ? "" : $".dev{Dev}")}{(Local is null ? "" : $"+{string.Join('.', Local)}")}"
        );
    }

    /// <summary>A development release of nothing else comes before all pre-releases, a release after them.</summary>
    private (int, ulong) PreKey => Pre ?? (Post is null && Dev is not null ? (-1, 0UL) : (int.MaxValue, 0UL));

    private int CompareRelease(PythonVersion other)
    {
        for (var at = 0; at < Math.Max(Release.Count, other.Release.Count); at++)
        {
            var order = Release.ElementAtOrDefault(at).CompareTo(other.Release.ElementAtOrDefault(at));
            if (order != 0)
            {
                return order;
            }
        }

        return 0;
    }

    private static int CompareLocal(IReadOnlyList<string> left, IReadOnlyList<string> right)
    {
        for (var at = 0; at < Math.Min(left.Count, right.Count); at++)
        {
            var (isNumber, isOther) = (ulong.TryParse(left[at], out var number), ulong.TryParse(right[at], out var other));
            var order =
                isNumber && isOther ? number.CompareTo(other)
                : isNumber != isOther ? (isNumber ? 1 : -1)
                : string.CompareOrdinal(left[at], right[at]);
            if (order != 0)
            {
                return order;
            }
        }

        return left.Count.CompareTo(right.Count);
    }

    private static ulong? Number(Match match, string name) =>
        match.Groups[name].Success ? ulong.Parse(match.Groups[name].Value, CultureInfo.InvariantCulture) : null;

    private static int RankOf(string phase) =>
        phase.ToLowerInvariant() switch
        {
            "a" or "alpha" => 0,
            "b" or "beta" => 1,
            _ => 2,
        };

    // PEP 440, appendix B; no number has more digits than a machine's.
    [GeneratedRegex(
        @"\Av?(?:(?<epoch>[0-9]{1,18})!)?(?<release>[0-9]{1,18}(?:\.[0-9]{1,18})*)(?:[-_.]?(?<phase>alpha|beta|preview|pre|a|b|c|rc)(?:[-_.]?(?<pre>[0-9]{1,18}))?)?"
            + @"(?<post>-(?<postn>[0-9]{1,18})|[-_.]?(?:post|rev|r)(?:[-_.]?(?<postm>[0-9]{1,18}))?)?(?<dev>[-_.]?dev(?:[-_.]?(?<devn>[0-9]{1,18}))?)?"
            + @"(?:\+(?<local>[a-z0-9]+(?:[-_.][a-z0-9]+)*))?\z",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking
    )]
    private static partial Regex Form();
}
