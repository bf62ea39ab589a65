using Sanctum.Configurator.Platform.Cron;

namespace Sanctum.Configurator.Tests.Platform.Cron;

public sealed class PointingAtFaultsTests
{
    [Theory]
    [InlineData("«61» * * * *", "minute", "61 is not a valid minute: 0 to 59")]
    [InlineData("  5 «24» * * *", "hour", "24 is not a valid hour: 0 to 23")]
    [InlineData("0 0 «0» * *", "day of month", "0 is not a valid day of month: 1 to 31")]
    [InlineData("0 0 1,15,«32» * *", "day of month", "32 is not a valid day of month")]
    [InlineData("0 0 * «13» *", "month", "13 is not a valid month: 1 to 12, or JAN to DEC")]
    [InlineData("0 0 * «JUX» *", "month", "Did you mean JUN?")]
    [InlineData("0 0 * «January» *", "month", "Did you mean JAN?")]
    [InlineData("0 0 * * «8»", "day of week", "8 is not a valid day of week: 0 to 7 where 0 and 7 are Sunday, or SUN to SAT")]
    [InlineData("0 0 * * MON-«FRY»", "day of week", "Did you mean FRI?")]
    [InlineData("0 0 * * «99999999999999999999»", "day of week", "is not a valid day of week")]
    [InlineData("0 9-«25» * * *", "hour", "25 is not a valid hour")]
    [InlineData("*/«0» * * * *", "minute", "0 is too small. A step of the minute must be 1 to 59")]
    [InlineData("*/«60» * * * *", "minute", "60 is too large")]
    [InlineData("0 */«99999999999» * * *", "hour", "99999999999 is too large")]
    [InlineData("5,«», * * * *", "minute", "Between commas a minute is expected")]
    [InlineData("«*»,5 * * * *", "minute", "* already includes every minute")]
    [InlineData("5,«*» * * * *", "minute", "* already includes every minute")]
    [InlineData("«?» * * * *", "minute", "can't be read as a minute")]
    [InlineData("0 «*-5» * * *", "hour", "can't be read as an hour")]
    [InlineData("0 «5-» * * *", "hour", "can't be read as an hour")]
    [InlineData("0 «1-2-3» * * *", "hour", "can't be read as an hour")]
    [InlineData("0 0 1«.»5 * *", "day of month", ". is not allowed in the day of month")]
    [InlineData("0 0 «32»W * *", "day of month", "32 is not a valid day of month")]
    [InlineData("0 0 L-«31» * *", "day of month", "31 is too large")]
    [InlineData("0 0 «1-5W» * *", "day of month", "can't be read as a day of month")]
    [InlineData("0 0 * * «L»", "day of week", "5L for the last Friday")]
    [InlineData("0 0 * * 5#«6»", "day of week", "6 is too large. A month has each day of the week 4 or 5 times")]
    [InlineData("0 0 * * «5#1»,1", "day of week", "5#1 can't be used in a list")]
    [InlineData("«H» * * * *", "minute", "H is not a valid minute")]
    [InlineData("0 0 * * * «2026»", null, "The schedule has 6 fields instead of five")]
    [InlineData("0 0 0 * * «? 2026»  ", null, "The schedule has 7 fields instead of five")]
    [InlineData("0 3 *«»", "month", "The month and what follows it are missing")]
    [InlineData("0 3 * *«» ", "day of week", "The day of week is missing")]
    [InlineData("«»", "minute", "Enter five fields")]
    [InlineData("«»   ", "minute", "Enter five fields")]
    [InlineData("«@dayly»", null, "Unknown macro @dayly. Allowed: @hourly, @daily, @weekly, @monthly and @yearly. Did you mean @daily?")]
    [InlineData("«@reboot»", null, "@reboot is not supported")]
    [InlineData("«@every» 5m", null, "@every is not supported. Use a step, such as */5 * * * *")]
    [InlineData("«@dayly» now", null, "Did you mean @daily?")]
    [InlineData("@daily «now»", null, "Nothing can follow @daily.")]
    [InlineData("@daily «*» *", null, "Nothing can follow @daily")]
    public void The_fault_points_at_the_wrong_part_and_says_what_is_allowed(string marked, string? field, string message)
    {
        var (start, end) = (marked.IndexOf('«', StringComparison.Ordinal), marked.IndexOf('»', StringComparison.Ordinal) - 1);
        var text = marked.Replace("«", "", StringComparison.Ordinal).Replace("»", "", StringComparison.Ordinal);

        Assert.Null(CronSchedule.Read(text, "UTC", out var fault));

        Assert.NotNull(fault);
        Assert.Equal((start, end - start, field), (fault.Start, fault.Length, fault.Field));
        Assert.Contains(message, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_too_long_is_not_read()
    {
        Assert.Null(CronSchedule.Read("0 0 * * " + new string('1', 300), "UTC", out var fault));

        Assert.Equal((CronSchedule.MostCharacters, 308 - CronSchedule.MostCharacters), (fault?.Start, fault?.Length));
        Assert.Null(CronSchedule.Read("@" + new string('x', 9999), "UTC", out _));
    }

    [Theory]
    [InlineData("Europe/Berlim", "Unknown time zone Europe/Berlim. Did you mean Europe/Berlin?")]
    [InlineData("New York", "Unknown time zone New York. Did you mean America/New_York?")]
    [InlineData("Mars/Olympus_Mons_Base", "Use an IANA name")]
    [InlineData("../../../etc/passwd", "Use an IANA name")]
    [InlineData("/etc/localtime", "Unknown time zone")]
    [InlineData("", "The time zone is missing.")]
    [InlineData(null, "The time zone is missing.")]
    public void An_unknown_time_zone_is_told_with_the_nearest_name(string? zone, string message)
    {
        Assert.Null(CronSchedule.Read("0 3 * * *", zone, out var fault));

        Assert.Equal((0, zone?.Length ?? 0, CronFault.TimeZone), (fault!.Start, fault.Length, fault.Field));
        Assert.Contains(message, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_made_worse_by_chance_is_told_and_never_thrown()
    {
        const string Strange = "0 9*/,-#?LWxé@\t";
        foreach (var (at, expression) in CronText.Some(500).Index())
        {
            var text = expression.Insert(at % expression.Length, Strange[(at / 3) % Strange.Length].ToString());

            var schedule = CronSchedule.Read(text, "UTC", out var fault);

            Assert.True(schedule is null != fault is null, text);
            Assert.True(
                fault is null
                    || (
                        fault.Start >= 0
                        && fault.Start + fault.Length <= text.Length
                        && !fault.Message.Contains("can't be scheduled", StringComparison.Ordinal)
                    ),
                text
            );
        }
    }
}
