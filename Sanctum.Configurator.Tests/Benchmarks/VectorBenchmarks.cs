using System.Diagnostics;
using System.Globalization;
using Sanctum.Configurator.Features.Memories.Vectors;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Benchmarks;

/// <summary>
/// How long the ten closest of as many vectors as <c>SANCTUM_BENCHMARK_VECTORS</c> says (100,000 otherwise) of 1,536 numbers take to be found,
/// exactly by 16-bit numbers, and by 8-bit numbers with the share of the exact ten that is among their candidates:
/// <c>dotnet run -c Release -- --explicit only --filter-class "*VectorBenchmarks" --show-live-output on</c>. It prints what it measures and
/// judges nothing.
/// </summary>
public sealed class VectorBenchmarks(ITestOutputHelper output)
{
    private const int Dimension = 1_536;
    private const int Rounds = 15;
    private const int Candidates = 144;

    [Fact(Explicit = true, Timeout = 0)]
    public void The_ten_closest()
    {
        var count = int.Parse(Environment.GetEnvironmentVariable("SANCTUM_BENCHMARK_VECTORS") ?? "100000", CultureInfo.InvariantCulture);
        using var exact = new VectorRows(Dimension, int.MaxValue);
        using var quantised = new VectorRows(Dimension, 0);
        var ids = Fill(count, exact, quantised);
        var queries = Enumerable.Range(0, Rounds).Select(round => NewVector(new Xorshift((ulong)(1_000_000 + round)))).ToList();
        var wanted = queries.ConvertAll(query => exact.Nearest(query, ids, 10).Select(row => row.Id).ToHashSet());
        Time(
            $"exact, {count:N0} by 16-bit numbers ({count * Dimension * 2L / 1_000_000} MB)",
            queries,
            query => exact.Nearest(query, ids, 10)
        );
        var found = 0;
        var at = 0;
        Time(
            $"candidates by 8-bit numbers ({count * (long)Dimension / 1_000_000} MB)",
            queries,
            query => found += quantised.Nearest(query, ids, Candidates).Count(row => wanted[at].Contains(row.Id)),
            () => at++
        );
        output.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"of the exact ten among the candidates: {found / (10.0 * Rounds):P1}")
        );
    }

    private static List<Guid> Fill(int count, VectorRows exact, VectorRows quantised)
    {
        var ids = new List<Guid>(count);
        for (var from = 0; from < count; from += 1_000)
        {
            List<(Guid, string, float[])> rows =
            [
                .. Enumerable
                    .Range(from, Math.Min(1_000, count - from))
                    .Select(number => (Guid.NewGuid(), "", NewVector(new Xorshift((ulong)number + 7)))),
            ];
            exact.Set(rows);
            quantised.Set(rows);
            ids.AddRange(rows.Select(row => row.Item1));
        }

        return ids;
    }

    private static float[] NewVector(Xorshift numbers) =>
        [.. Enumerable.Range(0, Dimension).Select(_ => (numbers.Below(2_001) - 1_000) / 1_000f)];

    private void Time(string what, List<float[]> queries, Action<float[]> search, Action? after = null)
    {
        List<double> took = [];
        foreach (var query in queries)
        {
            var began = Stopwatch.GetTimestamp();
            search(query);
            took.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            after?.Invoke();
        }

        took.Sort();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: median {took[Rounds / 2]:N1} ms, slowest {took[^1]:N1} ms"));
    }
}
