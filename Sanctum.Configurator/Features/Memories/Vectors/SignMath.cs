using System.Numerics;
using System.Numerics.Tensors;

namespace Sanctum.Configurator.Features.Memories.Vectors;

/// <summary>
/// Vectors as the signs of their numbers, one bit each: a sixteenth of 16-bit ones to read. By them the closest rows can't be told from one
/// another, but nearly all others can be left out.
/// </summary>
internal static class SignMath
{
    /// <summary>Numbers in one word of signs.</summary>
    public const int WordBits = 64;

    /// <summary>Bits of each number of what is looked for; more of them change nothing, as the rows have one.</summary>
    private const int Planes = 4;

    private const int MostOfPlanes = (1 << Planes) - 1;

    public static int WordsOf(int dimension) => (dimension + WordBits - 1) / WordBits;

    /// <returns>What a row's sum of products is multiplied by, and how many of its bits are set.</returns>
    public static (float Factor, int Ones) Write(ReadOnlySpan<float> unit, Span<ulong> signs)
    {
        signs.Clear();
        for (var at = 0; at < unit.Length; at++)
        {
            if (unit[at] > 0)
            {
                signs[at / WordBits] |= 1UL << (at % WordBits);
            }
        }

        var ones = 0;
        foreach (var word in signs)
        {
            ones += BitOperations.PopCount(word);
        }

        var sum = TensorPrimitives.SumOfMagnitudes(unit);
        return (sum > 0 ? 1 / sum : 0, ones);
    }

    /// <summary>What is looked for, as planes of bits.</summary>
    /// <param name="Words">The planes of each word beside each other, the lowest first.</param>
    public readonly record struct Query(ulong[] Words, float Least, float Step, float Sum)
    {
        public static Query Of(ReadOnlySpan<float> unit)
        {
            var (least, most) = (TensorPrimitives.Min(unit), TensorPrimitives.Max(unit));
            var step = most > least ? (most - least) / MostOfPlanes : 1;
            var words = new ulong[WordsOf(unit.Length) * Planes];
            for (var at = 0; at < unit.Length; at++)
            {
                var level = (ulong)MathF.Round((unit[at] - least) / step);
                for (var plane = 0; plane < Planes; plane++)
                {
                    words[(at / WordBits * Planes) + plane] |= ((level >> plane) & 1) << (at % WordBits);
                }
            }

            return new(words, least, step, TensorPrimitives.Sum(unit));
        }

        /// <summary>About the cosine: 0.02 from it, give or take, with 1,536 numbers.</summary>
        public float About(ReadOnlySpan<ulong> signs, float factor, int ones)
        {
            var (one, two, four, eight) = (0, 0, 0, 0);
            var words = Words.AsSpan(0, signs.Length * Planes);
            for (var at = 0; at < signs.Length; at++)
            {
                var word = signs[at];
                var planes = words.Slice(at * Planes, Planes);
                one += BitOperations.PopCount(word & planes[0]);
                two += BitOperations.PopCount(word & planes[1]);
                four += BitOperations.PopCount(word & planes[2]);
                eight += BitOperations.PopCount(word & planes[3]);
            }

            var levels = one + (2 * two) + (4 * four) + (8 * eight);
            return ((2 * ((Step * levels) + (Least * ones))) - Sum) * factor;
        }
    }
}
