namespace Sanctum.Configurator.Features.Memories.Vectors;

/// <summary>What is done with the scores of very many rows.</summary>
internal static class RowParts
{
    /// <summary>From how many rows on several cores look for them.</summary>
    private const int ParallelFrom = 8_192;

    /// <summary>Runs over so many rows by all cores, where there are enough of them.</summary>
    public static void Run(int count, Action<int, int> run)
    {
        if (count < ParallelFrom)
        {
            run(0, count);
            return;
        }

        var parts = Environment.ProcessorCount;
        var size = (count + parts - 1) / parts;
        Parallel.For(0, parts, part => run(Math.Min(count, part * size), Math.Min(count, (part + 1) * size)));
    }

    /// <summary>The best, the best first; of equal ones in the order of their ids.</summary>
    public static List<(Guid Id, float Cosine)> Best(Guid[] ids, float[] scores, int most)
    {
        var best = new PriorityQueue<int, (float Score, Guid Id)>(
            Comparer<(float Score, Guid Id)>.Create(
                static (one, other) => one.Score != other.Score ? one.Score.CompareTo(other.Score) : other.Id.CompareTo(one.Id)
            )
        );
        var worst = float.NegativeInfinity;
        for (var at = 0; at < scores.Length && most > 0; at++)
        {
            if (best.Count < most)
            {
                best.Enqueue(at, (scores[at], ids[at]));
            }
            else if (scores[at] >= worst)
            {
                best.EnqueueDequeue(at, (scores[at], ids[at]));
            }
            else
            {
                continue;
            }

            worst = best.Count == most && best.TryPeek(out _, out var last) ? last.Score : worst;
        }

        List<(Guid Id, float Cosine)> found = [];
        while (best.TryDequeue(out var at, out _))
        {
            found.Add((ids[at], scores[at]));
        }

        found.Reverse();
        return found;
    }
}
