using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Letta;
using Sanctum.Configurator.Features.Letta.Probe;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Benchmarks;

/// <summary>
/// The connection test against curl asking the same things of the same server. On demand, like <see cref="ConsoleBenchmarks"/>.
/// </summary>
public sealed class ProbeBenchmarks(ITestOutputHelper output)
{
    private const int Rounds = 60;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Explicit = true, Timeout = 0)]
    public async Task Connection_test_against_curl()
    {
        await using var letta = await FakeLetta.StartAsync();
        await using var services = new ServiceCollection()
            .AddLogging()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().Build())
            .AddLettaProbe()
            .BuildServiceProvider();
        var target = new LettaTarget(letta.Address, FakeLetta.Password, TimeSpan.FromSeconds(10));
        var probe = services.GetRequiredService<LettaProbe>();
        var (ours, curls) = (new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            var clock = Stopwatch.StartNew();
            await probe.TestAsync(target, null, Cancel);
            ours.Add(clock.Elapsed.TotalMilliseconds);
            curls.Add(await CurlAsync(letta));
        }

        var ratios = ours.Zip(curls, (a, b) => a / b).Skip(Rounds / 6).Order().ToList();
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"connection test {Median(ours):0.##} ms, curl {Median(curls):0.##} ms, ratio pair by pair: median {ratios[ratios.Count / 2]:0.##}, min {ratios[0]:0.##}, max {ratios[^1]:0.##}"
            )
        );
    }

    private static double Median(IEnumerable<double> figures) => figures.Order().ElementAt(Rounds / 2);

    /// <summary>
    /// curl's own account of the same three requests over one connection, in milliseconds: without the start of its process.
    /// </summary>
    private static async Task<double> CurlAsync(FakeLetta letta)
    {
        var count = new Uri(letta.Address, "v1/agents/count").ToString();
        using var curl = Process.Start(
            new ProcessStartInfo(
                "curl",
                [
                    "-s",
                    "-o",
                    "/dev/null",
                    "-w",
                    "%{time_total}\n",
                    new Uri(letta.Address, "v1/health/").ToString(),
                    "--next",
                    "-s",
                    "-o",
                    "/dev/null",
                    "-w",
                    "%{time_total}\n",
                    count,
                    "--next",
                    "-s",
                    "-o",
                    "/dev/null",
                    "-w",
                    "%{time_total}\n",
                    "-H",
                    $"Authorization: Bearer {FakeLetta.Password}",
                    count,
                ]
            )
            {
                RedirectStandardOutput = true,
            }
        )!;
        var lines = (await curl.StandardOutput.ReadToEndAsync(Cancel)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        await curl.WaitForExitAsync(Cancel);
        return lines.Sum(line => double.Parse(line, CultureInfo.InvariantCulture)) * 1000;
    }
}
