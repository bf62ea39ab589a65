using System.Diagnostics;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Registry;

namespace Sanctum.Configurator.Tests.Server;

public sealed class KilledWhileSavingTests
{
    private const int Rounds = 50;

    /// <summary>The moments of a save at which it is killed, one after the other: each round a tenth later, and a little after its end.</summary>
    private const int Moments = 12;

    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_acknowledged_save_outlives_fifty_kills_and_none_is_kept_by_half()
    {
        await using var console = new ConsoleProcess();
        await console.StartAsync();
        var acknowledged = new List<int>();
        var sent = 0;
        for (var round = 0; round < Rounds; round++)
        {
            sent = await SaveUntilKilledAsync(console, sent, round, acknowledged);
            Assert.Equal((0, ""), await VerifyAsync(console.Home));
            await console.StartAsync();

            var values = (await console.ReadAsync("/api/settings"))["values"]!;
            var kept = (int)values["smcp_port"]! - 10_000;
            Assert.InRange(kept, acknowledged[^1], sent);
            Assert.Equal(kept, (int)values["letta_server_port"]! - 30_000);
            Assert.Equal(kept, (int)values["letta_check_interval"]! - 1_000);
            Assert.Equal(PathOf(kept), $"{values["sanctum_base_path"]}");
        }

        await console.KillAsync();
        Assert.Equal((0, ""), await VerifyAsync(console.Home));
        Assert.Empty(acknowledged.Except(await RecordedAsync(console.Home)));
    }

    /// <summary>A few saves that end, and one that is cut off at this round's moment.</summary>
    /// <returns>The number of the last save that was sent.</returns>
    private static async Task<int> SaveUntilKilledAsync(ConsoleProcess console, int number, int round, List<int> acknowledged)
    {
        var took = TimeSpan.Zero;
        for (var save = 0; save < 2 + (round % 2); save++)
        {
            var began = Stopwatch.GetTimestamp();
            await SaveAsync(console, ++number);
            acknowledged.Add(number);
            took = Stopwatch.GetElapsedTime(began);
        }

        var started = Stopwatch.GetTimestamp();
        var last = SaveAsync(console, ++number);
        var moment = took * (round % Moments) / 10;

        // The moment is what is tested: nothing tells from outside how far a save has come.
        SpinWait.SpinUntil(() => Stopwatch.GetElapsedTime(started) >= moment);
        await console.KillAsync();
        try
        {
            await last;
            acknowledged.Add(number);
        }
        catch (HttpRequestException)
        {
            // Nobody was told that it is saved; it may be or not.
        }

        return number;
    }

    /// <summary>Columns of several types, all of them the number.</summary>
    private static Task SaveAsync(ConsoleProcess console, int number) => console.SaveAsync(new
    {
        smcp_port = 10_000 + number,
        letta_server_port = 30_000 + number,
        letta_check_interval = 1_000 + number,
        sanctum_base_path = PathOf(number),
    });

    private static string PathOf(int number) => string.Create(CultureInfo.InvariantCulture, $"~/save/{number}");

    /// <summary>What <c>audit verify</c> says of the files as they were left.</summary>
    private static async Task<(int ExitCode, string Errors)> VerifyAsync(string home)
    {
        await using var services = Open(home);
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var exitCode = await CommandLine.RunAsync(["audit", "verify"], output, errors, () => services, Cancel);
        return (exitCode, errors.ToString());
    }

    /// <summary>The numbers of the saves that the history tells of.</summary>
    private static async Task<IReadOnlyList<int>> RecordedAsync(string home)
    {
        await using var services = Open(home);
        await using var scope = services.CreateAsyncScope();
        await using var registry = await scope.ServiceProvider.GetRequiredService<IDbContextFactory<RegistryDbContext>>().CreateDbContextAsync(Cancel);
        var records = await registry.Changes.Where(r => r.TableName == "system_config" && r.Act == "update").Select(r => r.After!).ToListAsync(Cancel);
        return [.. records.Select(after => (int?)System.Text.Json.Nodes.JsonNode.Parse(after)!["smcp_port"]).OfType<int>().Select(port => port - 10_000)];
    }

    private static ServiceProvider Open(string home)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build());
        services.AddSingleton(TimeProvider.System);
        services.AddRegistry(new RegistryLocation(home, null));
        return services.BuildServiceProvider();
    }
}
