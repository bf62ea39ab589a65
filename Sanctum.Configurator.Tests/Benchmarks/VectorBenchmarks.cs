using System.Diagnostics;
using System.Globalization;
using System.Numerics.Tensors;
using Sanctum.Configurator.Features.Memories.Vectors;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Benchmarks;

/// <summary>
/// How long the ten closest of as many vectors as <c>SANCTUM_BENCHMARK_VECTORS</c> says (100,000 otherwise) of 1,536 numbers take to be found,
/// exactly by 16-bit numbers, and by signs and 8-bit numbers with the share of the exact ten that is among their candidates, of vectors that
/// have nothing to do with each other and of such as lie in groups, as those of words do; and how fast the memory is read at all:
/// <c>dotnet run -c Release -- --explicit only --filter-class "*VectorBenchmarks" --show-live-output on</c>. It prints what it measures and
/// judges nothing.
/// </summary>
public sealed class VectorBenchmarks(ITestOutputHelper output)
{
    private const int Dimension = 1_536;
    private const int Rounds = 15;
    private const int Candidates = 144;

    [Theory(Explicit = true, Timeout = 0)]
    [InlineData(0, 0)]
    [InlineData(10, 0.7)]
    [InlineData(300, 0.7)]
    [InlineData(300, 0.4)]
    public void The_ten_closest(int groups, double spread)
    {
        var count = int.Parse(Environment.GetEnvironmentVariable("SANCTUM_BENCHMARK_VECTORS") ?? "100000", CultureInfo.InvariantCulture);
        using var exact = new VectorRows(Dimension, int.MaxValue);
        using var quantised = new VectorRows(Dimension, 0);
        var what = groups == 0 ? "random" : $"{groups} groups, spread {spread}";
        var centres = Enumerable.Range(0, groups).Select(group => Normal(new((ulong)(9_000_000 + group)))).ToList();
        var ids = Fill(count, exact, quantised, number => NewVector(number, centres, (float)spread));
        var queries = Enumerable.Range(0, Rounds).Select(round => NewVector(1_000_000 + round, centres, (float)spread)).ToList();
        var wanted = queries.ConvertAll(query => exact.Nearest(query, ids, 10).Select(row => row.Id).ToHashSet());
        var (places, fewPlaces) = (exact.Find(ids), quantised.Find(ids));
        if (groups == 0)
        {
            ReadMemory(count * Dimension * sizeof(short), 1);
            ReadMemory(count * Dimension * sizeof(short), Environment.ProcessorCount);
        }

        var megabytes = count * Dimension * 2L / 1_000_000;
        Time($"{what}: exact, {count:N0} by 16-bit numbers ({megabytes} MB)", queries, query => exact.Nearest(query, places, 10));
        Time($"{what}: the same, with the rows looked up by id", queries, query => exact.Nearest(query, ids, 10));
        var (found, at) = (0, 0);
        Time(
            $"{what}: candidates by signs and 8-bit numbers",
            queries,
            query => found += quantised.Nearest(query, fewPlaces, Candidates).Count(row => wanted[at].Contains(row.Id)),
            () => at++
        );
        Time($"{what}: the same, with the rows looked up by id", queries, query => quantised.Nearest(query, ids, Candidates));
        output.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"{what}: of the exact ten among the candidates: {found / (10.0 * Rounds):P1}")
        );
    }

    /// <summary>What no search that reads all of it can be faster than.</summary>
    private void ReadMemory(int bytes, int threads)
    {
        var memory = new ulong[bytes / sizeof(ulong)];
        Array.Fill(memory, 1UL);
        var part = memory.Length / threads;
        var sums = new ulong[threads];
        Time(
            $"reading {bytes / 1_000_000} MB by {threads} threads",
            [.. Enumerable.Repeat(Array.Empty<float>(), Rounds)],
            _ => Parallel.For(0, threads, at => sums[at] = TensorPrimitives.Sum<ulong>(memory.AsSpan(at * part, part)))
        );
    }

    private static List<Guid> Fill(int count, VectorRows exact, VectorRows quantised, Func<int, float[]> vector)
    {
        var ids = new List<Guid>(count);
        for (var from = 0; from < count; from += 1_000)
        {
            List<(Guid, string, float[])> rows =
            [
                .. Enumerable.Range(from, Math.Min(1_000, count - from)).Select(number => (Guid.NewGuid(), "", vector(number))),
            ];
            exact.Set(rows);
            quantised.Set(rows);
            ids.AddRange(rows.Select(row => row.Item1));
        }

        return ids;
    }

    private static float[] NewVector(int number, List<float[]> centres, float spread)
    {
        var own = Normal(new((ulong)number + 7));
        if (centres.Count > 0)
        {
            var centre = centres[number % centres.Count];
            for (var at = 0; at < own.Length; at++)
            {
                own[at] = centre[at] + (spread * own[at]);
            }
        }

        return own;
    }

    /// <summary>Numbers as of a bell curve, nearly.</summary>
    private static float[] Normal(Xorshift numbers)
    {
        for (var at = 0; at < 20; at++)
        {
            numbers.Below(2); // Seeds that are alike begin alike.
        }

        return
        [
            .. Enumerable
                .Range(0, Dimension)
                .Select(_ => (numbers.Below(2_001) + numbers.Below(2_001) + numbers.Below(2_001) - 3_000) / 1_000f),
        ];
    }

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
