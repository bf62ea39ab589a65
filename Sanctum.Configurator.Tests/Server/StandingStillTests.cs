using System.Net;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Server;

/// <summary>A console that stands still while it writes must not stop the others that share its PostgreSQL.</summary>
[Trait("Needs", "Postgres")]
public sealed class StandingStillTests
{
    private const int MostTries = 300;

    /// <summary>Sessions that hold the lock of all who write, and do nothing.</summary>
    private const string Holding = """
        SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid)
        WHERE locktype = 'advisory' AND granted AND objid = 1520173057
        AND state = 'idle in transaction'
        AND pg_locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())
        """;

    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Others_write_on_although_a_console_stands_still_in_the_middle_of_a_write()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux's signals are known here.");
        await using var database = await OwnPostgres.CreateAsync();
        await using var first = new ConsoleProcess { DatabaseUrl = database.Url };
        await using var second = new ConsoleProcess { DatabaseUrl = database.Url };
        await first.StartAsync();
        await second.StartAsync();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var writing = Task.WhenAll(Enumerable.Range(0, 4).Select(number => WriteAsync(first, number, stop.Token)));
        await StopInTheMiddleAsync(database, first);

        using var ready = await second.SendAsync(HttpMethod.Get, "/health/ready");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Contains("writes", await ready.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        using var answer = await second.SendAsync(HttpMethod.Post, "/api/agents", new { name = "Hermes" });

        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
        await stop.CancelAsync();
        first.GoOn();
        await writing;
    }

    private static async Task WriteAsync(ConsoleProcess console, int writer, CancellationToken stop)
    {
        for (var number = 0; !stop.IsCancellationRequested; number++)
        {
            using var answer = await console.SendAsync(HttpMethod.Post, "/api/agents", new { name = $"agent {writer} {number}" });
        }
    }

    /// <summary>Stops it again and again, until it has stopped with the lock that all who write wait for.</summary>
    private static async Task StopInTheMiddleAsync(OwnPostgres database, ConsoleProcess console)
    {
        for (var time = 0; time < MostTries; time++)
        {
            console.StandStill();
            var holding = await database.AskAsync(Holding);
            if (holding is > 0L && await IsHeldStillAsync(database))
            {
                return;
            }

            console.GoOn();
            using var answer = await console.SendAsync(HttpMethod.Get, "/health/live");
        }

        Assert.Fail("It could not be stopped in the middle of a write.");
    }

    /// <summary>What it had sent before it stopped may be on its way.</summary>
    private static async Task<bool> IsHeldStillAsync(OwnPostgres database)
    {
        for (var time = 0; time < 20; time++)
        {
            if (await database.AskAsync(Holding) is not > 0L)
            {
                return false;
            }
        }

        return true;
    }
}
