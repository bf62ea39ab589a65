using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Sanctum.Configurator.Features.Backups;
using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Features.Letta.Monitor;
using Sanctum.Configurator.Features.Letta.Probe;
using Sanctum.Configurator.Features.Notifications;
using Sanctum.Configurator.Registry.Backups;
using Sanctum.Configurator.Registry.Notifications;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Notifications;

/// <summary>What the other parts of the console tell the operator of.</summary>
public sealed class TellingOfTheConsoleTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_lost_connection_is_told_until_it_is_back(TestDatabase database)
    {
        await using var world = await NotificationsWorld.CreateAsync(database);
        using var worker = new LettaNoticeWorker(new(), world.Notifier, world.Clock, NullLogger<LettaNoticeWorker>.Instance);
        await worker.TellAsync(LettaStatus.Unknown, Cancel);
        Assert.Empty(await world.ListAsync());

        var down = new LettaStatus
        {
            Verdict = LettaVerdict.Refused,
            Message = "Nothing listens there.",
            Hint = "Start it.",
        };
        await worker.TellAsync(down, Cancel);
        await worker.TellAsync(down with { LatencyMs = 5 }, Cancel);
        var row = Assert.Single(await world.ListAsync());
        Assert.Equal(
            (NoticeLevel.Error, "Nothing listens there. Start it.", 1, null),
            (row.Level, row.Message, row.Occurrences, row.ResolvedAt)
        );

        // A console that was started meanwhile knows no more than what it sees now.
        using var next = new LettaNoticeWorker(new(), world.Notifier, world.Clock, NullLogger<LettaNoticeWorker>.Instance);
        await next.TellAsync(new() { Verdict = LettaVerdict.Connected }, Cancel);
        Assert.NotNull(Assert.Single(await world.ListAsync()).ResolvedAt);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task An_app_server_is_called_so_and_told_of_while_it_is_open_to_others(TestDatabase database)
    {
        await using var world = await NotificationsWorld.CreateAsync(database);
        using var worker = new LettaNoticeWorker(new(), world.Notifier, world.Clock, NullLogger<LettaNoticeWorker>.Instance);
        var open = new LettaStatus
        {
            Verdict = LettaVerdict.OpenServer,
            Kind = LettaKind.AppServer,
            Address = new Uri("http://letta.example:4500/"),
            Message = "It doesn't require a token.",
        };

        await worker.TellAsync(open with { Address = new Uri("http://localhost:4500/") }, Cancel);
        Assert.Empty(await world.ListAsync());

        await worker.TellAsync(open, Cancel);
        Assert.Equal("The Letta App Server is open to anyone", Assert.Single(await world.ListAsync()).Title);

        await worker.TellAsync(open with { Verdict = LettaVerdict.NotReady, Message = "It is silent." }, Cancel);
        Assert.Contains(await world.ListAsync(), row => row.Title == "The Letta App Server can't be used");

        await worker.TellAsync(open with { Verdict = LettaVerdict.Connected }, Cancel);
        Assert.All(await world.ListAsync(), row => Assert.NotNull(row.ResolvedAt));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_backup_that_failed_is_overdue_or_did_not_pass_its_drill_is_told_until_a_good_one(TestDatabase database)
    {
        await using var world = await NotificationsWorld.CreateAsync(database);
        using var worker = new BackupNoticeWorker(
            world.Registry.Services.GetRequiredService<IServiceScopeFactory>(),
            world.Notifier,
            world.Clock,
            NullLogger<BackupNoticeWorker>.Instance
        );
        await world.Registry.OutsideAsync("UPDATE system_config SET created_at = '2026-11-01 00:00:00'");
        await world.Registry.OutsideAsync(
            "INSERT INTO scheduled_jobs (name, cron_expression, action) VALUES ('Daily backup', '0 3 * * *', 'back_up')"
        );
        await MakeAsync(
            world,
            new()
            {
                Name = "good",
                Status = BackupStatus.Completed,
                CreatedAt = world.Clock.GetUtcNow(),
            }
        );
        await worker.TickAsync(Cancel);
        Assert.Empty(await world.ListAsync());

        await MakeAsync(
            world,
            new()
            {
                Name = "bad",
                Status = BackupStatus.Failed,
                Failure = "The disk is full.",
                CreatedAt = world.Clock.GetUtcNow(),
            }
        );
        world.Clock.Advance(TimeSpan.FromHours(20));
        await worker.TickAsync(Cancel);
        await worker.TickAsync(Cancel);
        var rows = await world.ListAsync();
        Assert.Equal(
            [("A backup is overdue", NoticeLevel.Warning), ("The newest backup failed", NoticeLevel.Error)],
            rows.OrderBy(r => r.Title).Select(r => (r.Title, r.Level))
        );

        world.Clock.Advance(TimeSpan.FromDays(3));
        await worker.TickAsync(Cancel);
        Assert.Equal(NoticeLevel.Error, (await world.ListAsync()).Single(r => r.Title == "A backup is overdue").Level);

        await MakeAsync(
            world,
            new()
            {
                Name = "hollow",
                Status = BackupStatus.Completed,
                CreatedAt = world.Clock.GetUtcNow(),
                DrilledAt = world.Clock.GetUtcNow(),
                DrillFailure = "A table is missing.",
            }
        );
        await worker.TickAsync(Cancel);
        var open = Assert.Single(await world.ListAsync(), r => r.ResolvedAt is null);
        Assert.Equal(("A backup failed its restore test", "hollow: A table is missing."), (open.Title, open.Message));
        await using var context = world.Registry.Open();
        await context
            .Backups.Where(b => b.Name == "hollow")
            .ExecuteUpdateAsync(set => set.SetProperty(b => b.DrillFailure, (string?)null), Cancel);
        await worker.TickAsync(Cancel);
        Assert.DoesNotContain(await world.ListAsync(), r => r.ResolvedAt is null);
    }

    private static async Task MakeAsync(NotificationsWorld world, Backup backup)
    {
        await using var context = world.Registry.Open();
        context.Add(backup);
        await context.SaveChangesAsync(Cancel);
    }
}
