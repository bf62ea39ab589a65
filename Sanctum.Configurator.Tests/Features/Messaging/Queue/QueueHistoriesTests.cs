using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Account;
using Sanctum.Configurator.Features.Agents;
using Sanctum.Configurator.Features.Messaging;
using Sanctum.Configurator.Features.Messaging.Queue;
using Sanctum.Configurator.Registry.Messaging;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Messaging.Queue;

/// <summary>Random histories of two consoles and an operator, held against the one table of states.</summary>
public sealed class QueueHistoriesTests
{
    private const int Steps = 30;
    private static readonly int Histories = Thorough.Or(5, 60, "SANCTUM_TEST_HISTORIES");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [LongTheory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task No_entry_goes_where_the_table_does_not_let_it(TestDatabase database)
    {
        await using var world = await MessagingWorld.CreateAsync(database, agents: 3);
        await using var other = world.Registry.BuildConsole(services => services.AddAccount().AddAgents().AddMessagingServices());
        IServiceProvider[] consoles = [world.Registry.Services, other];
        for (var history = 0; history < Histories; history++)
        {
            var run = new History(world, consoles, new Xorshift((ulong)history + 1));
            await ForgetAsync(world);
            for (var step = 0; step < Steps; step++)
            {
                await run.StepAsync();
            }

            await run.SumUpAsync(history + 1);
        }
    }

    /// <summary>Each begins with an empty queue, so that its number is all that it takes to see it again.</summary>
    private static async Task ForgetAsync(MessagingWorld world)
    {
        await using var context = world.Registry.Open();
        await context.QueueActs.ExecuteDeleteAsync(Cancel);
        await context.QueueAttempts.ExecuteDeleteAsync(Cancel);
        await context.Outbox.ExecuteDeleteAsync(Cancel);
        await context.Queue.ExecuteDeleteAsync(Cancel);
        await context.Messages.ExecuteDeleteAsync(Cancel);
    }

    /// <summary>One of them; its seed is its number.</summary>
    private sealed class History(MessagingWorld world, IServiceProvider[] consoles, Xorshift random)
    {
        private readonly List<(int Console, ClaimedTurn Turn)> _held = [];
        private readonly HashSet<int> _given = [];
        private readonly List<int> _taken = [];

        public async Task StepAsync()
        {
            var before = await StatusesAsync();
            var (act, isUndo) = random.Below(9) switch
            {
                0 or 1 => (EnqueueAsync(), false),
                2 or 3 => (TakeAsync(random.Below(2)), false),
                4 or 5 => (EndAsync(), false),
                6 => (LoseAsync(), false),
                7 => (ActAsync(), false),
                _ => (UndoAsync(), true),
            };
            await act;
            foreach (var (id, status) in await StatusesAsync())
            {
                Assert.False(
                    isUndo && status == QueueStatus.Processing && before.GetValueOrDefault(id) != status,
                    $"{id} is answered by nobody."
                );
                if (!isUndo && before.TryGetValue(id, out var was) && was != status)
                {
                    Assert.True(QueueStates.Allows(was, status), $"Entry {id} went from {was} to {status}.");
                }
            }
        }

        /// <summary>Nothing that was taken is lost, every attempt has its row, and nothing was answered twice.</summary>
        public async Task SumUpAsync(int number)
        {
            await using var context = world.Registry.Open();
            var entries = await context.Queue.AsNoTracking().ToListAsync(Cancel);
            var attempts = (await context.QueueAttempts.AsNoTracking().ToListAsync(Cancel)).ToLookup(a => a.QueueId);
            var answers = await context.Messages.AsNoTracking().ToDictionaryAsync(m => m.Id, m => m.AgentResponse, Cancel);
            Assert.Equal(_taken.Order(), entries.Select(e => e.Id).Order());
            foreach (var entry in entries)
            {
                var isUnderWay = entry.Status == QueueStatus.Processing ? 1 : 0;
                var what = $"Entry {entry.Id} of history {number}, {entry.Status}, {entry.AttemptCount} attempts";
                Assert.True(attempts[entry.Id].Count() + isUnderWay == entry.AttemptCount, what);
                Assert.True(attempts[entry.Id].Count(a => a.Outcome == "done") == (entry.Status == QueueStatus.Done ? 1 : 0), what);
                Assert.True((answers[entry.MessageId!.Value] is not null) == (entry.Status == QueueStatus.Done), what);
            }
        }

        private async Task EnqueueAsync() => _taken.Add(await world.QueuedAsync($"{random.Below(4)}", "hello", random.Below(3)));

        private async Task TakeAsync(int console)
        {
            await using var scope = consoles[console].CreateAsyncScope();
            var taken = await scope.ServiceProvider.GetRequiredService<QueueLeases>().TakeAsync(1 + random.Below(3), Cancel);
            foreach (var turn in taken)
            {
                Assert.DoesNotContain(_held, held => held.Turn.Lead.AgentId == turn.Lead.AgentId && IsLive(held.Turn));
                _held.Add((console, turn));
            }
        }

        private bool IsLive(ClaimedTurn turn) =>
            turn.Lead.StartedAt + MessagingWorld.Lease > world.Clock.GetUtcNow() && !_given.Contains(turn.Lead.Id);

        private async Task EndAsync()
        {
            if (_held.Count == 0)
            {
                return;
            }

            var (console, turn) = _held[random.Below(_held.Count)];
            _held.Remove((console, turn));
            _given.Add(turn.Lead.Id);
            var end = random.Below(4) switch
            {
                0 => TurnEnd.Failed("The model refused it."),
                1 => TurnEnd.Cancelled("Cancelled."),
                2 => new TurnEnd(QueueStatus.Pending, "failed", Failure: "Later.") { NotBefore = world.Clock.GetUtcNow().AddSeconds(5) },
                _ => TurnEnd.Done("An answer."),
            };
            await using var scope = consoles[console].CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<QueueEnds>().WriteAsync([(turn, end)], Cancel);
        }

        private async Task LoseAsync()
        {
            world.Clock.Advance(MessagingWorld.Lease + TimeSpan.FromSeconds(1));
            _held.Clear();
            await using var scope = consoles[random.Below(2)].CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<QueueEnds>().TakeOverAsync(Cancel);
        }

        private Task ActAsync()
        {
            var kind = random.Below(3) switch
            {
                0 => QueueActKind.Retry,
                1 => QueueActKind.Cancel,
                _ => QueueActKind.Flush,
            };
            return world.CallAsync(
                (QueueActs acts) => acts.BeginAsync(new() { Kind = kind, Filter = new(AgentId: world.Agents[random.Below(3)]) }, Cancel)
            );
        }

        private async Task UndoAsync()
        {
            await using var context = world.Registry.Open();
            var last = await context.QueueActs.OrderByDescending(a => a.Id).Select(a => a.Id).FirstOrDefaultAsync(Cancel);
            if (last > 0)
            {
                await world.CallAsync((QueueActs acts) => acts.UndoAsync(last, Cancel));
            }
        }

        private async Task<Dictionary<int, QueueStatus>> StatusesAsync()
        {
            await using var context = world.Registry.Open();
            return await context.Queue.ToDictionaryAsync(e => e.Id, e => e.Status, Cancel);
        }
    }
}
