using System.Globalization;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Tests.Platform;

public sealed class ReadingTimesTests
{
    [Theory]
    [InlineData("2026-11-29T10:00:00Z", "2026-11-29T10:00:00.000")]
    [InlineData("2026-11-29 10:00:00", "2026-11-29T10:00:00.000")]
    [InlineData("2026-11-29t10:00:00.5z", "2026-11-29T10:00:00.500")]
    [InlineData("2026-11-29T10:00:00,123456789+01:00", "2026-11-29T09:00:00.123")]
    [InlineData("2026-11-29 10:00:00 -0500", "2026-11-29T15:00:00.000")]
    [InlineData("2026-11-29 10:00:00+00", "2026-11-29T10:00:00.000")]
    [InlineData("2026-11-29T10:00", "2026-11-29T10:00:00.000")]
    [InlineData("2026-11-29", "2026-11-29T00:00:00.000")]
    [InlineData("20261129T100000Z", "2026-11-29T10:00:00.000")]
    [InlineData("20261129T100000.250+0100", "2026-11-29T09:00:00.250")]
    [InlineData("2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000")]
    [InlineData("2017-01-01T05:29:60.5+05:30", "2017-01-01T00:00:00.000")]
    [InlineData("1764376440", "2025-11-29T00:34:00.000")]
    [InlineData("1764376440.25", "2025-11-29T00:34:00.250")]
    [InlineData("1764376440123", "2025-11-29T00:34:00.123")]
    [InlineData("1764376440123456", "2025-11-29T00:34:00.123")]
    [InlineData("1764376440123456789", "2025-11-29T00:34:00.123")]
    [InlineData("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000")]
    [InlineData("9999-12-31T23:59:59Z", "9999-12-31T23:59:59.000")]
    public void What_can_be_read_in_one_way_is_read(string text, string expected) =>
        Assert.Equal(expected, TimeText.Find(text)?.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fff", CultureInfo.InvariantCulture));

    [Theory]
    [InlineData("10:30")]
    [InlineData("11/12/2026")]
    [InlineData("12.11.2026")]
    [InlineData("2026")]
    [InlineData("20261129")]
    [InlineData("20261129100000")]
    [InlineData("0")]
    [InlineData("-1764376440")]
    [InlineData("1.764e9")]
    [InlineData("yesterday")]
    [InlineData("2026-02-30T10:00:00Z")]
    [InlineData("2026-11-29T24:00:00Z")]
    [InlineData("2026-11-29T10:30:60Z")]
    [InlineData("2026-11-29T10:00:00+15:00")]
    [InlineData("2026-11-29T10:00:00Zulu")]
    [InlineData("２０２６-11-29T10:00:00Z")]
    [InlineData("0001-01-01T00:00:00+14:00")]
    [InlineData("9999-12-31T23:59:59-14:00")]
    [InlineData("Nov 29")]
    [InlineData("")]
    [InlineData(null)]
    public void What_could_be_another_time_is_not_read(string? text) =>
        Assert.False(TimeText.Find(text) is { } time && time.Year is > 1972 and < 2200, $"{text} was read.");
}
