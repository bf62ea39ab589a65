using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Messaging;
using Sanctum.Configurator.Features.Messaging.Channels;
using Sanctum.Configurator.Features.Messaging.Queue;
using Sanctum.Configurator.Features.Notifications;
using Sanctum.Configurator.Features.Overview;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Agents;
using Sanctum.Configurator.Registry.Messaging;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Features.Overview;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Messaging;

public sealed class WatchingMessagesTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<TestDatabase> Databases => TestRegistry.Databases;

    [Theory, MemberData(nameof(Databases))]
    public async Task The_overview_says_what_a_person_has_to_decide_and_helps(TestDatabase database)
    {
        await using var world = await OverviewWorld.CreateAsync(database);
        var channel = await AddChannelAsync(world);
        var now = world.Registry.Clock.GetUtcNow();
        var person = new LettaUser { DisplayName = "Ada" };
        await world.AddAsync(
            person,
            Failed(now.AddDays(-30), "Long ago."),
            Failed(now.AddHours(-2), "The server is away."),
            Failed(now.AddMinutes(-2), "The model is unknown."),
            new QueueEntry
            {
                AgentId = 1,
                Status = QueueStatus.Pending,
                Timestamp = now.AddMinutes(-1),
            },
            new OutboxEntry
            {
                ChannelId = channel.Id,
                Chat = "7",
                Part = 1,
                Text = "Hello",
                Status = OutboxStatus.Unknown,
            },
            new QueuePause
            {
                Scope = PauseScope.Agent,
                Subject = "1",
                PausedBy = "root",
                PausedAt = now,
            }
        );
        await world.Registry.OutsideAsync($"UPDATE channels SET problem = '{ChannelProblem.Write("The bot is gone.", now)}'");

        var reading = await world.ReadAsync("Messages");

        Assert.Equal(("1", "1 message ended in the last hour", Tone.Bad), (reading.Tile!.Figure, reading.Tile.Caption, reading.Tile.Tone));
        Assert.Equal(
            [
                $"2 messages failed since {now.AddHours(-2):d MMMM HH:mm} UTC",
                "The channel Front door can't be used",
                "1 message in the outbox may not have arrived",
                "Athena is paused, with 1 message waiting",
            ],
            reading.Attention.Select(one => one.Sentence)
        );
        Assert.Equal("The newest: The model is unknown.", reading.Attention[0].Detail);
        Assert.Equal(
            [Urls.QueueFailures, Urls.Channels, "/channels/outbox?state=unknown", null],
            reading.Attention.Select(one => one.Act!.Url)
        );
        Assert.Equal("Athena goes on.", Assert.IsType<Outcome<string>.Ok>(await world.HelpAsync("Messages", "Resume")).Value);
        Assert.DoesNotContain(
            (await world.ReadAsync("Messages")).Attention,
            one => one.Sentence.Contains("paused", StringComparison.Ordinal)
        );
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task Whoever_may_read_no_messages_sees_neither_tile_nor_notification(TestDatabase database)
    {
        await using var world = await OverviewWorld.CreateAsync(database);
        await AddChannelAsync(world);
        await world.AddAsync(Failed(world.Registry.Clock.GetUtcNow(), "It crashed.", QueueStatus.Poison));
        await WorkerOf(world).TellAsync(Cancel);
        var viewer = await world.Registry.AddUserAsync("eve", UserRole.Viewer);

        Assert.DoesNotContain((await world.ReadAsync(viewer)).States, state => state.Area.Title == "Messages");
        Assert.Equal((0, 0), await ToldAsync(viewer));
        Assert.Equal((1, 1), await ToldAsync(world.Root));

        async Task<(int, int)> ToldAsync(User who) =>
            await world.CallAsync(
                async (NotificationService service) =>
                    ((await service.UnreadAsync(Cancel)).Unread, (await service.PageAsync(new(), new(0, 10), Cancel)).Total),
                who
            );
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task What_goes_on_is_told_once_and_taken_back(TestDatabase database)
    {
        await using var world = await OverviewWorld.CreateAsync(database);
        await AddChannelAsync(world);
        var (now, worker) = (world.Registry.Clock.GetUtcNow(), WorkerOf(world));
        await world.AddAsync([.. Enumerable.Range(0, 4).Select(_ => Failed(now, "The server is away."))]);
        await world.AddAsync(
            new QueueEntry
            {
                AgentId = 1,
                Status = QueueStatus.Pending,
                Timestamp = now.AddMinutes(-14),
            }
        );
        await world.Registry.OutsideAsync($"UPDATE channels SET problem = '{ChannelProblem.Write("The bot is gone.", now)}'");
        await worker.TellAsync(Cancel);
        Assert.Empty(await OpenAsync(world));

        world.Registry.Clock.Advance(TimeSpan.FromMinutes(3));
        await world.AddAsync(Failed(now, "The server is away."));
        await worker.TellAsync(Cancel);
        await worker.TellAsync(Cancel);

        Assert.Equal(
            [
                ("5 messages failed for the same reason", 1),
                ("A message has waited for more than 15 minutes", 1),
                ("The channel Front door can't be used", 1),
            ],
            await OpenAsync(world)
        );

        await world.Registry.OutsideAsync("UPDATE queue SET status = 'cancelled'");
        await world.Registry.OutsideAsync("UPDATE channels SET problem = NULL");
        await worker.TellAsync(Cancel);
        Assert.Empty(await OpenAsync(world));
    }

    private static QueueEntry Failed(DateTimeOffset at, string cause, QueueStatus status = QueueStatus.Failed) =>
        new()
        {
            AgentId = 1,
            Status = status,
            Timestamp = at,
            EndedAt = at,
            Cause = cause,
            CauseVersion = Causes.Version,
            Failure = cause,
        };

    private static async Task<Channel> AddChannelAsync(OverviewWorld world)
    {
        var channel = new Channel
        {
            Name = "Front door",
            Platform = "website",
            AgentId = 1,
            Connector = "api",
            LastContact = world.Registry.Clock.GetUtcNow(),
        };
        await world.AddAsync(new Agent { Name = "Athena", CreatedAt = world.Registry.Clock.GetUtcNow() }, channel);
        return channel;
    }

    private static async Task<IReadOnlyList<(string, int)>> OpenAsync(OverviewWorld world)
    {
        await using var context = world.Registry.Open();
        var open = await context.Notifications.Where(n => n.ResolvedAt == null).OrderBy(n => n.Title).ToListAsync(Cancel);
        return [.. open.Select(n => (n.Title, n.Occurrences))];
    }

    private static MessagingNoticeWorker WorkerOf(OverviewWorld world) =>
        new(
            world.Registry.Services.GetRequiredService<IServiceScopeFactory>(),
            world.Registry.Services.GetRequiredService<Notifier>(),
            world.Registry.Services.GetRequiredService<IOptions<QueueOptions>>(),
            world.Registry.Clock,
            NullLogger<MessagingNoticeWorker>.Instance
        );
}
