using System.Globalization;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Server;

public sealed class KilledWhileRunningJobsTests
{
    private const int Jobs = 150;
    private const int AtOnce = 8;
    private const int Kills = 2;

    [LongFact]
    public async Task Each_due_time_runs_once_though_its_console_is_killed_and_what_was_under_way_is_lost()
    {
        Thorough.SkipUnlessAsked("It kills consoles again and again.");
        await using var receiver = await FakeReceiver.StartAsync();
        await using var console = new ConsoleProcess
        {
            Settings = new Dictionary<string, string> { ["Jobs__LeaseSeconds"] = "5", ["Jobs__MostAtOnce"] = $"{AtOnce}" },
        };
        await console.StartAsync();
        await AddJobsAsync(console, await TellingJobs.AddToolAsync(console, receiver.Address));

        for (var kill = 1; kill <= Kills; kill++)
        {
            await Wait.UntilAsync(() => receiver.All.Count > kill * Jobs / (Kills + 1));
            await console.KillAsync();
            await console.StartAsync();
        }

        await Wait.UntilAsync(async () =>
            await CountAsync(console, "1") == Jobs && await CountAsync(console, "outcome IN ('queued', 'running')") == 0
        );
        var told = receiver.All.Select(received => received.Body).ToList();
        Assert.Equal(told.Count, told.Distinct().Count());
        Assert.Equal(Jobs, await CountAsync(console, "outcome IN ('succeeded', 'lost')"));
        Assert.Equal(
            0,
            await CountAsync(
                console,
                $"outcome = 'succeeded' AND json_extract(arguments, '$.body') NOT IN ({string.Join(", ", told.Select(body => $"'{body}'"))})"
            )
        );

        // At each kill what was under way, and what had ended and was not written yet.
        Assert.InRange(await CountAsync(console, "outcome = 'lost'"), 0, Kills * AtOnce * 3);
    }

    /// <summary>
    /// Due at the minute that has just begun, also where the next one has begun until the console looks, and then not again before
    /// tomorrow.
    /// </summary>
    private static Task<string> AddJobsAsync(ConsoleProcess console, int instance) =>
        AskAsync(
            console,
            $"""
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {Jobs})
            INSERT INTO scheduled_jobs (name, cron_expression, tool_instance_id, arguments, missed_runs, next_run)
            SELECT 'job ' || i, CAST(strftime('%M', 'now') AS INTEGER) || ' ' || CAST(strftime('%H', 'now') AS INTEGER) || ' * * *', {instance}, json_object('body', 'run ' || i), 'run_once',
                strftime('%Y-%m-%d %H:%M:00.000', 'now') FROM n
            """
        );

    private static async Task<int> CountAsync(ConsoleProcess console, string which) =>
        int.Parse(await AskAsync(console, $"SELECT count(*) FROM job_runs WHERE action IS NULL AND {which}"), CultureInfo.InvariantCulture);

    private static Task<string> AskAsync(ConsoleProcess console, string sql) =>
        Sqlite3.RunAsync(Path.Combine(console.Home, "registry.db"), sql);
}
