using Sanctum.Configurator.Features.Logs.Searching;
using Sanctum.Configurator.Registry.Logs;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Logs;

public sealed class CountingLogsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task The_histogram_counts_by_level_what_is_in_the_index_and_what_is_not(TestDatabase database)
    {
        await using var store = await LogStore.CreateAsync(database);
        await store.WriteAsync(
            LogStore.Line("one", LogLevelWord.Error),
            LogStore.Line("two", LogLevelWord.Info, 0.5),
            LogStore.Line("three", LogLevelWord.Error, 10)
        );
        await store.IndexAsync();
        await store.WriteAsync(LogStore.Line("four", LogLevelWord.Error, 10.2));

        var within = new LogFilter { From = LogStore.Noon.AddMinutes(-1), To = LogStore.Noon.AddMinutes(20) };
        var bars = await LastAsync(store, within);

        Assert.Equal((TimeSpan.FromMinutes(1), LogStore.Noon.AddMinutes(-1), 21), (bars.Width, bars.From, bars.Counts.Count));
        Assert.Equal([0, 1, 0, 1, 0], bars.Counts[1]);
        Assert.Equal([0, 0, 0, 2, 0], bars.Counts[11]);
        Assert.Equal(4, bars.Total);
        Assert.Equal(
            1,
            (await LastAsync(store, (await store.FilterAsync("level:info")) with { From = within.From, To = within.To })).Total
        );
        var words = await LastAsync(store, (await store.FilterAsync("t*")) with { From = within.From, To = within.To });
        Assert.Equal((2, true), (words.Total, words.IsWhole));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_wide_time_is_counted_in_wide_spans(TestDatabase database)
    {
        await using var store = await LogStore.CreateAsync(database);
        await store.WriteAsync(LogStore.Line("old", minutes: -60 * 24 * 300), LogStore.Line("new"));
        await store.IndexAsync();

        var bars = await LastAsync(store, new() { To = LogStore.Noon.AddMinutes(1) });

        Assert.InRange(bars.Counts.Count, 30, LogHistogram.MostBars);
        Assert.Equal(2, bars.Total);
        Assert.Equal((1, 1), (bars.Counts[0].Sum(), bars.Counts[^1].Sum()));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Messages_that_differ_in_numbers_and_names_are_one_group(TestDatabase database)
    {
        await using var store = await LogStore.CreateAsync(database);
        await store.WriteAsync([
            .. Enumerable.Range(1, 20).Select(at => LogStore.Line($"Run {at} of \"tool {at}\" took {at * 7} ms", minutes: at)),
            LogStore.Line("Started", LogLevelWord.Warning),
        ]);
        await store.IndexAsync();

        var all = await store.Patterns.ListAsync(new() { To = LogStore.Noon.AddHours(1) }, 10, Cancel);
        var found = await store.Patterns.ListAsync(await store.FilterAsync("took"), 10, Cancel);

        Assert.Equal(
            [("Run * of \"*\" took * ms", 20L, LogLevelWord.Info), ("Started", 1L, LogLevelWord.Warning)],
            all.Groups.Select(group => (group.Text, group.Lines, group.Level))
        );
        Assert.Equal(20, all.Groups[0].Counts.Sum());
        Assert.Equal(("Run * of \"*\" took * ms", 20L), (found.Groups.Single().Text, found.Groups.Single().Lines));
        Assert.Null(found.Sampled);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Lines_under_a_key_that_was_used_are_not_stored_again(TestDatabase database)
    {
        await using var store = await LogStore.CreateAsync(database);
        var first = await store.Writer.WriteAsync([LogStore.Line("once"), LogStore.Line("twice")], "key", Cancel);
        var again = await store.Writer.WriteAsync([LogStore.Line("once"), LogStore.Line("twice")], "key", Cancel);

        Assert.Equal((2, 2, first.FirstId, true), (first.Lines, again.Lines, again.FirstId, again.IsRepeat));
        Assert.Equal(["twice", "once"], await store.MessagesAsync(""));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Many_small_writers_are_all_answered_with_ids_of_their_own(TestDatabase database)
    {
        await using var store = await LogStore.CreateAsync(database);
        var receipts = await Task.WhenAll(Enumerable.Range(0, 500).Select(at => store.WriteAsync(LogStore.Line($"line {at}"))));

        Assert.Equal(500, receipts.Select(receipt => receipt.FirstId).Distinct().Count());
        Assert.Equal(500, await store.Search.CountAsync(LogFilter.Everything, Cancel));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_batch_that_can_not_be_stored_takes_no_other_with_it(TestDatabase database)
    {
        await using var store = await LogStore.CreateAsync(database);
        var good = Enumerable.Range(0, 20).Select(at => store.WriteAsync(LogStore.Line($"good {at}"))).ToList();
        var bad = store.WriteAsync(LogStore.Line("bad", details: "{"));
        good.AddRange(Enumerable.Range(20, 20).Select(at => store.WriteAsync(LogStore.Line($"good {at}"))));

        await Assert.ThrowsAnyAsync<Exception>(() => bad);
        await Task.WhenAll(good);
        Assert.Equal(40, await store.Search.CountAsync(LogFilter.Everything, Cancel));
    }

    private static async Task<LogBars> LastAsync(LogStore store, LogFilter filter)
    {
        LogBars? last = null;
        await foreach (var bars in store.Histogram.CountAsync(filter, Cancel))
        {
            last = bars;
        }

        return last!;
    }
}
