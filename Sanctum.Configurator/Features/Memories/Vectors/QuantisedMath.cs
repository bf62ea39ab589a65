using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Sanctum.Configurator.Features.Memories.Vectors;

/// <summary>
/// Vectors of length 1 as whole numbers, whose products take a fraction of the time and memory of those of floats. With 16 bits a cosine
/// differs from the exact one by some hundred-thousandths, with 8 bits by some thousandths.
/// </summary>
internal static class QuantisedMath
{
    /// <summary>
    /// What 1 stands for in 16 bits. A sum of products of two such vectors, and each part of it, is below the square of this: 32 bits hold it.
    /// </summary>
    private const float One = short.MaxValue;

    public static void Quantise(ReadOnlySpan<float> unit, Span<short> numbers)
    {
        for (var at = 0; at < unit.Length; at++)
        {
            numbers[at] = (short)MathF.Round(unit[at] * One);
        }
    }

    /// <summary>The vector that 16-bit numbers stand for.</summary>
    public static void Restore(ReadOnlySpan<short> numbers, Span<float> unit)
    {
        for (var at = 0; at < numbers.Length; at++)
        {
            unit[at] = numbers[at] / One;
        }
    }

    /// <returns>What each number stands for.</returns>
    public static float Quantise(ReadOnlySpan<float> unit, Span<sbyte> numbers)
    {
        var scale = Math.Abs(TensorPrimitives.MaxMagnitude(unit)) / sbyte.MaxValue;
        for (var at = 0; at < unit.Length; at++)
        {
            numbers[at] = scale == 0 ? (sbyte)0 : (sbyte)MathF.Round(unit[at] / scale);
        }

        return scale;
    }

    /// <summary>The cosine of two vectors of length 1.</summary>
    public static float Cosine(ReadOnlySpan<short> one, ReadOnlySpan<short> other)
    {
        var (sum, at) = (0, 0);
        if (Avx512BW.IsSupported)
        {
            var first = MemoryMarshal.Cast<short, Vector512<short>>(one);
            var second = MemoryMarshal.Cast<short, Vector512<short>>(other);
            var sums = Vector512<int>.Zero;
            for (var part = 0; part < first.Length; part++)
            {
                sums += Avx512BW.MultiplyAddAdjacent(first[part], second[part]);
            }

            (sum, at) = (Vector512.Sum(sums), first.Length * Vector512<short>.Count);
        }
        else if (Avx2.IsSupported)
        {
            var first = MemoryMarshal.Cast<short, Vector256<short>>(one);
            var second = MemoryMarshal.Cast<short, Vector256<short>>(other);
            var sums = Vector256<int>.Zero;
            for (var part = 0; part < first.Length; part++)
            {
                sums += Avx2.MultiplyAddAdjacent(first[part], second[part]);
            }

            (sum, at) = (Vector256.Sum(sums), first.Length * Vector256<short>.Count);
        }

        for (; at < one.Length; at++)
        {
            sum += one[at] * other[at];
        }

        return sum / (One * One);
    }

    /// <summary>The sum of the products of 8-bit numbers, of which those of the one vector stand in 16 bits.</summary>
    public static int Dot(ReadOnlySpan<short> one, ReadOnlySpan<sbyte> other)
    {
        var (sum, at) = (0, 0);
        if (Avx512BW.IsSupported)
        {
            var first = MemoryMarshal.Cast<short, Vector512<short>>(one);
            var second = MemoryMarshal.Cast<sbyte, Vector256<sbyte>>(other);
            var sums = Vector512<int>.Zero;
            for (var part = 0; part < first.Length; part++)
            {
                sums += Avx512BW.MultiplyAddAdjacent(first[part], Avx512BW.ConvertToVector512Int16(second[part]));
            }

            (sum, at) = (Vector512.Sum(sums), first.Length * Vector512<short>.Count);
        }
        else if (Avx2.IsSupported)
        {
            var first = MemoryMarshal.Cast<short, Vector256<short>>(one);
            var second = MemoryMarshal.Cast<sbyte, Vector128<sbyte>>(other);
            var sums = Vector256<int>.Zero;
            for (var part = 0; part < first.Length; part++)
            {
                sums += Avx2.MultiplyAddAdjacent(first[part], Avx2.ConvertToVector256Int16(second[part]));
            }

            (sum, at) = (Vector256.Sum(sums), first.Length * Vector256<short>.Count);
        }

        for (; at < one.Length; at++)
        {
            sum += one[at] * other[at];
        }

        return sum;
    }
}
