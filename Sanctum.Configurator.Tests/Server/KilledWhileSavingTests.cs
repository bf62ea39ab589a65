using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Registry.Data;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Server;

public sealed class KilledWhileSavingTests
{
    private static readonly int Rounds = Thorough.Or(8, 24);

    /// <summary>
    /// The moments of a save at which it is cut off, one after the other: each round a tenth later, and a little after its end.
    /// </summary>
    private const int Moments = 12;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;
    private readonly List<int> _acknowledged = [];
    private int _sent;

    [LongFact]
    public async Task Every_acknowledged_save_is_there_after_a_power_cut_at_any_of_two_dozen_moments_and_none_by_half()
    {
        await using var console = new ConsoleProcess();
        await console.StartAsync();
        for (var round = 0; round < Rounds; round++)
        {
            var (last, isTime) = await SaveAsync(console, round);
            Wait.Spin(isTime);
            var acknowledged = _acknowledged.ToList();
            await using var left = await LeftByAKill.OfAsync(console);
            await last;
            _acknowledged.Add(_sent);

            Assert.Equal((0, ""), await LeftByAKill.VerifyAsync(left.Home));
            Assert.Empty(acknowledged.Except(await RecordedAsync(left.Registry)));
            Assert.InRange(await KeptAsync(left.Registry), acknowledged[^1], _sent);
        }
    }

    [LongFact]
    public async Task A_console_that_was_killed_while_it_saved_starts_again_with_every_acknowledged_save()
    {
        await using var console = new ConsoleProcess();
        await console.StartAsync();
        for (var round = 3; round < Moments; round += 4)
        {
            var (last, isTime) = await SaveAsync(console, round);
            Wait.Spin(isTime);
            await console.KillAsync();
            try
            {
                await last;
                _acknowledged.Add(_sent);
            }
            catch (HttpRequestException)
            {
                // Nobody was told that it is saved; it may be or not.
            }

            await console.StartAsync();
            var values = (await console.ReadAsync("/api/settings"))["values"]!;
            Assert.InRange((int)values["smcp_port"]! - 10_000, _acknowledged[^1], _sent);
        }

        await console.KillAsync();
        Assert.Equal((0, ""), await LeftByAKill.VerifyAsync(console.Home));
    }

    /// <summary>A few saves that end, and one that has begun and is to be cut off at this round's moment.</summary>
    private async Task<(Task Last, Func<bool> IsTime)> SaveAsync(ConsoleProcess console, int round)
    {
        var took = TimeSpan.Zero;
        for (var save = 0; save < 2 + (round % 2); save++)
        {
            var began = Stopwatch.GetTimestamp();
            await SaveAsync(console);
            _acknowledged.Add(_sent);
            took = Stopwatch.GetElapsedTime(began);
        }

        // The moment is what is tested: nothing tells from outside how far a save has come.
        var started = Stopwatch.GetTimestamp();
        var last = SaveAsync(console);
        var moment = took * (round % Moments) / 10;
        return (last, () => Stopwatch.GetElapsedTime(started) >= moment);
    }

    /// <summary>The next number in columns of several types.</summary>
    private Task SaveAsync(ConsoleProcess console)
    {
        var number = ++_sent;
        return console.SaveAsync(
            new
            {
                smcp_port = 10_000 + number,
                letta_server_port = 30_000 + number,
                letta_check_interval = 1_000 + number,
                sanctum_base_path = PathOf(number),
            }
        );
    }

    private static string PathOf(int number) => string.Create(CultureInfo.InvariantCulture, $"~/save/{number}");

    /// <summary>The number that is kept, where all columns have it.</summary>
    private static async Task<int> KeptAsync(IServiceProvider services)
    {
        await using var scope = services.CreateAsyncScope();
        await using var registry = await scope
            .ServiceProvider.GetRequiredService<IDbContextFactory<RegistryDbContext>>()
            .CreateDbContextAsync(Cancel);
        var settings = await registry.SystemConfig.SingleAsync(Cancel);
        var kept = settings.SmcpPort!.Value - 10_000;
        Assert.Equal(
            (kept + 30_000, kept + 1_000, PathOf(kept)),
            (settings.LettaServerPort, settings.LettaCheckInterval, settings.SanctumBasePath)
        );
        return kept;
    }

    /// <summary>The numbers of the saves that the history tells of.</summary>
    private static async Task<IReadOnlyList<int>> RecordedAsync(IServiceProvider services)
    {
        await using var scope = services.CreateAsyncScope();
        await using var registry = await scope
            .ServiceProvider.GetRequiredService<IDbContextFactory<RegistryDbContext>>()
            .CreateDbContextAsync(Cancel);
        var records = await registry
            .Changes.Where(r => r.TableName == "system_config" && r.Act == "update")
            .Select(r => r.After!)
            .ToListAsync(Cancel);
        return [.. records.Select(after => (int?)JsonNode.Parse(after)!["smcp_port"]).OfType<int>().Select(port => port - 10_000)];
    }
}
