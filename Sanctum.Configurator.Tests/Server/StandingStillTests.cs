using System.Net;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Server;

/// <summary>A console that stands still while it writes must not stop the others that share its PostgreSQL.</summary>
[Trait("Needs", "Postgres")]
public sealed class StandingStillTests
{
    /// <summary>Sessions that hold the lock of all who write.</summary>
    private const string Holding = """
        SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid)
        WHERE locktype = 'advisory' AND granted AND objid = 1520173057
        AND pg_locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())
        """;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Others_write_on_although_a_console_stands_still_in_the_middle_of_a_write()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux's signals are known here.");
        await using var database = await OwnPostgres.CreateAsync();
        await using var first = new ConsoleProcess { DatabaseUrl = database.Url };
        await using var second = new ConsoleProcess { DatabaseUrl = database.Url };
        await first.StartAsync();
        await second.StartAsync();

        // Its write waits for this table with the lock of all who write in its hand; then it stops, and the table is let go.
        var tool = (await TellingJobs.PostAsync(first, "/api/tools", new { name = "Lamp" }))["id"]!;
        await using (await database.OpenAsync("BEGIN; LOCK TABLE tool_instances IN EXCLUSIVE MODE"))
        {
            _ = first
                .SendAsync(HttpMethod.Post, "/api/tool-instances", new { tool_id = (int)tool, name = "One" })
                .ContinueWith(_ => { }, TaskScheduler.Default);
            await UntilAsync(database, $"{Holding} AND wait_event_type = 'Lock'");
            first.StandStill();
        }

        await UntilAsync(database, $"{Holding} AND state = 'idle in transaction'");
        using var ready = await second.SendAsync(HttpMethod.Get, "/health/ready");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Contains("writes", await ready.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        using var answer = await second.SendAsync(HttpMethod.Post, "/api/tool-instances", new { tool_id = (int)tool, name = "Two" });

        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
        first.GoOn();
    }

    private static Task UntilAsync(OwnPostgres database, string isSo) =>
        Wait.ForAsync(() => database.AskAsync(isSo), count => count is > 0L);
}
