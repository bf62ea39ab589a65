using Sanctum.Configurator.Platform.Versions;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Platform.Versions;

/// <summary>
/// Ranges beside a second reading of the same rules, which goes by the numbers as they are written and makes no bounds of them.
/// </summary>
public sealed class RangesAsAModelTests
{
    private const int Ranges = 4000;

    private static readonly string[] Prereleases = ["", "0", "alpha", "alpha.1", "beta"];

    private static readonly IReadOnlyList<SemanticVersion> Universe =
    [
        .. from major in Enumerable.Range(0, 4)
        from minor in Enumerable.Range(0, 4)
        from patch in Enumerable.Range(0, 4)
        from prerelease in Prereleases
        select new SemanticVersion(major, minor, patch, prerelease),
    ];

    private readonly Xorshift _numbers = new(0x2545F4914F6CDD1D);

    [Fact]
    public void Every_version_is_judged_as_the_model_judges_it()
    {
        for (var number = 0; number < Ranges; number++)
        {
            var alternatives = Alternatives();
            var text = string.Join(" || ", alternatives.Select(bounds => string.Join(' ', bounds)));
            var range = VersionRange.Read(text, out var fault);
            Assert.True(range is not null, $"{text}: {fault}");
            foreach (var version in Universe)
            {
                Assert.True(alternatives.Exists(bounds => Allow(bounds, version)) == range.Allows(version), $"{version} in {text}");
            }
        }
    }

    [Fact]
    public void Two_ranges_meet_where_a_version_is_in_both()
    {
        for (var number = 0; number < Ranges; number++)
        {
            var (one, other) = (Range(), Range());
            var isSeen = Universe.Any(version => one.Allows(version) && other.Allows(version));

            // Above the universe there are more versions, but every bound in it has its next neighbour there too.
            Assert.True(isSeen == one.Meets(other) || (!isSeen && OnlyOutside(one, other)), $"{one} and {other}");
            Assert.Equal(one.Meets(other), other.Meets(one));
        }
    }

    private static bool OnlyOutside(VersionRange one, VersionRange other) =>
        Enumerable
            .Range(0, 6)
            .Any(major =>
                Enumerable
                    .Range(0, 6)
                    .Any(minor =>
                        Enumerable
                            .Range(0, 6)
                            .Any(patch =>
                                Prereleases
                                    .Append("alpha.0")
                                    .Append("alpha.1.0")
                                    .Append("beta.0")
                                    .Append("0.0")
                                    .Any(prerelease =>
                                        new SemanticVersion(major, minor, patch, prerelease) is var version
                                        && one.Allows(version)
                                        && other.Allows(version)
                                    )
                            )
                    )
            );

    private static bool Allow(IReadOnlyList<Bound> bounds, SemanticVersion version) =>
        bounds.All(bound => bound.Allows(version)) && (version.Prerelease.Length == 0 || bounds.Any(bound => bound.Names(version)));

    private VersionRange Range() =>
        VersionRange.Read(string.Join(" || ", Alternatives().Select(bounds => string.Join(", ", bounds))), out _)!;

    private List<IReadOnlyList<Bound>> Alternatives() =>
        [
            .. Enumerable
                .Range(0, 1 + _numbers.Below(2))
                .Select(_ => (IReadOnlyList<Bound>)[.. Enumerable.Range(0, 1 + _numbers.Below(2)).Select(_ => Bound.Next(_numbers))]),
        ];

    private sealed record Bound(string Operator, int[] Numbers, string Prerelease)
    {
        private static readonly string[] Operators = ["", "=", ">", ">=", "<", "<=", "^", "~"];

        private string Written => string.Join('.', Numbers) + (Prerelease.Length > 0 ? $"-{Prerelease}" : "");

        private SemanticVersion Start => new(Numbers[0], Numbers.ElementAtOrDefault(1), Numbers.ElementAtOrDefault(2), Prerelease);

        public static Bound Next(Xorshift numbers)
        {
            int[] parts = [.. Enumerable.Range(0, 1 + numbers.Below(3)).Select(_ => numbers.Below(3))];
            return new(
                Operators[numbers.Below(Operators.Length)],
                parts,
                parts.Length == 3 ? Prereleases[numbers.Below(Prereleases.Length)] : ""
            );
        }

        public bool Names(SemanticVersion version) =>
            Prerelease.Length > 0 && (version.Major, version.Minor, version.Patch) == (Start.Major, Start.Minor, Start.Patch);

        public bool Allows(SemanticVersion version)
        {
            var isWhole = Numbers.Length == 3;
            var order = isWhole ? version.CompareTo(Start) : Prefix(version, Numbers.Length).CompareTo(Prefix(Start, Numbers.Length));
            return Operator switch
            {
                ">" => order > 0 && (isWhole || !IsBeforeFirst(version)),
                ">=" => version.CompareTo(Start) >= 0,
                "<" => order < 0,
                "<=" => order <= 0 && (isWhole || !IsBeforeNext(version)),
                "^" => version.CompareTo(Start) >= 0 && Prefix(version, Stable()) == Prefix(Start, Stable()),
                "~" => version.CompareTo(Start) >= 0
                    && Prefix(version, Math.Min(2, Numbers.Length)) == Prefix(Start, Math.Min(2, Numbers.Length)),
                _ => isWhole ? order == 0 : order == 0 && version.CompareTo(Start) >= 0,
            };
        }

        public override string ToString() => Operator + Written;

        private static (long, long, long) Prefix(SemanticVersion version, int parts) =>
            (version.Major, parts > 1 ? version.Minor : 0, parts > 2 ? version.Patch : 0);

        /// <summary>How many numbers must stay as they are: up to the first that is not 0.</summary>
        private int Stable() => Array.FindIndex(Numbers, number => number > 0) is var at && at >= 0 ? at + 1 : Numbers.Length;

        /// <summary>A prerelease of the first version that is above all that begin so.</summary>
        private bool IsBeforeFirst(SemanticVersion version) => version.Prerelease.Length > 0 && IsFirstAbove(version);

        private bool IsBeforeNext(SemanticVersion version) => version.Prerelease.Length > 0 && IsFirstAbove(version);

        private bool IsFirstAbove(SemanticVersion version) =>
            (version.Major, version.Minor, version.Patch)
            == (Numbers.Length == 1 ? (Start.Major + 1, 0, 0) : (Start.Major, Start.Minor + 1, 0));
    }
}
