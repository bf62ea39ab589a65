using System.Globalization;
using Sanctum.Configurator.Features.Backups.Retention;
using Sanctum.Configurator.Registry.Backups;

namespace Sanctum.Configurator.Tests.Features.Backups;

public sealed class BeingDueTests
{
    private static readonly DateTimeOffset Installed = At("2026-01-01 00:00");
    private static readonly BackupSchedule Daily = new(new(3, 0));
    private static readonly BackupSchedule Weekly = new(new(3, 0), FullEveryDays: 7, IncrementEveryMinutes: 60);

    [Theory]
    [InlineData("03:00", "2026-11-21 02:59", "2026-11-20 03:00")]
    [InlineData("03:00", "2026-11-21 03:00", "2026-11-21 03:00")]
    [InlineData("23:30", "2026-11-21 12:00", "2026-11-20 23:30")]
    [InlineData(null, "2026-11-21 12:00", null)]
    public void A_daily_one_was_last_due(string? dailyAt, string now, string? expected) => Assert.Equal(
        expected is null ? (DateTimeOffset?)null : At(expected),
        BackupSchedule.LastDue(dailyAt is null ? null : TimeOnly.Parse(dailyAt, CultureInfo.InvariantCulture), At(now)));

    [Fact]
    public void The_first_is_full_and_the_next_is_due_the_next_day()
    {
        Assert.Equal(new(BackupType.Full, "daily"), Daily.DueAt(At("2026-11-21 09:00"), Installed, []));
        Assert.Null(Daily.DueAt(At("2026-11-21 09:00"), At("2026-11-21 08:00"), []));
        Assert.Null(Daily.DueAt(At("2026-11-22 02:59"), Installed, [Full("2026-11-21 09:00")]));
        Assert.Equal(new(BackupType.Full, "daily"), Daily.DueAt(At("2026-11-22 03:00"), Installed, [Full("2026-11-21 03:01")]));
    }

    [Fact]
    public void Between_full_ones_the_daily_ones_and_those_between_them_are_increments()
    {
        Assert.Equal(new(BackupType.Incremental, "daily"), Weekly.DueAt(At("2026-11-22 03:00"), Installed, [Full("2026-11-21 03:00")]));
        Assert.Equal(new(BackupType.Incremental, "increment"), Weekly.DueAt(At("2026-11-21 04:00"), Installed, [Full("2026-11-21 03:00")]));
        Assert.Null(Weekly.DueAt(At("2026-11-21 03:59"), Installed, [Full("2026-11-21 03:00")]));

        // One that began late on the first day does not put off the next full one by a day.
        Assert.Equal(new(BackupType.Full, "daily"), Weekly.DueAt(At("2026-11-28 03:00"), Installed, [Increment("2026-11-28 02:30"), Full("2026-11-21 03:20")]));
    }

    [Fact]
    public void Increments_without_a_daily_time_begin_a_chain_and_begin_anew_in_time()
    {
        var schedule = new BackupSchedule(null, FullEveryDays: 2, IncrementEveryMinutes: 30);

        Assert.Equal(BackupType.Full, schedule.DueAt(At("2026-11-21 09:00"), Installed, [])!.Type);
        Assert.Equal(BackupType.Incremental, schedule.DueAt(At("2026-11-21 09:30"), Installed, [Full("2026-11-21 09:00")])!.Type);
        Assert.Equal(BackupType.Full, schedule.DueAt(At("2026-11-23 09:30"), Installed, [Increment("2026-11-23 09:00"), Full("2026-11-21 09:00")])!.Type);
    }

    [Fact]
    public void One_that_failed_is_tried_again_each_hour_and_not_for_ever()
    {
        Assert.Null(Daily.DueAt(At("2026-11-21 03:59"), Installed, [Failed("2026-11-21 03:00")]));
        Assert.NotNull(Daily.DueAt(At("2026-11-21 04:00"), Installed, [Failed("2026-11-21 03:00")]));
        Assert.Null(Daily.DueAt(At("2026-11-21 09:00"), Installed, [Failed("2026-11-21 05:00"), Failed("2026-11-21 04:00"), Failed("2026-11-21 03:00")]));
        Assert.Null(Daily.DueAt(At("2026-11-21 09:00"), Installed, [Full("2026-11-21 04:00"), Failed("2026-11-21 03:00")]));
    }

    [Fact]
    public void A_clock_that_was_put_back_makes_one_more_and_no_storm()
    {
        List<ScheduledBackup> made = [Full("2030-01-01 03:00"), Full("2026-11-20 03:00")];
        var now = At("2026-11-21 09:00");

        Assert.Equal(new(BackupType.Full, "daily"), Daily.DueAt(now, Installed, made));
        made.Insert(0, Full("2026-11-21 09:00"));
        Assert.Null(Daily.DueAt(now.AddMinutes(1), Installed, made));
        Assert.NotNull(Daily.DueAt(At("2026-11-22 03:00"), Installed, made));
    }

    [Fact]
    public void A_clock_that_was_put_back_over_the_daily_time_does_not_make_it_twice()
    {
        var made = new[] { Full("2026-11-21 03:00") };

        Assert.Null(Daily.DueAt(At("2026-11-21 02:58"), Installed, made));
        Assert.Null(Daily.DueAt(At("2026-11-21 03:00"), Installed, made));
    }

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse($"{text}Z", CultureInfo.InvariantCulture);

    private static ScheduledBackup Full(string at) => new(BackupType.Full, BackupStatus.Completed, At(at));

    private static ScheduledBackup Increment(string at) => new(BackupType.Incremental, BackupStatus.Completed, At(at));

    private static ScheduledBackup Failed(string at) => new(BackupType.Full, BackupStatus.Failed, At(at));
}
