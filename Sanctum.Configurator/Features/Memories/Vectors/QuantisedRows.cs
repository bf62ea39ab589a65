using System.Numerics.Tensors;

namespace Sanctum.Configurator.Features.Memories.Vectors;

/// <summary>
/// Rows as 8-bit numbers and as signs. Most are left out by their signs, so that of very many rows the numbers of few are read.
/// </summary>
internal sealed class QuantisedRows(int dimension)
{
    /// <summary>One of so many rows goes on from the signs to the numbers.</summary>
    private const int OneOf = 16;

    /// <summary>And no fewer: of few rows the closest stand out less.</summary>
    private const int FewestChosen = 2_048;

    /// <summary>Of fewer rows, all numbers are read.</summary>
    private const int SignsFrom = 4_096;

    /// <summary>Steps between the cosines 1 and -1 by which rows are left out.</summary>
    private const int Steps = 4_096;

    private readonly int _words = SignMath.WordsOf(dimension);
    private readonly List<Block> _blocks = [];

    public void AddBlock() =>
        _blocks.Add(
            new(
                new sbyte[VectorRows.BlockRows * dimension],
                new float[VectorRows.BlockRows],
                new ulong[VectorRows.BlockRows * _words],
                new (float, int)[VectorRows.BlockRows]
            )
        );

    public void Write(int slot, ReadOnlySpan<float> unit)
    {
        var (block, row) = Place(slot);
        block.Scales[row] = QuantisedMath.Quantise(unit, block.Bytes.AsSpan(row * dimension, dimension));
        block.OfSigns[row] = SignMath.Write(unit, block.Signs.AsSpan(row * _words, _words));
    }

    public void Clear(int slot)
    {
        var (block, row) = Place(slot);
        block.Bytes.AsSpan(row * dimension, dimension).Clear();
    }

    /// <summary>Compares rows with a vector of length 1. Those that can't be among the closest get the lowest score.</summary>
    /// <param name="most">So many of the closest are wanted.</param>
    public void Score(float[] unit, int[] slots, float[] scores, int most)
    {
        var bytes = new sbyte[dimension];
        var scale = QuantisedMath.Quantise(unit, bytes);
        var numbers = new short[dimension];
        TensorPrimitives.ConvertChecked<sbyte, short>(bytes, numbers);
        var chosen =
            slots.Length < SignsFrom ? null : Choose(unit, slots, scores, Math.Max(Math.Max(slots.Length / OneOf, FewestChosen), most * 4));
        if (chosen is not null)
        {
            Array.Fill(scores, float.MinValue);
        }

        RowParts.Run(
            chosen?.Count ?? slots.Length,
            (from, to) =>
            {
                for (var at = from; at < to; at++)
                {
                    var index = chosen is null ? at : chosen[at];
                    var (block, row) = Place(slots[index]);
                    var product = QuantisedMath.Dot(numbers, block.Bytes.AsSpan(row * dimension, dimension));
                    scores[index] = product * scale * block.Scales[row];
                }
            }
        );
    }

    /// <summary>About so many of the rows that seem closest by their signs.</summary>
    private List<int> Choose(float[] unit, int[] slots, float[] about, int count)
    {
        var query = SignMath.Query.Of(unit);
        RowParts.Run(
            slots.Length,
            (from, to) =>
            {
                for (var at = from; at < to; at++)
                {
                    var (block, row) = Place(slots[at]);
                    var (factor, ones) = block.OfSigns[row];
                    about[at] = query.About(block.Signs.AsSpan(row * _words, _words), factor, ones);
                }
            }
        );
        var rows = new int[Steps];
        foreach (var cosine in about)
        {
            rows[StepOf(cosine)]++;
        }

        var (step, above) = (Steps - 1, rows[Steps - 1]);
        while (step > 0 && above < count)
        {
            above += rows[--step];
        }

        List<int> chosen = new(above);
        for (var at = 0; at < about.Length; at++)
        {
            if (StepOf(about[at]) >= step)
            {
                chosen.Add(at);
            }
        }

        return chosen;
    }

    private static int StepOf(float cosine) => (int)((Math.Clamp(cosine, -1, 1) + 1) * ((Steps - 1) / 2f));

    private (Block Block, int Row) Place(int slot) => (_blocks[slot / VectorRows.BlockRows], slot % VectorRows.BlockRows);

    private sealed record Block(sbyte[] Bytes, float[] Scales, ulong[] Signs, (float Factor, int Ones)[] OfSigns);
}
