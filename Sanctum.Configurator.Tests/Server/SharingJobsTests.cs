using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Server;

/// <summary>Two consoles on one PostgreSQL share the runs of jobs, while one of them stands still and is killed later.</summary>
[Trait("Needs", "Postgres")]
public sealed class SharingJobsTests
{
    private const int Jobs = 300;

    private static readonly Dictionary<string, string> Short = new() { ["Jobs__LeaseSeconds"] = "5", ["Jobs__MostAtOnce"] = "8" };
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [LongFact]
    public async Task Each_due_time_runs_once_though_one_console_stands_still_and_is_killed()
    {
        await using var database = await OwnPostgres.CreateAsync();
        await using var receiver = await FakeReceiver.StartAsync();
        await using var first = new ConsoleProcess { DatabaseUrl = database.Url, Settings = Short };
        await using var second = new ConsoleProcess { DatabaseUrl = database.Url, Settings = Short };
        await first.StartAsync();
        await second.StartAsync();
        await AddJobsAsync(database, first, await TellingJobs.AddToolAsync(first, receiver.Address));

        await Wait.UntilAsync(() => receiver.All.Count > Jobs / 10);
        first.StandStill();
        await Wait.UntilAsync(async () =>
            await CountAsync(database, "outcome = 'lost'") > 0 || await CountAsync(database, "outcome IN ('queued', 'running')") == 0
        );
        first.GoOn();
        await Wait.UntilAsync(() => receiver.All.Count > Jobs / 2);
        await first.KillAsync();
        await Wait.UntilAsync(async () =>
            await CountAsync(database, "action IS NULL") == Jobs && await CountAsync(database, "outcome IN ('queued', 'running')") == 0
        );

        var told = receiver.All.Select(received => received.Body).ToList();
        Assert.Equal(told.Count, told.Distinct().Count());
        Assert.Equal(Jobs, await CountAsync(database, "action IS NULL AND outcome IN ('succeeded', 'lost')"));
        Assert.Equal(
            0,
            await CountAsync(
                database,
                "action IS NULL AND outcome = 'succeeded' AND arguments->>'body' NOT IN ("
                    + string.Join(", ", told.Select(body => $"'{body}'"))
                    + ")"
            )
        );
        Assert.InRange(await CountAsync(database, "outcome = 'lost'"), 0, 48);
    }

    /// <summary>
    /// Due at the minute that has just begun, also where the next one has begun until the console looks, and then not again before
    /// tomorrow.
    /// </summary>
    private static async Task AddJobsAsync(OwnPostgres database, ConsoleProcess console, int instance)
    {
        var (now, minute) = ("date_trunc('minute', now())", "extract(minute from now() at time zone 'UTC')");
        await database.AskAsync(
            $"""
            INSERT INTO scheduled_jobs (name, cron_expression, tool_instance_id, arguments, missed_runs, next_run)
            SELECT 'job ' || n, {minute} || ' ' || extract(hour from now() at time zone 'UTC') || ' * * *', {instance}, jsonb_build_object('body', 'run ' || n), 'run_once', {now} FROM generate_series(1, {Jobs}) AS n
            """
        );
        Assert.InRange((int)(await console.ReadAsync("/api/jobs?take=1"))["total"]!, Jobs, Jobs + 19);
    }

    private static async Task<int> CountAsync(OwnPostgres database, string which) =>
        Convert.ToInt32(
            await database.AskAsync($"SELECT count(*) FROM job_runs WHERE {which}"),
            System.Globalization.CultureInfo.InvariantCulture
        );
}
