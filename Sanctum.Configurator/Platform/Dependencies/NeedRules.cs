using Sanctum.Configurator.Platform.Versions;

namespace Sanctum.Configurator.Platform.Dependencies;

/// <summary>Judges what is needed of one thing: whether it is there, switched on, of the right version, and whether those who need it agree.</summary>
internal static class NeedRules
{
    /// <summary>So many other ranges are compared with one that is not satisfied.</summary>
    private const int MostCompared = 100;

    public static IEnumerable<DependencyEdge> Judge(DependencyNode target, IReadOnlyList<(Need Need, DependencyNode From)> needs)
    {
        var version = SemanticVersion.Find(target.Version);
        var ranges = needs.Select(need => RangeOf(need.Need)).ToList();
        for (var at = 0; at < needs.Count; at++)
        {
            var (need, from) = needs[at];
            var (state, why) = Judge(from, target, ranges[at], version);
            if (state == NeedState.Unmet && ranges[at].Range is { } range && Opponent(at) is { } other)
            {
                var (against, fromOther) = needs[other];
                (state, why) = (NeedState.Conflicting, $"{from.Name} needs {target.Name} {range}, and {fromOther.Name} needs {target.Name} {against.Range}: no version is both.");
            }

            yield return new(need.From, need.To, need.Range, state, why);
        }

        int? Opponent(int at) => Enumerable.Range(0, needs.Count)
            .Where(other => needs[other].Need.Range != needs[at].Need.Range && needs[other].From.IsEnabled)
            .Take(MostCompared)
            .Where(other => ranges[other].Range is { } range && !range.Meets(ranges[at].Range!))
            .Select(other => (int?)other)
            .FirstOrDefault();
    }

    private static (VersionRange? Range, VersionFault? Fault) RangeOf(Need need) => (VersionRange.Read(need.Range, out var fault), fault);

    private static (NeedState State, string? Why) Judge(DependencyNode from, DependencyNode target, (VersionRange? Range, VersionFault? Fault) read, SemanticVersion? version)
    {
        if (target.IsKnown && !target.IsEnabled && from.IsEnabled && (read.Range?.IsAny == true || (read.Range is { } wanted && version is not null && wanted.Allows(version))))
        {
            return (NeedState.Disabled, $"{from.Name} needs {target.Name}, which is disabled.");
        }

        var why = !target.IsKnown ? $"{from.Name} needs {target.Name}{(read.Range is { IsAny: false } ? $" {read.Range}" : "")}, which is not in the registry."
            : read.Range is not { } range ? $"{from.Name} needs {target.Name} in versions that can't be read: {read.Fault}."
            : Mismatch(from, target, range, version);
        return (why is null ? NeedState.Satisfied : NeedState.Unmet, why);
    }

    private static string? Mismatch(DependencyNode from, DependencyNode target, VersionRange range, SemanticVersion? version) =>
        range.IsAny || (version is not null && range.Allows(version)) ? null
        : target.Version is not { Length: > 0 } ? $"{from.Name} needs {target.Name} {range}, and {target.Name} does not state its version."
        : version is null ? $"{from.Name} needs {target.Name} {range}, and the version {target.Version} of {target.Name} can't be read."
        : $"{from.Name} needs {target.Name} {range}, and {target.Name} has version {target.Version}.";
}
