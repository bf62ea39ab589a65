namespace Sanctum.Configurator.Platform.Versions;

internal enum Comparison
{
    AtLeast,
    Above,
    AtMost,
    Below,
}

/// <summary>One bound of a range.</summary>
internal readonly record struct Comparator(Comparison Comparison, SemanticVersion Version)
{
    /// <summary>The lowest version that there can be: nothing is below it.</summary>
    private static readonly SemanticVersion Lowest = new(0, 0, 0, "0");

    public static Comparator Nothing => new(Comparison.Below, Lowest);

    public bool Allows(SemanticVersion version) =>
        Comparison switch
        {
            Comparison.AtLeast => version >= Version,
            Comparison.Above => version > Version,
            Comparison.AtMost => version <= Version,
            _ => version < Version,
        };

    /// <summary>The bounds that an operator and a version, or a part of one, stand for; as npm reads them.</summary>
    public static IEnumerable<Comparator> Of(string @operator, PartialVersion partial) =>
        (@operator, partial) switch
        {
            (">" or "<", { Major: null }) => [Nothing],
            (_, { Major: null }) => [],
            (">", { Patch: null }) => [From(Next(partial))],
            (">", _) => [new(Comparison.Above, partial.Filled())],
            (">=", _) => [From(partial.Filled())],
            ("<", { Patch: null }) => [Below(partial.Filled())],
            ("<", _) => [new(Comparison.Below, partial.Filled())],
            ("<=", { Patch: null }) => [Below(Next(partial))],
            ("<=", _) => [new(Comparison.AtMost, partial.Filled())],
            ("^", _) => [From(partial.Filled()), Below(NextBreaking(partial))],
            ("~" or "~>", _) => [From(partial.Filled()), Below(Next(partial with { Patch = null }))],
            ("~=", _) =>
            [
                From(partial.Filled()),
                Below(Next(partial with { Patch = null, Minor = partial.Patch is null ? null : partial.Minor })),
            ],
            (_, { Patch: null }) => [From(partial.Filled()), Below(Next(partial))],
            _ => [From(partial.Filled()), new(Comparison.AtMost, partial.Filled())],
        };

    public static IEnumerable<Comparator> Between(PartialVersion low, PartialVersion high) => [.. Of(">=", low), .. Of("<=", high)];

    private static Comparator From(SemanticVersion version) => new(Comparison.AtLeast, version);

    /// <summary>Below it, and below its own prereleases.</summary>
    private static Comparator Below(SemanticVersion version) => new(Comparison.Below, version with { Prerelease = "0" });

    /// <summary>The first version whose given numbers are higher.</summary>
    private static SemanticVersion Next(PartialVersion partial) =>
        partial.Minor is { } minor ? new(partial.Major!.Value, minor + 1, 0) : new(partial.Major!.Value + 1, 0, 0);

    /// <summary>The first version with another leftmost number that is not 0.</summary>
    private static SemanticVersion NextBreaking(PartialVersion partial) =>
        partial switch
        {
            { Major: > 0 } or { Minor: null } => new(partial.Major!.Value + 1, 0, 0),
            { Minor: > 0 } or { Patch: null } => new(0, partial.Minor.Value + 1, 0),
            _ => new(0, 0, partial.Patch.Value + 1),
        };
}
