namespace Sanctum.Configurator.Features.Letta.Probe;

/// <summary>A server's version, and whether anyone still mends it.</summary>
/// <param name="Text">As the server says it, cleaned.</param>
/// <param name="IsSupported">Null when the text is no version.</param>
internal sealed record LettaVersion(string Text, bool? IsSupported)
{
    /// <summary>The last server of the V1 line.</summary>
    public static readonly Version LastOfV1 = new(0, 16, 8);

    /// <summary>From this day on nobody mends V1.</summary>
    public static readonly DateOnly V1Retired = new(2026, 8, 15);

    public static string V1RetiredText { get; } = V1Retired.ToString("d MMMM yyyy", CultureInfo.InvariantCulture);

    public static LettaVersion Read(string text, DateTimeOffset now)
    {
        if (FindNumber(text) is not { } version)
        {
            return new(text, null);
        }

        var isV1 = version <= LastOfV1;
        return new(text, !isV1 || DateOnly.FromDateTime(now.UtcDateTime) < V1Retired);
    }

    /// <summary>The number that a version's text begins with; null where it begins with none.</summary>
    public static Version? FindNumber(string text)
    {
        var digits = text.TrimStart('v', 'V').AsSpan();
        var end = digits.IndexOfAnyExceptInRange('.', '9');
        return Version.TryParse(end < 0 ? digits : digits[..end], out var version) ? version : null;
    }
}
