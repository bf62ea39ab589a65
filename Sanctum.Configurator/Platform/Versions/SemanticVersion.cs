namespace Sanctum.Configurator.Platform.Versions;

/// <summary>
/// A version as Semantic Versioning 2.0.0 orders them. Missing numbers count as 0, and a <c>v</c> in front is left out, as many plugins
/// write
/// them. What follows a plus sign has no part in the order, and is dropped.
/// </summary>
/// <param name="Prerelease">The identifiers with dots between them; empty for a release.</param>
public sealed record SemanticVersion(long Major, long Minor, long Patch, string Prerelease = "") : IComparable<SemanticVersion>
{
    public const int MostCharacters = 256;

    public bool IsPrerelease => Prerelease.Length > 0;

    /// <summary>The version that a text says; null, with the reason, where it says none.</summary>
    public static SemanticVersion? Read(string? text, out VersionFault? fault)
    {
        var reader = new VersionReader(text ?? "");
        if (reader.IsTooLong(out fault))
        {
            return null;
        }

        reader.SkipSpaces();
        if (!reader.TryRead(out var partial, out fault))
        {
            return null;
        }

        reader.SkipSpaces();
        fault =
            partial.Major is null ? new(1, "A version begins with a number.")
            : partial.IsOpen ? new(1, "A version can only contain numbers; use x and * in a range.")
            : reader.IsAtEnd ? null
            : reader.Fault("Nothing may follow a version.");
        return fault is null ? partial.Filled() : null;
    }

    public static SemanticVersion? Find(string? text) => Read(text, out _);

    public static bool operator <(SemanticVersion left, SemanticVersion right) => left.CompareTo(right) < 0;

    public static bool operator <=(SemanticVersion left, SemanticVersion right) => left.CompareTo(right) <= 0;

    public static bool operator >(SemanticVersion left, SemanticVersion right) => left.CompareTo(right) > 0;

    public static bool operator >=(SemanticVersion left, SemanticVersion right) => left.CompareTo(right) >= 0;

    public int CompareTo(SemanticVersion? other)
    {
        if (other is null)
        {
            return 1;
        }

        var numbers = (Major, Minor, Patch).CompareTo((other.Major, other.Minor, other.Patch));
        return numbers != 0 ? numbers
            : IsPrerelease != other.IsPrerelease ? (IsPrerelease ? -1 : 1)
            : ComparePrereleases(Prerelease, other.Prerelease);
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor}.{Patch}{(IsPrerelease ? "-" : "")}{Prerelease}");

    internal bool HasNumbersOf(SemanticVersion other) => (Major, Minor, Patch) == (other.Major, other.Minor, other.Patch);

    private static int ComparePrereleases(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        while (true)
        {
            var first = Next(ref left);
            var second = Next(ref right);
            if (first.IsEmpty || second.IsEmpty)
            {
                return first.Length.CompareTo(second.Length);
            }

            if (CompareIdentifiers(first, second) is not 0 and var order)
            {
                return order;
            }
        }
    }

    private static ReadOnlySpan<char> Next(ref ReadOnlySpan<char> rest)
    {
        var dot = rest.IndexOf('.');
        var next = dot < 0 ? rest : rest[..dot];
        rest = dot < 0 ? [] : rest[(dot + 1)..];
        return next;
    }

    /// <summary>Numbers before words; numbers by their value, however many digits they have.</summary>
    private static int CompareIdentifiers(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        var (isNumber, isOtherNumber) = (IsNumber(left), IsNumber(right));
        return isNumber != isOtherNumber ? (isNumber ? -1 : 1)
            : isNumber && left.Length != right.Length ? left.Length.CompareTo(right.Length)
            : left.SequenceCompareTo(right);
    }

    private static bool IsNumber(ReadOnlySpan<char> identifier) => identifier.IndexOfAnyExceptInRange('0', '9') < 0;
}
