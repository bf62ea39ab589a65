using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Sanctum.Configurator.Features.Logs.Alerts;
using Sanctum.Configurator.Features.Logs.Searching;
using Sanctum.Configurator.Features.Logs.Storing;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Logs;

/// <summary>What is new goes by the order in which lines come: a sender's clock that is wrong hides nobody's lines.</summary>
public sealed class FollowingArrivalsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Lines_that_come_after_one_of_a_later_time_are_told_to_old_followers_and_new_ones(TestDatabase database)
    {
        await using var store = await LogStore.CreateAsync(database);
        await store.WriteAsync(LogStore.Line("before"));
        await using var old = Follow(store, "-hidden", after: 1);
        await store.WriteAsync(LogStore.Line("ahead", minutes: 60));
        await old.HearAsync("ahead");
        await using var young = Follow(store, "", after: 2);
        await store.WriteAsync(LogStore.Line("now", minutes: 1), LogStore.Line("hidden", minutes: 1), LogStore.Line("late", minutes: -600));

        await old.HearAsync("now", "late");
        await young.HearAsync("now", "hidden", "late");
        await store.IndexAsync();
        await store.Registry.OutsideAsync("INSERT INTO logs (message, timestamp) VALUES ('outside', '2020-01-01 00:00:00')", "logs");
        store.Registry.Services.GetRequiredService<Signal<LinesArrived>>().Publish(new());
        await old.HearAsync("outside");
        await young.HearAsync("outside");
        await using var again = Follow(store, "", after: 2);
        await again.HearAsync("now", "hidden", "late", "outside");
    }

    /// <summary>PostgreSQL gives ids before it commits.</summary>
    [Fact]
    public async Task A_line_that_is_committed_after_a_later_one_is_told()
    {
        await using var store = await LogStore.CreateAsync(TestDatabase.Postgres);
        await store.WriteAsync(LogStore.Line("before"));
        await store.IndexAsync();
        var arrivals = store.Registry.Services.GetRequiredService<LogArrivals>();
        var mark = await arrivals.NowAsync(Cancel);
        await using var slow = new NpgsqlConnection(store.Registry.Location.PostgresConnection);
        await slow.OpenAsync(Cancel);
        await using var transaction = await slow.BeginTransactionAsync(Cancel);
        await using (var insert = new NpgsqlCommand("INSERT INTO logs (message) VALUES ('slow')", slow, transaction))
        {
            await insert.ExecuteNonQueryAsync(Cancel);
        }

        await store.WriteAsync(LogStore.Line("fast"));
        Assert.Equal(["fast"], await NextAsync());
        Assert.Empty(await NextAsync());
        await transaction.CommitAsync(Cancel);
        Assert.Equal(["slow"], await NextAsync());
        await store.IndexAsync();
        Assert.Empty(await NextAsync());

        async Task<IEnumerable<string>> NextAsync() =>
            (await arrivals.NextAsync(LogFilter.Everything, mark, 50, Cancel)).Items.Select(row => row.Message);
    }

    [Theory]
    [InlineData(TestDatabase.Sqlite, true)]
    [InlineData(TestDatabase.Sqlite, false)]
    [InlineData(TestDatabase.Postgres, true)]
    [InlineData(TestDatabase.Postgres, false)]
    public async Task Many_that_came_are_told_each_once_whether_they_are_in_the_index_or_not(TestDatabase database, bool isIndexed)
    {
        await using var store = await LogStore.CreateAsync(database);
        var arrivals = store.Registry.Services.GetRequiredService<LogArrivals>();
        var mark = await arrivals.NowAsync(Cancel);
        await store.Writer.WriteAsync(
            [.. Enumerable.Range(0, 9_000).Select(at => LogStore.Line($"{(at % 3 == 0 ? "wanted" : "other")} {at}", minutes: 9_000 - at))],
            null,
            Cancel
        );
        if (isIndexed)
        {
            await store.IndexAsync();
        }

        var (filter, told) = (await store.FilterAsync("wanted"), new List<string>());
        LogsArrived page;
        do
        {
            page = await arrivals.NextAsync(filter, mark, 700, Cancel);
            told.AddRange(page.Items.Select(row => row.Message));
        } while (page.HasMore);

        Assert.Equal(Enumerable.Range(0, 3_000).Select(at => $"wanted {at * 3}"), told);
    }

    [Theory]
    [InlineData(TestDatabase.Sqlite, "level>=error")]
    [InlineData(TestDatabase.Sqlite, "bad")]
    [InlineData(TestDatabase.Postgres, "level>=error")]
    [InlineData(TestDatabase.Postgres, "bad")]
    public async Task An_alert_is_raised_by_what_comes_whatever_its_time(TestDatabase database, string query)
    {
        await using var world = await AlertsWorld.CreateAsync(database);
        var alert = await world.AddAsync(
            new()
            {
                Name = "Errors",
                Query = query,
                Threshold = 3,
                WindowSeconds = 60,
            }
        );
        await world.WriteAsync("bad", secondsAgo: 7_200);
        await world.CheckAsync();
        Assert.Equal((AlertState.Quiet, 0), await SeenAsync());

        // One clock is an hour ahead, one behind, one is right.
        await world.WriteAsync("bad", secondsAgo: -3_600);
        await world.WriteAsync("bad", secondsAgo: 3_600);
        await world.Store.IndexAsync();
        await world.WriteAsync("bad");
        world.Clock.Advance(AlertChecker.Every);
        await world.CheckAsync();
        Assert.Equal((AlertState.Raised, 3), await SeenAsync());

        world.Clock.Advance(TimeSpan.FromMinutes(2));
        await world.CheckAsync();
        Assert.Equal((AlertState.Quiet, 0), await SeenAsync());
        world.Clock.Advance(TimeSpan.FromSeconds(3_600 - 120 - 10));
        await world.CheckAsync();
        Assert.Equal((AlertState.Quiet, 0), await SeenAsync());

        async Task<(AlertState, int?)> SeenAsync() => await world.AlertAsync(alert.Id) is var now ? (now.State, now.LastCount) : default;
    }

    private static Follower Follow(LogStore store, string query, long after) =>
        new(store, store.FilterAsync(query).GetAwaiter().GetResult(), after);

    /// <summary>Somebody who follows, from the moment on at which this was made.</summary>
    private sealed class Follower : IAsyncDisposable
    {
        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

        private readonly CancellationTokenSource _end = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        private readonly IAsyncEnumerator<LogRow> _lines;
        private Task<bool> _next;

        public Follower(LogStore store, LogFilter filter, long after)
        {
            _lines = store
                .Registry.Services.GetRequiredService<LogTail>()
                .FollowAsync(filter, _end.Token, after)
                .GetAsyncEnumerator(_end.Token);
            _next = _lines.MoveNextAsync().AsTask();
        }

        public async Task HearAsync(params string[] messages)
        {
            foreach (var message in messages)
            {
                Assert.True(await _next.WaitAsync(Patience, Cancel));
                Assert.Equal(message, _lines.Current.Message);
                _next = _lines.MoveNextAsync().AsTask();
            }
        }

        public async ValueTask DisposeAsync()
        {
            await _end.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _next);
            await _lines.DisposeAsync();
            _end.Dispose();
        }
    }
}
