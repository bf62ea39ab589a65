using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Server;

/// <summary>Two consoles on one PostgreSQL share the runs of jobs, while one of them stands still and is killed later.</summary>
[Trait("Needs", "Postgres")]
public sealed class SharingJobsTests
{
    private const int Jobs = 300;

    private static readonly Dictionary<string, string> Short = new() { ["Jobs__LeaseSeconds"] = "5", ["Jobs__MostAtOnce"] = "8" };
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_due_time_runs_once_though_one_console_stands_still_and_is_killed()
    {
        await using var database = await OwnPostgres.CreateAsync();
        await using var receiver = await FakeReceiver.StartAsync();
        await using var first = new ConsoleProcess { DatabaseUrl = database.Url, Settings = Short };
        await using var second = new ConsoleProcess { DatabaseUrl = database.Url, Settings = Short };
        await first.StartAsync();
        await second.StartAsync();
        await AddJobsAsync(database, first, await AddToolAsync(first, receiver.Address));

        await WaitAsync(() => receiver.All.Count > Jobs / 10);
        first.StandStill();
        await WaitAsync(async () => await CountAsync(database, "outcome = 'lost'") > 0 || await CountAsync(database, "outcome IN ('queued', 'running')") == 0);
        first.GoOn();
        await WaitAsync(() => receiver.All.Count > Jobs / 2);
        await first.KillAsync();
        await WaitAsync(async () => await CountAsync(database, "action IS NULL") == Jobs && await CountAsync(database, "outcome IN ('queued', 'running')") == 0);

        var told = receiver.All.Select(received => received.Body).ToList();
        Assert.Equal(told.Count, told.Distinct().Count());
        Assert.Equal(Jobs, await CountAsync(database, "action IS NULL AND outcome IN ('succeeded', 'lost')"));
        Assert.Equal(0, await CountAsync(database, "action IS NULL AND outcome = 'succeeded' AND arguments->>'body' NOT IN ("
            + string.Join(", ", told.Select(body => $"'{body}'")) + ")"));
        Assert.InRange(await CountAsync(database, "outcome = 'lost'"), 0, 16);
    }

    private static async Task<int> AddToolAsync(ConsoleProcess console, Uri address)
    {
        var tool = await PostAsync(console, "/api/tools", new { name = "receiver" });
        var config = new { kind = "http", method = "POST", url = $"{address}run", headers = Array.Empty<string[]>(), secrets = Array.Empty<string>(), body = "" };
        return (int)(await PostAsync(console, "/api/tool-instances", new { name = "post", tool_id = (int)tool["id"]!, config }))["id"]!;
    }

    /// <summary>Due at the minute that has just begun, and then not again before tomorrow.</summary>
    private static async Task AddJobsAsync(OwnPostgres database, ConsoleProcess console, int instance)
    {
        var (now, minute) = ("date_trunc('minute', now())", "extract(minute from now() at time zone 'UTC')");
        await database.AskAsync($"""
            INSERT INTO scheduled_jobs (name, cron_expression, tool_instance_id, arguments, next_run)
            SELECT 'job ' || n, {minute} || ' ' || extract(hour from now() at time zone 'UTC') || ' * * *', {instance}, jsonb_build_object('body', 'run ' || n), {now} FROM generate_series(1, {Jobs}) AS n
            """);
        Assert.InRange((int)(await console.ReadAsync("/api/jobs?take=1"))["total"]!, Jobs, Jobs + 9);
    }

    private static async Task<JsonNode> PostAsync(ConsoleProcess console, string path, object body)
    {
        using var answer = await console.SendAsync(HttpMethod.Post, path, body);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
        return (await answer.Content.ReadFromJsonAsync<JsonNode>(Cancel))!;
    }

    private static async Task<int> CountAsync(OwnPostgres database, string which) => Convert.ToInt32(await database.AskAsync($"SELECT count(*) FROM job_runs WHERE {which}"), System.Globalization.CultureInfo.InvariantCulture);

    private static Task WaitAsync(Func<bool> condition) => WaitAsync(() => Task.FromResult(condition()));

    /// <summary>What another process does can only be looked for.</summary>
    private static async Task WaitAsync(Func<Task<bool>> condition)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (!await condition())
        {
            await timer.WaitForNextTickAsync(Cancel);
        }
    }
}
