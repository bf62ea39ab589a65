using System.Net;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Server;

/// <summary>An administrator steps back in a running console: it stops, takes the step, and does not start again by itself.</summary>
public sealed class SteppingBackOverHttpTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [LongFact]
    public async Task The_console_stops_takes_the_step_and_waits_for_an_older_version()
    {
        await using var console = new ConsoleProcess();
        await console.StartAsync();
        var state = await console.ReadAsync("/api/migrations");
        var (from, to) = ((string)state["current"]!, (string)state["before"]!);

        using (var stale = await console.SendAsync(HttpMethod.Post, "/api/migrations/down", new { from = to }))
        {
            Assert.Equal(HttpStatusCode.BadRequest, stale.StatusCode);
        }

        using (var planned = await console.SendAsync(HttpMethod.Post, "/api/migrations/down", new { from }))
        {
            Assert.Equal(HttpStatusCode.OK, planned.StatusCode);
        }

        Assert.Equal(0, await console.WhenEndedAsync());
        Assert.Equal((0, $"{to} (1 pending)\n"), await console.RunAsync("migrate", "current"));
        await Assert.ThrowsAsync<InvalidOperationException>(console.StartAsync);
        await Wait.UntilAsync(() => Task.FromResult(console.Said.Contains($"The schema was taken back to {to}", StringComparison.Ordinal)));

        Assert.Equal(0, (await console.RunAsync("migrate", "up")).ExitCode);
        await console.StartAsync();
    }
}
