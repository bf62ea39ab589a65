using System.Text.RegularExpressions;

namespace Sanctum.Configurator.Platform.Versions;

/// <summary>Which versions will do.</summary>
public interface IVersionRange
{
    /// <summary>Nothing is said: every version will do, and none too.</summary>
    bool IsOpen { get; }

    /// <summary>Every release will do.</summary>
    bool IsAny { get; }

    /// <summary>Versions of which one is in both ranges wherever they meet.</summary>
    IEnumerable<string> Candidates { get; }

    /// <summary>Null where the version can't be read.</summary>
    bool? Allows(string? version);
}

/// <summary>How a range is written: the same text may mean another thing.</summary>
public enum RangeNotation
{
    /// <summary>As npm and package.json have it: <c>&lt;=1.2</c> lets in 1.2.9.</summary>
    Npm,

    /// <summary>As pip and PEP 440 have it: <c>&lt;=1.2</c> does not let in 1.2.9.</summary>
    Python,
}

/// <summary>Reads ranges in the one notation or the other.</summary>
public static partial class VersionRanges
{
    /// <summary>
    /// The notation of a range: by marks that only one of the two has and, where it has none, by where it stands. Behind the name of what
    /// is
    /// required (<c>dep&lt;=1.2</c>) it is Python's; as a value of its own, npm's.
    /// </summary>
    public static RangeNotation NotationOf(string range, bool isRequirement) =>
        NpmMarks().IsMatch(range) ? RangeNotation.Npm
        : PythonMarks().IsMatch(range) || (isRequirement && Ambiguous().IsMatch(range)) ? RangeNotation.Python
        : RangeNotation.Npm;

    /// <summary>The range that a text says; null, with the reason, where it says none. An empty text is any version.</summary>
    public static IVersionRange? Read(string? text, RangeNotation notation, out VersionFault? fault) =>
        notation == RangeNotation.Python ? PythonRange.Read(text, out fault) : VersionRange.Read(text, out fault);

    /// <summary>Whether some version will do for both.</summary>
    public static bool Meet(IVersionRange one, IVersionRange other) =>
        one is VersionRange first && other is VersionRange second
            ? first.Meets(second)
            : one.Candidates.Concat(other.Candidates).Any(version => one.Allows(version) == true && other.Allows(version) == true);

    [GeneratedRegex(@"\^|\|\||\s-\s|~(?!=)|(^|[\s=<>.])[xX*](?<![!=]=\s*[0-9.!]*\.\*)")]
    private static partial Regex NpmMarks();

    [GeneratedRegex(@"==|!=|~=|,", RegexOptions.NonBacktracking)]
    private static partial Regex PythonMarks();

    /// <summary>A bound of fewer than three numbers that npm reaches beyond.</summary>
    [GeneratedRegex(@"(<=|>(?!=))\s*v?[0-9]+(\.[0-9]+)?(?![0-9.])")]
    private static partial Regex Ambiguous();
}
