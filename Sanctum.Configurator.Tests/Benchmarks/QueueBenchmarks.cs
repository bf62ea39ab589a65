using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Sanctum.Configurator.Features.Messaging.Incoming;
using Sanctum.Configurator.Features.Messaging.Intake;
using Sanctum.Configurator.Features.Messaging.Messages;
using Sanctum.Configurator.Features.Messaging.Queue;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Platform.Work;
using Sanctum.Configurator.Registry.Messaging;
using Sanctum.Configurator.Tests.Features.Messaging;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Benchmarks;

/// <summary>
/// How many messages a second are taken, claimed and answered by agents that take no time, durable:
/// <c>dotnet run -c Release -- --explicit only --filter-class "*QueueBenchmarks" --show-live-output on</c>. It prints what it measures and
/// judges nothing.
/// </summary>
public sealed class QueueBenchmarks(ITestOutputHelper output)
{
    private const int Producers = 16;
    private const int WarmUp = 8_192;
    private static readonly int Messages = Thorough.Or(65_536, "SANCTUM_BENCHMARK_MESSAGES");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <param name="atOnce">Turns that the console has under way at a time.</param>
    /// <param name="together">Messages that a producer hands in before it waits.</param>
    [Theory(Explicit = true, Timeout = 0)]
    [InlineData(TestDatabase.Sqlite, 8, 1)]
    [InlineData(TestDatabase.Sqlite, 256, 1)]
    [InlineData(TestDatabase.Sqlite, 256, 8)]
    [InlineData(TestDatabase.Sqlite, 256, 64)]
    [InlineData(TestDatabase.Postgres, 8, 1)]
    [InlineData(TestDatabase.Postgres, 256, 1)]
    [InlineData(TestDatabase.Postgres, 256, 64)]
    public async Task Messages_a_second(TestDatabase database, int atOnce, int together)
    {
        await using var world = await MessagingWorld.CreateAsync(
            database,
            agents: 512,
            services => services.AddSingleton(TimeProvider.System).AddSingleton<IdleEngine>().AddSingleton<MessageIndexing>()
        );
        var engine = world.Registry.Services.GetRequiredService<IdleEngine>();
        engine.AtOnce = atOnce;
        var indexing = world.Registry.Services.GetRequiredService<MessageIndexing>();
        await engine.StartAsync(Cancel);
        await indexing.StartAsync(Cancel);
        await SendAsync(world, engine, WarmUp, together);
        var (watch, begun) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
        var (taken, accepts) = await SendAsync(world, engine, Messages, together);
        var done = watch.Elapsed;
        await indexing.CatchUpAsync(Timeout.InfiniteTimeSpan, Cancel);
        var (indexed, spent) = (watch.Elapsed, Environment.CpuUsage.TotalTime - begun);
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{database}, {Producers} producers with {together} at once, {atOnce} turns at once: {Messages / done.TotalSeconds:N0} a second done; taken {Messages / taken.TotalSeconds:N0} a second, each within p50 {At(accepts, 50):0.0}, p99 {At(accepts, 99):0.0} ms; from taken to done p50 {At(engine.Waits, 50):0.0}, p99 {At(engine.Waits, 99):0.0} ms; {spent.TotalMicroseconds / Messages:N0} µs of processor for each; indexed {(indexed - done).TotalMilliseconds:N0} ms later"
            )
        );
        await indexing.StopAsync(Cancel);
        await engine.StopAsync(Cancel);
    }

    private static double At(IReadOnlyCollection<double> times, int percent) => times.Order().ElementAt(times.Count * percent / 100);

    /// <summary>Hands in messages, and waits until all are done.</summary>
    /// <returns>When the last was taken, and how long each took to be.</returns>
    private static async Task<(TimeSpan Taken, IReadOnlyCollection<double> Accepts)> SendAsync(
        MessagingWorld world,
        IdleEngine engine,
        int messages,
        int together
    )
    {
        engine.Expect(messages);
        var accepts = new ConcurrentBag<double>();
        var watch = Stopwatch.StartNew();
        await Parallel.ForAsync(
            0,
            Producers,
            new ParallelOptions { MaxDegreeOfParallelism = Producers, CancellationToken = Cancel },
            async (producer, _) =>
            {
                for (var number = 0; number < messages / Producers; number += together)
                {
                    await Task.WhenAll(Enumerable.Range(number, together).Select(n => AcceptAsync(world, producer, n, accepts)));
                }
            }
        );
        var taken = watch.Elapsed;
        await engine.AllDone.WaitAsync(TimeSpan.FromMinutes(5), Cancel);
        return (taken, accepts);
    }

    private static async Task AcceptAsync(MessagingWorld world, int producer, int number, ConcurrentBag<double> accepts)
    {
        var begun = Stopwatch.GetTimestamp();
        var (agent, person) = ((number * Producers + producer) % world.Agents.Count, $"{producer}-{number % 50}");
        await world.AcceptedAsync(world.From(person, $"Message {number} of producer {producer}, with some common words in it", agent));
        accepts.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
    }

    /// <summary>The queue's engine with agents that answer at once.</summary>
    private sealed class IdleEngine(IServiceScopeFactory scopes, LiveTurns live, QueueHints hints, TimeProvider clock)
        : LeasedEngine<ClaimedTurn, TurnEnd>(scopes, live, clock, NullLogger.Instance)
    {
        private readonly TimeProvider _clock = clock;
        private TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _left;

        public int AtOnce { get; set; }

        public ConcurrentBag<double> Waits { get; } = [];

        public Task AllDone => _all.Task;

        protected override int MostAtOnce => AtOnce;

        protected override bool SharesCommits => true;

        public void Expect(int messages)
        {
            (_left, _all) = (messages, new(TaskCreationOptions.RunContinuationsAsynchronously));
            Waits.Clear();
        }

        protected override int IdOf(ClaimedTurn claimed) => claimed.Lead.Id;

        protected override Task<IReadOnlyList<ClaimedTurn>> TakeAsync(IServiceProvider services, int most, CancellationToken cancel) =>
            services.GetRequiredService<QueueLeases>().TakeHintedAsync(hints, most, cancel);

        protected override Task<TurnEnd> WorkAsync(ClaimedTurn claimed, LiveRun run) => Task.FromResult(TurnEnd.Done("Done."));

        protected override Task<IReadOnlyList<(ClaimedTurn Claimed, TurnEnd End)>> WriteAsync(
            IServiceProvider services,
            IReadOnlyList<(ClaimedTurn Claimed, TurnEnd End)> ends,
            CancellationToken cancel
        ) => services.GetRequiredService<QueueEnds>().WriteAsync(ends, cancel);

        protected override Task<(IReadOnlySet<int> Own, IReadOnlyList<int> ToCancel)> RenewAsync(
            IServiceProvider services,
            IReadOnlyCollection<int> ids,
            CancellationToken cancel
        ) => services.GetRequiredService<QueueLeases>().RenewAsync(ids, cancel);

        protected override async Task<bool> TakeOverAsync(IServiceProvider services, CancellationToken cancel) =>
            await services.GetRequiredService<QueueEnds>().TakeOverAsync(cancel) > 0;

        protected override Task<DateTimeOffset?> NextAsync(IServiceProvider services, DateTimeOffset seen, CancellationToken cancel) =>
            hints.NextAsync(() => services.GetRequiredService<QueueLeases>().NextAsync(seen, cancel));

        protected override IDisposable Subscribe(CancellationToken stopping) => hints.Follow(Wake);

        protected override void OnEnded(IReadOnlyList<(ClaimedTurn Claimed, TurnEnd End)> written)
        {
            hints.AddEnds(written);
            var now = _clock.GetUtcNow();
            foreach (var (claimed, _) in written)
            {
                Waits.Add((now - claimed.Lead.Timestamp!.Value).TotalMilliseconds);
            }

            if (Interlocked.Add(ref _left, -written.Sum(end => end.Claimed.Entries.Count)) <= 0)
            {
                _all.TrySetResult();
            }
        }
    }
}
