using Sanctum.Configurator.Platform.Versions;

namespace Sanctum.Configurator.Features.Graph;

/// <summary>
/// Judges what is needed of one thing: whether it is there, switched on, of the right version, and whether those who need it agree.
/// </summary>
internal static class NeedRules
{
    /// <summary>So many other ranges are compared with one that is not satisfied.</summary>
    private const int MostCompared = 100;

    public static IEnumerable<DependencyEdge> Judge(DependencyNode target, IReadOnlyList<(Need Need, DependencyNode From)> needs)
    {
        var ranges = needs.Select(need => RangeOf(need.Need)).ToList();
        for (var at = 0; at < needs.Count; at++)
        {
            var (need, from) = needs[at];
            var (state, why) = Judge(from, target, ranges[at]);
            if (state == NeedState.Unmet && ranges[at].Range is { } range && Opponent(at) is { } other)
            {
                var (against, fromOther) = needs[other];
                (state, why) = (
                    NeedState.Conflicting,
                    $"{from.Name} needs {target.Name} {range}, and {fromOther.Name} needs {target.Name} {against.Range}: no version satisfies both."
                );
            }

            yield return new(need.From, need.To, need.Range, state, why);
        }

        int? Opponent(int at) =>
            Enumerable
                .Range(0, needs.Count)
                .Where(other => needs[other].Need.Range != needs[at].Need.Range && needs[other].From.IsEnabled)
                .Take(MostCompared)
                .Where(other => ranges[other].Range is { } range && !VersionRanges.Meet(range, ranges[at].Range!))
                .Select(other => (int?)other)
                .FirstOrDefault();
    }

    private static (IVersionRange? Range, VersionFault? Fault) RangeOf(Need need) =>
        (VersionRanges.Read(need.Range, need.Notation, out var fault), fault);

    private static (NeedState State, string? Why) Judge(
        DependencyNode from,
        DependencyNode target,
        (IVersionRange? Range, VersionFault? Fault) read
    )
    {
        if (target.IsKnown && !target.IsEnabled && from.IsEnabled && read.Range is { } wanted && IsMet(wanted, target.Version))
        {
            return (NeedState.Disabled, $"{from.Name} needs {target.Name}, which is disabled.");
        }

        var why =
            !target.IsKnown
                ? $"{from.Name} needs {target.Name}{(read.Range is { IsAny: false } ? $" {read.Range}" : "")}, which is not in the registry."
            : read.Range is not { } range ? $"{from.Name} needs {target.Name} in an invalid version range: {read.Fault}."
            : Mismatch(from, target, range);
        return (why is null ? NeedState.Satisfied : NeedState.Unmet, why);
    }

    /// <summary>Where any release will do, so does a version that can't be read.</summary>
    private static bool IsMet(IVersionRange range, string? version) => range.IsOpen || (range.Allows(version) ?? range.IsAny);

    private static string? Mismatch(DependencyNode from, DependencyNode target, IVersionRange range) =>
        IsMet(range, target.Version) ? null
        : target.Version is not { Length: > 0 } ? $"{from.Name} needs {target.Name} {range}, and the version of {target.Name} is unknown."
        : range.Allows(target.Version) is null
            ? $"{from.Name} needs {target.Name} {range}, and the version {target.Version} of {target.Name} can't be read."
        : $"{from.Name} needs {target.Name} {range}, and {target.Name} has version {target.Version}.";
}
