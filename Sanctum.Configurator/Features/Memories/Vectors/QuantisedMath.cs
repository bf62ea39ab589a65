using System.Numerics;
using System.Numerics.Tensors;

namespace Sanctum.Configurator.Features.Memories.Vectors;

/// <summary>Vectors as 8-bit numbers, each of which stands for so many times a scale of its vector.</summary>
internal static class QuantisedMath
{
    /// <summary>In 32-bit whole numbers, which no two vectors of 8-bit ones overflow below 130,000 dimensions.</summary>
    public static int Dot(ReadOnlySpan<sbyte> one, ReadOnlySpan<sbyte> other)
    {
        var (sum, at) = (Vector<int>.Zero, 0);
        for (; at <= one.Length - Vector<sbyte>.Count; at += Vector<sbyte>.Count)
        {
            Vector.Widen(new Vector<sbyte>(one[at..]), out var lowOne, out var highOne);
            Vector.Widen(new Vector<sbyte>(other[at..]), out var lowOther, out var highOther);
            Vector.Widen(lowOne * lowOther, out var first, out var second);
            Vector.Widen(highOne * highOther, out var third, out var fourth);
            sum += first + second + third + fourth;
        }

        var product = Vector.Sum(sum);
        for (; at < one.Length; at++)
        {
            product += one[at] * other[at];
        }

        return product;
    }

    /// <returns>What each number stands for.</returns>
    public static float Quantise(ReadOnlySpan<float> unit, Span<sbyte> bytes)
    {
        var scale = TensorPrimitives.MaxMagnitude(unit);
        scale = Math.Abs(scale) / sbyte.MaxValue;
        for (var at = 0; at < unit.Length; at++)
        {
            bytes[at] = scale == 0 ? (sbyte)0 : (sbyte)MathF.Round(unit[at] / scale);
        }

        return scale;
    }
}
