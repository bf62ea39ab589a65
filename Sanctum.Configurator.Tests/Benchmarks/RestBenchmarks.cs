using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Tests.Server;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Benchmarks;

/// <summary>
/// What calls of <c>/rest/v1</c> cost, with key and row access, on a real port of this machine: <c>dotnet run -- --explicit only
/// --filter-class "*RestBenchmarks" --show-live-output on</c>. Processor time is that of the whole process, the caller's share included. It
/// prints what it measures and judges nothing. Each call is made 3,000 times before it counts, so that nothing is compiled any more. How
/// much of it is the server's alone, the lines of a bare server tell, which sends the same number of bytes to the same caller.
/// </summary>
public sealed class RestBenchmarks(ITestOutputHelper output)
{
    private const int Conversations = 2_000;
    private const int WarmUp = 3_000;
    private static readonly TimeSpan Each = TimeSpan.FromSeconds(4);

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

        const string List = "/rest/v1/conversations?order=updated_at.desc&limit=50";
        await ColdAsync(caller, $"{database}: the first list", List);
        await ColdAsync(caller, $"{database}: the second list", List);
        await MeasureAsync($"{database}: list-50, all of one time", 1, _ => GetAsync(caller, List));
        await SpreadAsync(console, database);
        await MeasureAsync($"{database}: list-50", 1, _ => GetAsync(caller, List));
        await MeasureAsync($"{database}: get-one", 1, at => GetAsync(caller, $"/rest/v1/conversations?id=eq.{ids[at % ids.Count]}"));
        var added = 0;
        await MeasureAsync(
            $"{database}: single insert, 16 connections",
            16,
            async _ =>
            {
                await AddAsync(caller);
                Interlocked.Increment(ref added);
            }
        );
        var count = await person.GetAsync("conversations?select=id&limit=1", ("Prefer", "count=exact"));
        output.WriteLine(
            $"{database}: {added} inserts were answered; Content-Range is {count.Header("Content-Range")}, of which {Conversations} were there before"
        );
        await BareAsync(await caller.GetByteArrayAsync(new Uri(List, UriKind.Relative), Cancel));
    }

    /// <summary>Rows that were not written by one call have times of their own.</summary>
    private static async Task SpreadAsync(RestConsole console, TestDatabase database)
    {
        await using var registry = await console.OpenAsync();
        await registry.Database.ExecuteSqlRawAsync(
            database == TestDatabase.Sqlite
                ? "UPDATE conversations SET updated_at = strftime('%Y-%m-%d %H:%M:%f', 'now', '-' || (abs(random()) % 3000000) || ' seconds')"
                : "UPDATE conversations SET updated_at = now() - random() * interval '30 days'",
            Cancel
        );
    }

    private async Task ColdAsync(HttpClient caller, string what, string path)
    {
        var began = Stopwatch.GetTimestamp();
        await GetAsync(caller, path);
        output.WriteLine($"{what}: {Stopwatch.GetElapsedTime(began).TotalMilliseconds:N1} ms");
    }

    private async Task BareAsync(byte[] list)
    {
        await using var bare = WebApplication.CreateSlimBuilder().Build();
        bare.Urls.Add("http://127.0.0.1:0");
        bare.MapGet("/list", context => context.Response.Body.WriteAsync(list, Cancel).AsTask());
        bare.MapGet("/one", context => context.Response.Body.WriteAsync(list.AsMemory(0, list.Length / 50), Cancel).AsTask());
        bare.MapPost("/add", context => context.Request.Body.CopyToAsync(Stream.Null, Cancel));
        await bare.StartAsync(Cancel);
        using var caller = new HttpClient { BaseAddress = new(bare.Urls.Single()) };
        await MeasureAsync("a bare server: as many bytes as a list", 1, _ => GetAsync(caller, "/list"));
        await MeasureAsync("a bare server: as many bytes as one row", 1, _ => GetAsync(caller, "/one"));
        await MeasureAsync("a bare server: taking a body, 16 connections", 16, _ => AddAsync(caller, "/add"));
    }

    private static async Task GetAsync(HttpClient caller, string path)
    {
        using var answer = await caller.GetAsync(path, Cancel);
        answer.EnsureSuccessStatusCode();
        await answer.Content.ReadAsByteArrayAsync(Cancel);
    }

    private static async Task AddAsync(HttpClient caller, string path = "/rest/v1/conversations")
    {
        using var body = new StringContent("""{"title":"One more"}""", Encoding.UTF8, "application/json");
        using var answer = await caller.PostAsync(path, body, Cancel);
        answer.EnsureSuccessStatusCode();
    }

    private async Task MeasureAsync(string what, int connections, Func<int, Task> call)
    {
        for (var at = 0; at < WarmUp; at++)
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
