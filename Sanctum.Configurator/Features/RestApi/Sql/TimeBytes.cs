namespace Sanctum.Configurator.Features.RestApi.Sql;

/// <summary>Times in the shape in which SQLite's CURRENT_TIMESTAMP and the console write them, as JSON has them.</summary>
internal static class TimeBytes
{
    public const int Length = 29;

    private const int ToSeconds = 19;
    private const int ToMilliseconds = 23;

    /// <param name="stored">2026-11-21 09:30:00, or with milliseconds.</param>
    /// <param name="written">2026-11-21T09:30:00.000+00:00.</param>
    /// <returns>False for another shape, and for a day that is none.</returns>
    public static bool TryWrite(ReadOnlySpan<byte> stored, Span<byte> written)
    {
        if (
            stored.Length is not (ToSeconds or ToMilliseconds)
            || stored is not [_, _, _, _, (byte)'-', _, _, (byte)'-', _, _, (byte)' ', _, _, (byte)':', _, _, (byte)':', _, _, ..]
            || !TryNumber(stored[..4], out var year)
            || !TryNumber(stored[5..7], out var month)
            || !TryNumber(stored[8..10], out var day)
            || !TryNumber(stored[11..13], out var hour)
            || !TryNumber(stored[14..16], out var minute)
            || !TryNumber(stored[17..19], out var second)
            || year == 0
            || month is 0 or > 12
            || day == 0
            || day > DateTime.DaysInMonth(year, month)
            || hour > 23
            || minute > 59
            || second > 59
        )
        {
            return false;
        }

        ".000+00:00"u8.CopyTo(written[ToSeconds..]);
        if (stored.Length == ToMilliseconds)
        {
            if (stored[ToSeconds] != '.' || !TryNumber(stored[(ToSeconds + 1)..], out _))
            {
                return false;
            }

            stored[ToSeconds..].CopyTo(written[ToSeconds..]);
        }

        stored[..ToSeconds].CopyTo(written);
        written[10] = (byte)'T';
        return true;
    }

    private static bool TryNumber(ReadOnlySpan<byte> digits, out int number) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
