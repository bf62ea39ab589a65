using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Sanctum.Configurator.Tests.Server;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Benchmarks;

/// <summary>
/// What calls of <c>/rest/v1</c> cost, with key and row access, on a real port of this machine: <c>dotnet run -- --explicit only
/// --filter-class "*RestBenchmarks" --show-live-output on</c>. Processor time is that of the whole process, the caller's share included. It
/// prints what it measures and judges nothing.
/// </summary>
public sealed class RestBenchmarks(ITestOutputHelper output)
{
    private const int Conversations = 2_000;
    private static readonly TimeSpan Each = TimeSpan.FromSeconds(2);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory(Explicit = true, Timeout = 0)]
    [MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Lists_single_rows_and_inserts(TestDatabase database)
    {
        await using var console = new RestConsole(database);
        await console.InitializeAsync();
        var person = await console.AddPersonAsync();
        var other = await console.AddPersonAsync();
        var rows = JsonSerializer.Serialize(Enumerable.Range(0, Conversations).Select(at => new { title = $"Conversation {at}" }));
        var ids = (await person.AddAsync("conversations?select=id", rows)).Select(row => (string)row!["id"]!).ToList();
        await other.AddAsync("conversations?select=id", rows);
        using var caller = new HttpClient { BaseAddress = console.Address };
        caller.DefaultRequestHeaders.Add("apikey", person.Key);

        await MeasureAsync($"{database}: list-50", 1, _ => GetAsync(caller, "/rest/v1/conversations?order=updated_at.desc&limit=50"));
        await MeasureAsync($"{database}: get-one", 1, at => GetAsync(caller, $"/rest/v1/conversations?id=eq.{ids[at % ids.Count]}"));
        await MeasureAsync($"{database}: single insert, 16 connections", 16, _ => AddAsync(caller));
    }

    private static async Task GetAsync(HttpClient caller, string path)
    {
        using var answer = await caller.GetAsync(path, Cancel);
        answer.EnsureSuccessStatusCode();
        await answer.Content.ReadAsByteArrayAsync(Cancel);
    }

    private static async Task AddAsync(HttpClient caller)
    {
        using var body = new StringContent("""{"title":"One more"}""", Encoding.UTF8, "application/json");
        using var answer = await caller.PostAsync("/rest/v1/conversations", body, Cancel);
        answer.EnsureSuccessStatusCode();
    }

    private async Task MeasureAsync(string what, int connections, Func<int, Task> call)
    {
        for (var at = 0; at < 200; at++)
        {
            await call(at);
        }

        using var process = Process.GetCurrentProcess();
        var (cpu, begun, done) = (process.TotalProcessorTime, Stopwatch.StartNew(), 0);
        await Task.WhenAll(
            Enumerable
                .Range(0, connections)
                .Select(async _ =>
                {
                    while (begun.Elapsed < Each)
                    {
                        await call(Interlocked.Increment(ref done));
                    }
                })
        );
        var elapsed = begun.Elapsed;
        process.Refresh();
        output.WriteLine(
            $"{what}: {done / elapsed.TotalSeconds:N0}/s, {elapsed.TotalMicroseconds * connections / done:N0} µs each, {(process.TotalProcessorTime - cpu).TotalMicroseconds / done:N0} µs of processor time"
        );
    }
}
