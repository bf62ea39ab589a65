using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Logs;
using Sanctum.Configurator.Features.Logs.Indexing;
using Sanctum.Configurator.Features.Logs.Searching;
using Sanctum.Configurator.Features.Logs.Storing;
using Sanctum.Configurator.Registry.Logs;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Logs;

/// <summary>The logs of one test's own, without the workers: the test says when lines are taken into the index.</summary>
internal sealed class LogStore : IAsyncDisposable
{
    public static readonly DateTimeOffset Noon = new(2026, 3, 14, 12, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private LogStore(TestRegistry registry) => Registry = registry;

    public TestRegistry Registry { get; }

    public LogWriter Writer => Registry.Services.GetRequiredService<LogWriter>();

    public LogSearch Search => Registry.Services.GetRequiredService<LogSearch>();

    public LogHistogram Histogram => Registry.Services.GetRequiredService<LogHistogram>();

    public LogPatterns Patterns => Registry.Services.GetRequiredService<LogPatterns>();

    public static async Task<LogStore> CreateAsync(
        TestDatabase database,
        IEnumerable<KeyValuePair<string, string?>>? settings = null,
        Action<IServiceCollection>? add = null
    ) =>
        new(
            await TestRegistry.CreateAsync(
                database,
                services =>
                {
                    services.AddLogs();
                    add?.Invoke(services);
                },
                settings
            )
        );

    public static LogLine Line(
        string message,
        LogLevelWord level = LogLevelWord.Info,
        double minutes = 0,
        string source = "system",
        int? id = null,
        string? details = null,
        int? user = null,
        string? correlation = null
    ) => new(level, source, id, message, details, Noon.AddMinutes(minutes), user, correlation);

    public Task<LogReceipt> WriteAsync(params LogLine[] lines) => Writer.WriteAsync(lines, null, Cancel);

    /// <summary>Takes all lines into the index. PostgreSQL waits for whatever other transactions were open when they came.</summary>
    public async Task IndexAsync()
    {
        var indexer = Registry.Services.GetRequiredService<LogIndexer>();
        await Wait.UntilAsync(async () =>
        {
            await indexer.TakeAsync(Cancel);
            return await IsIndexedAsync();
        });
    }

    private async Task<bool> IsIndexedAsync()
    {
        await using var connection = await Registry.Services.GetRequiredService<LogDatabase>().ReadAsync(Cancel);
        return await connection.ScalarAsync<int>(
                "SELECT CASE WHEN coalesce((SELECT max(id) FROM logs), 0) <= indexed THEN 1 ELSE 0 END FROM log_index",
                Cancel
            ) == 1;
    }

    public async Task<LogFilter> FilterAsync(string query)
    {
        await using var scope = Registry.Services.CreateAsyncScope();
        var reading = await scope.ServiceProvider.GetRequiredService<LogQueryReader>().ReadAsync(query, Cancel);
        Assert.Empty(reading.Errors);
        return reading.Filter;
    }

    public async Task<LogPage> ReadAsync(string query, LogPlace? from = null, bool isForward = false, int take = 50) =>
        await Search.ReadAsync(await FilterAsync(query), from, isForward, take, Cancel);

    public async Task<string[]> MessagesAsync(string query, LogPlace? from = null, bool isForward = false, int take = 50) =>
        [.. (await ReadAsync(query, from, isForward, take)).Items.Select(row => row.Message)];

    /// <summary>All pages but the first, in the file and in its write-ahead log.</summary>
    public static void Break(string file)
    {
        SqliteConnection.ClearAllPools();
        foreach (var part in new[] { file, $"{file}-wal" }.Where(File.Exists))
        {
            using var stream = new FileStream(part, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            stream.Position = Math.Min(100, stream.Length);
            stream.Write(Enumerable.Repeat((byte)0xEE, (int)Math.Max(0, stream.Length - stream.Position)).ToArray());
        }
    }

    public async ValueTask DisposeAsync() => await Registry.DisposeAsync();
}
