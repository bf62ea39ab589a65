using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Account;
using Sanctum.Configurator.Features.Notifications;
using Sanctum.Configurator.Features.ScheduledJobs;
using Sanctum.Configurator.Features.ScheduledJobs.Engine;
using Sanctum.Configurator.Features.Tools;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Jobs;
using Sanctum.Configurator.Registry.Model;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Benchmarks;

/// <summary>
/// How many jobs a second come to run and end, durably; how late they begin on an idle machine; how fast a million runs are searched:
/// <c>dotnet run -c Release -- --explicit only --filter-class "*JobBenchmarks" --show-live-output on</c>. It prints what it measures and
/// judges nothing.
/// </summary>
public sealed class JobBenchmarks(ITestOutputHelper output)
{
    private const int Due = 10_000;
    private const int WarmUp = 500;
    private const int Idle = 400;
    private const int WarmUpIdle = 100;
    private const int Rounds = 60;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory(Explicit = true, Timeout = 0)]
    [InlineData(TestDatabase.Sqlite)]
    [InlineData(TestDatabase.Postgres)]
    public async Task Ten_thousand_at_once(TestDatabase database)
    {
        var act = new Stamp();
        await using var registry = await CreateAsync(database, act);
        var engine = registry.Services.GetRequiredService<JobEngine>();
        await engine.StartAsync(Cancel);

        // Of a console that has run jobs before.
        await AddAsync(registry, database, WarmUp, Minute(at: DateTimeOffset.UtcNow.AddSeconds(30)));
        await WaitAsync(() => Task.FromResult(act.Stamps.Count >= WarmUp));

        var minute = Minute(at: DateTimeOffset.UtcNow.AddSeconds(70));
        await AddAsync(registry, database, Due, minute);
        await WaitAsync(() => Task.FromResult(act.Stamps.Count >= WarmUp + Due));

        var begun = act.Stamps.Max(stamp => stamp.At) - minute;
        await using var context = registry.Open();
        await WaitAsync(async () => await context.JobRuns.CountAsync(r => r.Outcome == RunOutcome.Succeeded, Cancel) >= WarmUp + Due);
        var ended = await context.JobRuns.MaxAsync(r => r.EndedAt, Cancel) - minute;

        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{database}: {Due} due at once began within {begun.TotalSeconds:0.00} s, had ended within {ended!.Value.TotalSeconds:0.00} s: {Due / ended.Value.TotalSeconds:0} a second"
            )
        );
        await engine.StopAsync(Cancel);
    }

    [Theory(Explicit = true, Timeout = 0)]
    [InlineData(TestDatabase.Sqlite)]
    [InlineData(TestDatabase.Postgres)]
    public async Task How_late_an_idle_console_begins(TestDatabase database)
    {
        var act = new Stamp();
        await using var registry = await CreateAsync(database, act);
        await registry.OutsideAsync(
            "INSERT INTO scheduled_jobs (name, cron_expression, action, overlap) VALUES ('job', '0 0 1 1 *', 'stamp', 'allow')"
        );
        var first = DateTimeOffset.UtcNow.AddSeconds(5);
        await using (var context = registry.Open())
        {
            context.AddRange(
                Enumerable
                    .Range(0, Idle)
                    .Select(at => new JobRun
                    {
                        JobId = 1,
                        JobName = "job",
                        Action = "stamp",
                        QueuedAt = first,
                        NotBefore = first.AddMilliseconds(at * 100),
                        CorrelationId = ActivityTraceId.CreateRandom().ToHexString(),
                        Arguments = new JsonObject { ["at"] = first.AddMilliseconds(at * 100).ToUnixTimeMilliseconds() }.ToJsonString(),
                    })
            );
            await context.SaveChangesAsync(Cancel);
        }

        var engine = registry.Services.GetRequiredService<JobEngine>();
        await engine.StartAsync(Cancel);
        await WaitAsync(() => Task.FromResult(act.Stamps.Count >= Idle));

        // Of a console that has run jobs before.
        var late = act
            .Stamps.OrderBy(stamp => stamp.Due)
            .Skip(WarmUpIdle)
            .Select(stamp => (stamp.At - DateTimeOffset.FromUnixTimeMilliseconds(stamp.Due)).TotalMilliseconds)
            .Order()
            .ToList();
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{database}: late by p50 {late[late.Count / 2]:0.0}, p99 {late[late.Count * 99 / 100]:0.0}, most {late[^1]:0.0} ms"
            )
        );
        await engine.StopAsync(Cancel);
    }

    [Theory(Explicit = true, Timeout = 0)]
    [InlineData(TestDatabase.Sqlite)]
    [InlineData(TestDatabase.Postgres)]
    public async Task A_million_runs(TestDatabase database)
    {
        await using var registry = await CreateAsync(database, new Stamp());
        var (series, spread) =
            database == TestDatabase.Sqlite
                ? ("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {0}) ", "FROM n")
                : ("", "FROM generate_series(1, {0}) AS i");
        await registry.OutsideAsync(
            string.Format(
                CultureInfo.InvariantCulture,
                $"{series}INSERT INTO scheduled_jobs (name, cron_expression, action) SELECT 'job ' || i, '* * * * *', 'stamp' {spread}",
                100
            )
        );
        await registry.OutsideAsync(
            string.Format(
                CultureInfo.InvariantCulture,
                $"{series}INSERT INTO job_runs (job_id, job_name, action, outcome, queued_at, started_at, ended_at, milliseconds, attempt, message) SELECT 1 + i % 100, 'job ' || (1 + i % 100), 'stamp', "
                    + $"CASE WHEN i % 1000 = 0 THEN 'timed_out' WHEN i % 50 = 0 THEN 'failed' ELSE 'succeeded' END, CURRENT_TIMESTAMP, CURRENT_TIMESTAMP, CURRENT_TIMESTAMP, i % 3000, 1, 'Done.' {spread}",
                1_000_000
            )
        );
        await using var scope = registry.Services.CreateAsyncScope();
        var (runs, jobs) = (
            scope.ServiceProvider.GetRequiredService<JobRunService>(),
            scope.ServiceProvider.GetRequiredService<JobReader>()
        );
        await TimeAsync(database, "newest 50", () => runs.PageAsync(new(), new(0, 50), Cancel));
        await TimeAsync(database, "newest 50 of a job", () => runs.PageAsync(new(JobId: 7), new(0, 50), Cancel));
        await TimeAsync(database, "newest 50 that failed", () => runs.PageAsync(new(Outcome: RunOutcome.Failed), new(0, 50), Cancel));
        await TimeAsync(
            database,
            "newest 50 of a job that took too long",
            () => runs.PageAsync(new(JobId: 1, Outcome: RunOutcome.TimedOut), new(0, 50), Cancel)
        );
        await TimeAsync(database, "newest 50 of a name", () => runs.PageAsync(new(), new(0, 50, Search: "job 77"), Cancel));
        await TimeAsync(database, "newest 50 of a name that none has", () => runs.PageAsync(new(), new(0, 50, Search: "quetzal"), Cancel));
        await TimeAsync(database, "the list of 50 jobs", () => jobs.PageAsync(new(), new(0, 50), Cancel));
        await TimeAsync(database, "the failing jobs", () => jobs.PageAsync(new(State: JobState.Failing), new(0, 50), Cancel));
        await TimeAsync(database, "a job with its statistics", () => jobs.FindAsync(7, Cancel));
    }

    private static DateTimeOffset Minute(DateTimeOffset at) => at.AddTicks(-(at.Ticks % TimeSpan.TicksPerMinute));

    /// <summary>Jobs that are due in this minute of each hour.</summary>
    private static Task AddAsync(TestRegistry registry, TestDatabase database, int jobs, DateTimeOffset minute)
    {
        var values = string.Create(CultureInfo.InvariantCulture, $"'job ' || i, '{minute.Minute} * * * *', 'stamp'");
        return registry.OutsideAsync(
            database == TestDatabase.Sqlite
                ? $"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {jobs}) INSERT INTO scheduled_jobs (name, cron_expression, action, next_run) SELECT {values}, '{UtcText.Of(minute)}' FROM n"
                : $"INSERT INTO scheduled_jobs (name, cron_expression, action, next_run) SELECT {values}, '{UtcText.Of(minute)}Z'::timestamptz FROM generate_series(1, {jobs}) AS i"
        );
    }

    private static async Task WaitAsync(Func<Task<bool>> condition)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!await condition())
        {
            await timer.WaitForNextTickAsync(Cancel);
        }
    }

    private async Task TimeAsync<T>(TestDatabase database, string what, Func<Task<T>> act)
    {
        var times = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            var watch = Stopwatch.StartNew();
            await act();
            times.Add(watch.Elapsed.TotalMilliseconds);
        }

        times.Sort();
        output.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"{database}: {what}: p50 {times[Rounds / 2]:0.0} ms, p99 {times[^1]:0.0} ms")
        );
    }

    private static Task<TestRegistry> CreateAsync(TestDatabase database, Stamp act) =>
        TestRegistry.CreateAsync(
            database,
            services =>
            {
                services.AddAccount().AddNotificationActs().AddTools().AddScheduledJobs();
                services.AddSingleton<IBuiltInTask>(act);
                services.AddSingleton(TimeProvider.System);
            }
        );

    /// <summary>Notes when it was run.</summary>
    private sealed class Stamp : IBuiltInTask
    {
        public string Name => "stamp";

        public string Description => "Notes the time.";

        public string Policy => Policies.OperateRegistry;

        public ConcurrentBag<(long Due, DateTimeOffset At)> Stamps { get; } = [];

        public Task<Outcome<string>> RunAsync(JsonObject arguments, CancellationToken cancel)
        {
            Stamps.Add(((long?)arguments["at"] ?? 0, DateTimeOffset.UtcNow));
            return Task.FromResult<Outcome<string>>(new Outcome<string>.Ok("Done."));
        }
    }
}
