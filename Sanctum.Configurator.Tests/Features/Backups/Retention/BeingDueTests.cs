using System.Globalization;
using Sanctum.Configurator.Features.Backups.Retention;
using Sanctum.Configurator.Platform.Cron;
using Sanctum.Configurator.Registry.Backups;

namespace Sanctum.Configurator.Tests.Features.Backups.Retention;

public sealed class BeingDueTests
{
    [Theory]
    [InlineData("2026-11-28 03:00", "2026-11-21 03:20", BackupType.Full)]
    [InlineData("2026-11-27 03:00", "2026-11-21 03:00", BackupType.Incremental)]
    [InlineData("2026-11-28 03:00", null, BackupType.Full)]
    [InlineData("2026-11-21 09:00", "2030-01-01 03:00", BackupType.Full)]
    public void One_is_full_where_the_last_full_one_is_old_enough_though_that_began_late_or_the_clock_was_put_back(
        string now,
        string? lastFull,
        BackupType expected
    ) => Assert.Equal(expected, Schedule(fullEveryDays: 7).TypeAt(At(now), lastFull is null ? null : At(lastFull)));

    [Fact]
    public void The_first_of_all_jobs_is_due_next_and_increments_are_none()
    {
        var schedule = new BackupSchedule([Cron("0 3 * * *"), Cron("30 1 * * 0")], [Cron("*/15 * * * *")]);

        Assert.Equal(At("2026-11-22 01:30"), schedule.NextBackup(At("2026-11-21 03:00")));
        Assert.Equal(At("2026-11-23 03:00"), schedule.NextBackup(At("2026-11-22 03:00")));
        Assert.Null(new BackupSchedule([], [Cron("*/15 * * * *")]).NextBackup(At("2026-11-21 03:00")));
    }

    [Fact]
    public void Times_come_once_the_newest_first_and_say_whether_they_are_of_an_increment_only()
    {
        var schedule = new BackupSchedule([Cron("0 3 * * *")], [Cron("0 */6 * * *"), Cron("0 3,6 * * *")]);

        Assert.Equal(
            [(At("2026-11-21 06:00"), false), (At("2026-11-21 03:00"), true), (At("2026-11-21 00:00"), false)],
            schedule.Between(At("2026-11-20 23:00"), At("2026-11-21 06:00"))
        );
    }

    internal static BackupSchedule Schedule(string? backups = "0 3 * * *", int fullEveryDays = 1, string? increments = null) =>
        new(backups is null ? [] : [Cron(backups)], increments is null ? [] : [Cron(increments)], fullEveryDays);

    private static CronSchedule Cron(string expression) => CronSchedule.Read(expression, "UTC", out _)!;

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse($"{text}Z", CultureInfo.InvariantCulture);
}
