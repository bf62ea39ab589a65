using System.Globalization;
using Sanctum.Configurator.Features.Backups.Retention;
using Sanctum.Configurator.Registry.Backups;

namespace Sanctum.Configurator.Tests.Features.Backups.Retention;

public sealed class KeepingByRulesTests
{
    private static readonly DateTimeOffset Now = At("2026-11-21 09:00");

    [Fact]
    public void Without_a_rule_all_are_kept()
    {
        var decisions = new KeepRules(KeepLast: 0).Judge([Made(1, "2001-01-01 00:00"), Made(2, "2026-11-21 03:00")], Now);

        Assert.All(decisions, decision => Assert.Contains("everything is kept", decision.Reasons));
    }

    [Fact]
    public void The_newest_few_are_kept_and_numbered()
    {
        var decisions = new KeepRules(KeepLast: 2).Judge(
            [Made(1, "2026-11-18 03:00"), Made(2, "2026-11-20 03:00"), Made(3, "2026-11-19 03:00")],
            Now
        );

        Assert.Equal([2, 3, 1], decisions.Select(d => d.Item.Id));
        Assert.Equal([2, 3], Kept(decisions));
        Assert.Contains("number 1 of the newest 2", decisions[0].Reasons);
        Assert.Contains("number 2 of the newest 2", decisions[1].Reasons);
    }

    [Fact]
    public void Age_is_counted_from_now_to_the_second()
    {
        var rules = new KeepRules(KeepDays: 2);

        var decisions = rules.Judge([Made(1, "2026-11-19 09:00"), Made(2, "2026-11-19 09:01"), Made(3, "2026-11-21 03:00")], Now);

        Assert.Equal([3, 2], Kept(decisions));
        Assert.Contains("younger than 2 days", decisions[1].Reasons);
        Assert.Equal(At("2026-11-21 09:00"), rules.ExpiryOf(At("2026-11-19 09:00")));
        Assert.Null((rules with { KeepWeekly = 1 }).ExpiryOf(Now));
        Assert.Null(new KeepRules().ExpiryOf(Now));
    }

    [Theory]
    [InlineData(
        "hourly",
        "2026-11-21 08:59|2026-11-21 08:01|2026-11-21 07:30|2026-11-20 23:00",
        "1,3",
        "newest of 21 November 2026, 08:00"
    )]
    [InlineData("daily", "2026-11-21 08:59|2026-11-21 00:00|2026-11-20 23:59|2026-11-18 12:00", "1,3", "newest of 21 November 2026")]
    [InlineData("weekly", "2026-11-16 00:00|2026-11-15 23:59|2026-11-09 00:00|2026-11-08 12:00", "1,2", "newest of week 47 of 2026")]
    [InlineData("monthly", "2026-11-01 00:00|2026-10-31 23:59|2026-10-01 00:00|2026-09-30 12:00", "1,2", "newest of November 2026")]
    [InlineData("yearly", "2026-01-01 00:00|2025-12-31 23:59|2025-01-01 00:00|2024-06-30 12:00", "1,2", "newest of 2026")]
    public void The_newest_of_each_of_two_periods_that_hold_one_is_kept(string period, string made, string kept, string reason)
    {
        var rules = period switch
        {
            "hourly" => new KeepRules(KeepHourly: 2),
            "daily" => new KeepRules(KeepDaily: 2),
            "weekly" => new KeepRules(KeepWeekly: 2),
            "monthly" => new KeepRules(KeepMonthly: 2),
            _ => new KeepRules(KeepYearly: 2),
        };

        var decisions = rules.Judge(made.Split('|').Select((at, number) => Made(number + 1, at)), Now);

        Assert.Equal(kept, string.Join(',', Kept(decisions)));
        Assert.Contains(reason, decisions[0].Reasons);
    }

    [Fact]
    public void A_week_at_the_turn_of_the_year_is_one_week_and_belongs_to_the_year_of_its_Thursday()
    {
        // 1 January 2027 is a Friday: the week from 28 December is week 53 of 2026.
        var decisions = new KeepRules(KeepWeekly: 5).Judge(
            [Made(1, "2026-12-28 00:00"), Made(2, "2027-01-03 23:59"), Made(3, "2027-01-04 00:00")],
            At("2027-02-01 00:00")
        );

        Assert.Equal([3, 2], Kept(decisions));
        Assert.Equal(["newest of week 53 of 2026"], decisions[1].Reasons);
    }

    [Fact]
    public void Periods_are_those_of_UTC_whatever_the_offset_says()
    {
        var evening = new DateTimeOffset(2026, 11, 20, 23, 30, 0, TimeSpan.FromHours(-5));

        var decisions = new KeepRules(KeepDaily: 9).Judge([Made(1, "2026-11-21 05:00"), new(2, "b", evening)], At("2026-11-22 00:00"));

        Assert.Equal([1], Kept(decisions));
    }

    [Fact]
    public void Rules_add_up_and_each_says_its_reason()
    {
        var decisions = new KeepRules(KeepLast: 1, KeepDays: 3, KeepDaily: 1, KeepYearly: 1).Judge(
            [Made(1, "2026-11-21 03:00"), Made(2, "2026-11-20 03:00"), Made(3, "2026-10-20 03:00")],
            Now
        );

        Assert.Equal([1, 2], Kept(decisions));
        Assert.Equal(
            [
                "younger than 3 days",
                "number 1 of the newest 1",
                "newest of 21 November 2026",
                "newest of 2026",
                "the newest that was restore-tested",
            ],
            decisions[0].Reasons
        );
    }

    [Fact]
    public void What_people_made_stays_unless_its_own_time_is_over_and_takes_no_place()
    {
        var rules = new KeepRules(KeepLast: 1);
        KeepItem[] items =
        [
            Made(1, "2000-01-01 00:00") with
            {
                IsAuto = false,
            },
            Made(2, "2026-11-21 08:00") with
            {
                IsAuto = false,
                ExpiresAt = At("2026-11-21 08:59"),
            },
            Made(3, "2026-11-21 07:00") with
            {
                IsAuto = false,
                ExpiresAt = At("2026-12-24 08:59"),
            },
            Made(4, "2026-11-21 03:00"),
            Made(5, "2026-11-20 03:00"),
        ];
        items = [.. items.Select(item => item with { IsProven = item.Id == 4 })];

        var decisions = rules.Judge(items, Now);

        Assert.Equal([3, 4, 1], Kept(decisions));
        Assert.Equal(["made by hand, until 24 December 2026"], decisions[1].Reasons);
        Assert.Equal(["made by hand"], decisions[^1].Reasons);
    }

    [Fact]
    public void The_newest_that_was_proven_stays_however_old_it_is()
    {
        var decisions = new KeepRules(KeepDays: 1).Judge(
            [Made(1, "2026-01-01 00:00"), Made(2, "2026-02-01 00:00"), Made(3, "2026-03-01 00:00") with { IsProven = false }],
            Now
        );

        Assert.Equal([2], Kept(decisions));
    }

    [Fact]
    public void Where_none_was_proven_the_newest_that_is_whole_stays()
    {
        var decisions = new KeepRules(KeepDays: 1).Judge(
            [Made(1, "2026-01-01 00:00") with { IsProven = false }, Made(2, "2026-02-01 00:00") with { IsProven = false, IsWhole = false }],
            Now
        );

        Assert.Equal([1], Kept(decisions));
    }

    [Fact]
    public void What_is_damaged_or_was_taken_before_a_restore_never_stands_for_its_day()
    {
        var decisions = new KeepRules(KeepDaily: 1).Judge(
            [
                Made(1, "2026-11-21 03:00"),
                Made(2, "2026-11-21 05:00") with
                {
                    IsWhole = false,
                    IsProven = false,
                },
                Made(3, "2026-11-21 06:00") with
                {
                    IsGeneration = false,
                },
                Made(4, "2026-10-01 06:00") with
                {
                    IsGeneration = false,
                },
                Made(5, "2026-10-01 06:00") with
                {
                    IsWhole = false,
                    IsProven = false,
                },
            ],
            Now
        );

        Assert.Equal([3, 2, 1], Kept(decisions));
        Assert.Equal(["younger than 30 days"], decisions[1].Reasons);
    }

    [Fact]
    public void What_a_kept_increment_continues_stays_to_the_beginning_of_its_chain_and_no_other_does()
    {
        KeepItem[] items = [.. Chain(1, "2026-11-01 03:00", 4), .. Chain(11, "2026-11-05 03:00", 3)];

        var decisions = new KeepRules(KeepDaily: 2).Judge(items, At("2026-11-08 00:00"));

        // 6 and 7 November are the second and third of the second chain.
        Assert.Equal([13, 12, 11], Kept(decisions));
        Assert.Equal(["b12 depends on it"], decisions[2].Reasons);
    }

    [Fact]
    public void A_chain_whose_beginning_is_missing_or_that_bites_its_tail_ends_the_walk()
    {
        var (one, two) = (new Guid(1, 0, 0, new byte[8]), new Guid(2, 0, 0, new byte[8]));
        KeepItem[] items =
        [
            Made(1, "2026-11-01 03:00") with
            {
                ArchiveId = one,
                ParentArchiveId = two,
            },
            Made(2, "2026-11-02 03:00") with
            {
                ArchiveId = two,
                ParentArchiveId = one,
            },
            Made(3, "2026-11-03 03:00") with
            {
                ArchiveId = new Guid(3, 0, 0, new byte[8]),
                ParentArchiveId = Guid.AllBitsSet,
            },
        ];

        Assert.Equal([3], Kept(new KeepRules(KeepLast: 1).Judge(items, Now)));
        Assert.Equal([3, 2, 1], Kept(new KeepRules(KeepLast: 2).Judge(items, Now)));
    }

    [Theory]
    [InlineData(null, "Everything")]
    [InlineData(7, "5 newest, 30 days, 7 daily")]
    public void The_rules_say_themselves(int? daily, string words) =>
        Assert.Equal(words, (daily is null ? new KeepRules() : new KeepRules(5, 30, null, daily, 0)).InWords());

    [Fact]
    public void The_simulator_plays_a_schedule_as_far_as_the_rules_reach()
    {
        var played = KeepSimulator.Play(new(KeepDaily: 7, KeepWeekly: 4), BeingDueTests.Schedule(), Now);

        Assert.Equal(9, played.Kept);
        Assert.InRange(played.Made, 28, 40);
        Assert.Equal(At("2026-11-21 03:00"), played.Backups[0].CreatedAt);
        Assert.Equal(played.Kept, played.Backups.Count(backup => backup.IsKept));
        Assert.All(played.Backups, backup => Assert.Equal(BackupType.Full, backup.Type));
        Assert.Equal((3, 9), (played.Page(2, 3, keptOnly: true).Items.Count, played.Page(2, 3, keptOnly: true).Total));
    }

    [Fact]
    public void The_simulator_makes_chains_and_keeps_what_they_need()
    {
        var played = KeepSimulator.Play(new(KeepLast: 1), BeingDueTests.Schedule("0 3 * * *", 7, "0 3,9,15,21 * * *"), Now, days: 14);

        var chain = played.Backups.TakeWhile(backup => backup.Type == BackupType.Incremental).Count() + 1;
        Assert.Equal(chain, played.Kept);
        Assert.Equal(TimeSpan.FromHours(6), played.Backups[0].CreatedAt - played.Backups[1].CreatedAt);
        Assert.Equal(2, played.Backups.Count(backup => backup.Type == BackupType.Full && backup.CreatedAt > Now.AddDays(-13)));
    }

    [Fact]
    public void The_simulator_ends_where_a_schedule_makes_nothing_or_too_much()
    {
        Assert.Equal(0, KeepSimulator.Play(new(KeepYearly: 9), BeingDueTests.Schedule(null), Now).Made);
        Assert.Equal(
            KeepSimulator.Most,
            KeepSimulator.Play(new(KeepYearly: 9), BeingDueTests.Schedule("0 3 * * *", 1, "*/5 * * * *"), Now).Made
        );
    }

    [Fact]
    public void The_simulator_judges_what_is_there()
    {
        var played = KeepSimulator.Play(new(KeepLast: 1), [Made(1, "2026-11-20 03:00"), Made(2, "2026-11-21 03:00")], Now);

        Assert.Equal((2, 1, "b2"), (played.Made, played.Kept, played.Backups[0].Name));
    }

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse($"{text}Z", CultureInfo.InvariantCulture);

    private static KeepItem Made(int id, string at) => new(id, $"b{id}", At(at), IsProven: true);

    /// <summary>A full backup and the daily increments that continue it.</summary>
    private static IEnumerable<KeepItem> Chain(int first, string at, int count) =>
        Enumerable
            .Range(0, count)
            .Select(number => new KeepItem(
                first + number,
                $"b{first + number}",
                At(at).AddDays(number),
                IsProven: true,
                ArchiveId: new(first + number, 0, 0, new byte[8]),
                ParentArchiveId: number == 0 ? null : new Guid(first + number - 1, 0, 0, new byte[8])
            ));

    private static List<int> Kept(IReadOnlyList<KeepDecision> decisions) => [.. decisions.Where(d => d.IsKept).Select(d => d.Item.Id)];
}
