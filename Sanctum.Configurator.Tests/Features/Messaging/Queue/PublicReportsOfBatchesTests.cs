using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Features.Messaging.Incoming;
using Sanctum.Configurator.Features.Messaging.Queue;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Messaging;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Messaging.Queue;

/// <summary>
/// What was reported of other queues that take and claim many messages at once, tried on this one. Each says where it was reported; claims
/// beside operators and commands behind full rows of workers are in <see cref="TakingTurnsTests"/>.
/// </summary>
public sealed class PublicReportsOfBatchesTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>
    /// HangfireIO/Hangfire 2380: a message whose console went away is retried by hand before it is given back by itself, and then both come.
    /// </summary>
    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task What_a_console_lost_is_not_answered_a_second_time_because_somebody_acted_meanwhile(TestDatabase database)
    {
        await using var world = await MessagingWorld.CreateAsync(database);
        var entry = await world.QueuedAsync("ada", "hello");
        var lost = await world.OfConsoleAsync((QueueLeases leases) => leases.TakeAsync(8, Cancel));
        QueueActForm retry = new()
        {
            Kind = QueueActKind.Retry,
            Ids = [entry],
            AtOnce = true,
        };
        Assert.IsType<Outcome<QueueActView>.Invalid>(await world.CallAsync((QueueActs acts) => acts.BeginAsync(retry, Cancel)));
        world.Clock.Advance(MessagingWorld.Lease + TimeSpan.FromSeconds(1));
        Assert.Equal(1, await world.OfConsoleAsync((QueueEnds ends) => ends.TakeOverAsync(Cancel)));

        await world.TickAsync();
        await world.TickAsync();
        Assert.Empty(await world.OfConsoleAsync((QueueEnds ends) => ends.WriteAsync([(lost[0], TurnEnd.Done("Too late."))], Cancel)));

        Assert.Equal(QueueStatus.Done, (await world.EntryAsync(entry)).Status);
        Assert.Single(world.Talk.Heard);
        Assert.NotEqual("Too late.", (await world.MessageOfAsync(entry)).AgentResponse);
    }

    /// <summary>taskforcesh/bullmq 3451, cashapp/misk 3546: one bad message in a batch, of which the others are lost or doubled.</summary>
    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task One_message_that_no_table_bears_fails_alone_and_the_others_are_there_once(TestDatabase database)
    {
        await using var world = await MessagingWorld.CreateAsync(database);
        await world.QueuedAsync("first", "hello");
        var refusal =
            database == TestDatabase.Sqlite
                ? "CREATE TRIGGER refuses BEFORE INSERT ON messages WHEN new.message = 'poison' BEGIN SELECT RAISE(ABORT, 'refused'); END"
                : "ALTER TABLE messages ADD CONSTRAINT refuses CHECK (message <> 'poison')";
        await world.Registry.OutsideAsync(refusal);

        var outcomes = await Task.WhenAll(
            Enumerable
                .Range(0, 40)
                .Select(async number =>
                {
                    try
                    {
                        var text = number == 17 ? "poison" : "hello";
                        return await world.Intake.AcceptAsync(world.From($"{number % 5}", text), Cancel) is not null;
                    }
                    catch (Exception e) when (e is not OperationCanceledException)
                    {
                        return false;
                    }
                })
        );

        Assert.Equal([17], Enumerable.Range(0, 40).Where(number => !outcomes[number]));
        await using var registry = world.Registry.Open();
        Assert.Equal((40, 40), (await registry.Messages.CountAsync(Cancel), await registry.Queue.CountAsync(Cancel)));
    }

    /// <summary>Abilityai/trinity 2727, nbramia/LifeOS 57: updates of a platform come again, or a later one before an earlier one.</summary>
    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task What_comes_again_or_out_of_order_is_taken_once_each(TestDatabase database)
    {
        await using var world = await MessagingWorld.CreateAsync(database);
        int[] order = [3, 1, 2, 3, 1, 2, 4, 2];

        foreach (var number in order)
        {
            await world.AcceptedAsync(world.From("ada", $"message {number}") with { ExternalId = $"{number}" });
        }

        await using var registry = world.Registry.Open();
        Assert.Equal(
            ["message 3", "message 1", "message 2", "message 4"],
            await registry.Messages.OrderBy(m => m.Id).Select(m => m.Text).ToListAsync(Cancel)
        );
    }

    /// <summary>rails/solid_queue 133, 309: the database is locked by somebody else while a message comes.</summary>
    [Fact]
    public async Task While_another_program_writes_a_message_waits_and_is_then_taken()
    {
        await using var world = await MessagingWorld.CreateAsync();
        Task<AcceptedMessage> taking;
        await using (var registry = world.Registry.Open())
        {
            await using var transaction = await registry.Database.BeginTransactionAsync(Cancel);
            taking = Task.Run(() => world.AcceptedAsync(world.From("ada", "hello")), Cancel);
            await transaction.CommitAsync(Cancel);
        }

        Assert.NotNull((await taking).QueueId);
    }
}
