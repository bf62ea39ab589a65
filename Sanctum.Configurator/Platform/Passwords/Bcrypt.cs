using System.Text.RegularExpressions;

namespace Sanctum.Configurator.Platform.Passwords;

/// <summary>Checks passwords against hashes of bcrypt, as other programs made them. The console makes none for its registry.</summary>
public static partial class Bcrypt
{
    /// <summary>
    /// Each step doubles the work: of 14, one check takes about a second and a half. A dearer hash is not checked at all.
    /// </summary>
    public const int HighestCost = 14;

    private const int LowestCost = 4;

    /// <summary>The cost of a hash; null where it is no hash of bcrypt, or of its faulty variant 2x.</summary>
    public static int? CostOf(string? hash) =>
        hash is not null
        && Form().Match(hash) is { Success: true } match
        && int.Parse(match.Groups["cost"].ValueSpan, CultureInfo.InvariantCulture) is >= LowestCost and <= 31 and var cost
            ? cost
            : null;

    /// <summary>
    /// Whether this is the password of this hash. Never of one that costs more than <see cref="HighestCost"/>, or that is none.
    /// </summary>
    public static bool Verify(string password, string hash) => CostOf(hash) is <= HighestCost && BCrypt.Net.BCrypt.Verify(password, hash);

    [GeneratedRegex(@"^\$2[aby]\$(?<cost>[0-9]{2})\$[./A-Za-z0-9]{53}\z", RegexOptions.NonBacktracking)]
    private static partial Regex Form();
}
