using System.Diagnostics;
using System.Globalization;
using Sanctum.Configurator.Features.Configurations;
using Sanctum.Configurator.Registry.Configurations;
using Sanctum.Configurator.Tests.Features.Configurations;

namespace Sanctum.Configurator.Tests.Benchmarks;

/// <summary>How fast configurations are resolved and shown. On demand, like <see cref="ConsoleBenchmarks"/>.</summary>
public sealed class ConfigurationBenchmarks(ITestOutputHelper output)
{
    private const int Keys = 10_000;
    private const int Rounds = 20;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Explicit = true, Timeout = 0)]
    public void Resolving()
    {
        var snapshot = new ConfigurationSnapshot(Values());
        string[] keys = [.. Enumerable.Range(0, Keys).Select(Key)];
        var rates = new List<double>();
        var (found, allocated) = (0L, GC.GetAllocatedBytesForCurrentThread());
        for (var round = 0; round < Rounds; round++)
        {
            var clock = Stopwatch.StartNew();
            for (var agent = 0; agent < 100; agent++)
            {
                var from = new Viewpoint(agent, agent % 10, agent * 3);
                foreach (var key in keys)
                {
                    found += snapshot.Resolve(key, from) is null ? 0 : 1;
                }
            }

            rates.Add(100.0 * Keys / clock.Elapsed.TotalSeconds / 1e6);
        }

        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        rates.Sort();
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{rates[Rounds / 2]:0.0} M resolves/s (median of {Rounds} rounds of a million, least {rates[0]:0.0}), {allocated} bytes in all, {found} found"
            )
        );
    }

    [Fact(Explicit = true, Timeout = 0)]
    public async Task Ten_thousand_keys_in_force()
    {
        await using var world = await ConfigurationsWorld.CreateAsync();
        await using (var context = world.Registry.Open())
        {
            context.AddRange(
                Enumerable
                    .Range(0, Keys)
                    .Select(at => new Configuration
                    {
                        Key = Key(at),
                        Value = $"{at}",
                        Type = ConfigurationType.Number,
                    })
            );
            await context.SaveChangesAsync(Cancel);
        }

        var times = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            var clock = Stopwatch.StartNew();
            var page = await world.CallAsync(
                (ConfigurationReader reader) => reader.EffectiveAsync(world.AthenasMailer, ShownKeys.All, null, new(0, Keys), Cancel)
            );
            times.Add(clock.Elapsed.TotalMilliseconds);
            Assert.Equal(Keys, page.Items.Count);
        }

        var first = times[0];
        times.Sort();
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{Keys} keys in force for an instance: median {times[Rounds / 2]:0.0} ms, first, with reading the rows, {first:0.0} ms"
            )
        );
    }

    private static string Key(int at) => $"feature.{at % 100}.setting_{at}";

    private static IEnumerable<ConfigurationValue> Values()
    {
        for (var at = 0; at < Keys; at++)
        {
            yield return Value(at, ScopeHolder.System);
            yield return Value(at, new(ConfigurationScope.Agent, at % 100));
            yield return Value(at, new(ConfigurationScope.Tool, at % 10));
        }
    }

    private static ConfigurationValue Value(int at, ScopeHolder holder) =>
        new(at, Key(at), holder, $"{at}", ConfigurationType.Number, false, true, null, 1);
}
