using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Logs.Indexing;
using Sanctum.Configurator.Features.Logs.Retention;
using Sanctum.Configurator.Features.Logs.Searching;
using Sanctum.Configurator.Features.Logs.Storing;
using Sanctum.Configurator.Registry.Logs;
using Sanctum.Configurator.Tests.Features.Logs;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Benchmarks;

/// <summary>
/// How fast lines are taken in, indexed and found at the service, among as many as <c>SANCTUM_BENCHMARK_LINES</c> says (a million
/// otherwise):
/// <c>dotnet run -c Release -- --explicit only --filter-class "*LogBenchmarks" --show-live-output on</c>. It prints what it measures and
/// judges nothing.
/// </summary>
public sealed class LogBenchmarks(ITestOutputHelper output)
{
    private const int Batch = 5_000;
    private const int Rounds = 60;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Common words and rare ones, alone and with levels and origins that are common or rare.</summary>
    private static readonly string[] Searches =
    [
        "",
        "level>=warning",
        "level:critical",
        "source:tool",
        "agent:3",
        "level:critical source:plugin",
        "answered",
        "timeout",
        "refused letta",
        "\"connection to letta\"",
        "attached -block",
        "quetzal",
        "quetz*",
        "level:critical timeout",
        "plugin:2 level:error refused",
        "answered attached",
        "details.status:502 level:error",
    ];

    [Theory(Explicit = true, Timeout = 0)]
    [InlineData(TestDatabase.Sqlite)]
    public async Task Lines_in_and_found(TestDatabase database)
    {
        var lines = int.Parse(Environment.GetEnvironmentVariable("SANCTUM_BENCHMARK_LINES") ?? "1000000", CultureInfo.InvariantCulture);
        await using var store = await LogStore.CreateAsync(database);
        await FillAsync(store, lines);
        await IndexAsync(store);
        foreach (var query in Searches)
        {
            var filter = await store.FilterAsync(query);
            await TimeAsync($"newest 50: {query}", () => store.Search.ReadAsync(filter, null, isForward: false, 50, Cancel));
        }

        var random = new Xorshift(7);
        await TimeAsync(
            "a jump anywhere",
            () =>
                store.Search.ReadAsync(
                    LogFilter.Everything,
                    LogPlace.At(LogStore.Noon.AddMinutes(random.Below(lines / 700))),
                    isForward: false,
                    60,
                    Cancel
                )
        );
        await TimeAsync(
            "count of level>=warning",
            async () => await store.Search.CountAsync(await store.FilterAsync("level>=warning"), Cancel)
        );
        await TimeAsync("histogram of all", () => LastAsync(store, LogFilter.Everything));
        await TimeAsync("histogram of a day", () => LastAsync(store, new() { From = LogStore.Noon, To = LogStore.Noon.AddDays(1) }));
        await TimeAsync("patterns of all", () => store.Patterns.ListAsync(LogFilter.Everything, 50, Cancel));
        await SinglesAsync(store);
        await RemovingAsync(store);
    }

    private static LogLine Make(Xorshift random, int at)
    {
        var level = random.Below(10_000) switch
        {
            0 => LogLevelWord.Critical,
            < 200 => LogLevelWord.Error,
            < 800 => LogLevelWord.Warning,
            < 3000 => LogLevelWord.Debug,
            _ => LogLevelWord.Info,
        };
        var (source, id) = random.Below(4) switch
        {
            0 => ("system", (int?)null),
            1 => ("tool", random.Below(9)),
            2 => ("plugin", random.Below(4)),
            _ => ("agent", random.Below(20)),
        };
        var message = random.Below(7) switch
        {
            0 => $"Message {random.Below(1_000_000)} of Athena answered in {random.Below(9000)} ms",
            1 => $"Queue item {random.Below(1_000_000)} processed",
            2 => $"Connection to letta refused, attempt {random.Below(9)}",
            3 => $"Tool web search took {random.Below(9000)} ms",
            4 => $"Block {random.Below(int.MaxValue):x8}{at:x8} attached",
            5 => $"Waiting for run {random.Below(int.MaxValue):x8} ended in a timeout",
            _ => random.Below(50_000) == 0 ? "A quetzal was seen" : "Heartbeat",
        };
        var status = random.Below(50) == 0 ? 502 : 200;
        var details =
            random.Below(2) == 0
                ? $$$"""{"logger": "broca.queue", "status": {{{status}}}, "peer": {"name": "letta", "port": 8283}}"""
                : null;
        return new(level, source, id, message, details, LogStore.Noon.AddSeconds(at * 60.0 / 700), null, null);
    }

    private async Task FillAsync(LogStore store, int lines)
    {
        var random = new Xorshift(42);
        var watch = Stopwatch.StartNew();
        var making = TimeSpan.Zero;
        for (var at = 0; at < lines; at += Batch)
        {
            var began = watch.Elapsed;
            var batch = Enumerable.Range(at, Math.Min(Batch, lines - at)).Select(number => Make(random, number)).ToList();
            making += watch.Elapsed - began;
            await store.Writer.WriteAsync(batch, null, Cancel);
        }

        Say($"taken in, {Batch} at once: {lines / (watch.Elapsed - making).TotalSeconds:#,0} lines/s");
    }

    private async Task IndexAsync(LogStore store)
    {
        var indexer = store.Registry.Services.GetRequiredService<LogIndexer>();
        var watch = Stopwatch.StartNew();
        var lines = 0L;
        while (await indexer.TakeAsync(Cancel) is > 0 and var some)
        {
            lines += some;
        }

        Say($"indexed: {lines / watch.Elapsed.TotalSeconds:#,0} lines/s");
        foreach (var file in Directory.GetFiles(store.Registry.Location.DataDirectory, "logs*"))
        {
            Say($"{Path.GetFileName(file)}: {new FileInfo(file).Length / 1_048_576.0:#,0} MB");
        }
    }

    /// <summary>Sixteen senders, one line at a time, each waiting for its answer.</summary>
    private async Task SinglesAsync(LogStore store)
    {
        const int Each = 3000;
        var took = new double[16 * Each];
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(
            Enumerable
                .Range(0, 16)
                .Select(sender =>
                    Task.Run(async () =>
                    {
                        for (var at = 0; at < Each; at++)
                        {
                            var began = watch.Elapsed;
                            await store.WriteAsync(LogStore.Line("one line"));
                            took[(sender * Each) + at] = (watch.Elapsed - began).TotalMilliseconds;
                        }
                    })
                )
        );
        var rate = took.Length / watch.Elapsed.TotalSeconds;
        Array.Sort(took);
        Say(
            $"single lines of 16 senders at the service: {rate:#,0}/s, p50 {took[took.Length / 2]:0.00} ms, p99 {took[(int)(took.Length * 0.99)]:0.00} ms"
        );
    }

    /// <summary>One sender, while the lines of the first day are removed.</summary>
    private async Task RemovingAsync(LogStore store)
    {
        var retention = store.Registry.Services.GetRequiredService<LogRetention>();
        var watch = Stopwatch.StartNew();
        var removing = Task.Run(() => retention.RemoveAsync(null, null, LogStore.Noon.AddDays(1), null, Cancel));
        var took = new List<double>();
        while (!removing.IsCompleted)
        {
            var began = watch.Elapsed;
            await store.WriteAsync(LogStore.Line("one line"));
            took.Add((watch.Elapsed - began).TotalMilliseconds);
        }

        took.Sort();
        Say(
            $"removed: {await removing / watch.Elapsed.TotalSeconds:#,0} lines/s; single lines meanwhile p50 {took[took.Count / 2]:0.00} ms, p99 {took[(int)(took.Count * 0.99)]:0.00} ms, most {took[^1]:0.00} ms"
        );
    }

    private static async Task<LogBars?> LastAsync(LogStore store, LogFilter filter)
    {
        LogBars? last = null;
        await foreach (var bars in store.Histogram.CountAsync(filter, Cancel))
        {
            last = bars;
        }

        return last;
    }

    private async Task TimeAsync<T>(string what, Func<Task<T>> act)
    {
        var took = new double[Rounds];
        var first = 0.0;
        for (var round = -1; round < Rounds; round++)
        {
            var watch = Stopwatch.StartNew();
            await act();
            if (round < 0)
            {
                first = watch.Elapsed.TotalMilliseconds;
            }
            else
            {
                took[round] = watch.Elapsed.TotalMilliseconds;
            }
        }

        Array.Sort(took);
        Say($"{what}: first {first:0.0} ms, p50 {took[Rounds / 2]:0.0} ms, p99 {took[^1]:0.0} ms");
    }

    private void Say(string text) => output.WriteLine(text);
}
