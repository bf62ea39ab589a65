using System.Globalization;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Tests.Platform;

public sealed class QuietHoursTests
{
    [Theory]
    [InlineData("22:00", "07:00", "UTC", "2026-11-21T21:59", null)]
    [InlineData("22:00", "07:00", "UTC", "2026-11-21T22:00", "2026-11-22T07:00")]
    [InlineData("22:00", "07:00", "UTC", "2026-11-22T06:59", "2026-11-22T07:00")]
    [InlineData("22:00", "07:00", "UTC", "2026-11-22T07:00", null)]
    [InlineData("12:00", "13:30", "Asia/Kolkata", "2026-11-22T07:00", "2026-11-22T08:00")]
    // From one time to the same is never.
    [InlineData("12:00", "12:00", "UTC", "2026-11-22T12:00", null)]
    // The night in which the clock is put forward, from 02:00 to 03:00 local: an hour shorter.
    [InlineData("22:00", "07:00", "Europe/Berlin", "2026-03-28T21:30", "2026-03-29T05:00")]
    // An end that the clock leaves out is when it is put forward.
    [InlineData("22:00", "02:30", "Europe/Berlin", "2026-03-29T00:30", "2026-03-29T01:00")]
    [InlineData("22:00", "02:30", "Europe/Berlin", "2026-03-29T01:10", null)]
    // The night in which it is put back, from 03:00 to 02:00 local: an hour longer.
    [InlineData("22:00", "07:00", "Europe/Berlin", "2026-10-24T21:00", "2026-10-25T06:00")]
    // An end that comes twice is the first one, and then the second.
    [InlineData("22:00", "02:30", "Europe/Berlin", "2026-10-25T00:10", "2026-10-25T00:30")]
    [InlineData("22:00", "02:30", "Europe/Berlin", "2026-10-25T01:10", "2026-10-25T01:30")]
    public void They_end(string from, string until, string zone, string now, string? end)
    {
        static DateTimeOffset At(string text) => DateTimeOffset.Parse($"{text}Z", CultureInfo.InvariantCulture);
        var culture = CultureInfo.InvariantCulture;
        var quiet = new QuietHours(
            TimeOnly.Parse(from, culture),
            TimeOnly.Parse(until, culture),
            TimeZoneInfo.FindSystemTimeZoneById(zone)
        );

        Assert.Equal(end is null ? null : At(end), quiet.EndAt(At(now)));
        Assert.Equal(end is not null, quiet.Hold(At(now)));
    }

    [Fact]
    public void One_end_alone_is_none()
    {
        Assert.Null(QuietHours.Of(new(22, 0), null, TimeZoneInfo.Utc));
        Assert.Null(QuietHours.Of(null, new(7, 0), TimeZoneInfo.Utc));
    }
}
