using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Sanctum.Configurator.Features.Memories.Vectors;

/// <summary>Vectors as they are stored (little-endian 32-bit floats), checked and compared.</summary>
internal static class VectorMath
{
    public static byte[] ToBytes(ReadOnlySpan<float> vector)
    {
        var bytes = new byte[vector.Length * sizeof(float)];
        if (BitConverter.IsLittleEndian)
        {
            MemoryMarshal.AsBytes(vector).CopyTo(bytes);
            return bytes;
        }

        for (var at = 0; at < vector.Length; at++)
        {
            BitConverter.TryWriteBytes(bytes.AsSpan(at * sizeof(float)), BitConverter.SingleToInt32Bits(vector[at]));
            bytes.AsSpan(at * sizeof(float), sizeof(float)).Reverse();
        }

        return bytes;
    }

    public static float[] FromBytes(byte[] bytes)
    {
        var vector = new float[bytes.Length / sizeof(float)];
        for (var at = 0; at < vector.Length; at++)
        {
            vector[at] = System.Buffers.Binary.BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(at * sizeof(float)));
        }

        return vector;
    }

    /// <summary>Of length 1, so that a product of two is their cosine.</summary>
    public static float[] Normalised(ReadOnlySpan<float> vector)
    {
        var unit = new float[vector.Length];
        TensorPrimitives.Divide(vector, TensorPrimitives.Norm(vector), unit);
        return unit;
    }

    /// <summary>Why a vector can't be used, in a sentence; null where it can.</summary>
    /// <param name="dimension">How many numbers it is to have; null where that is not known yet.</param>
    public static string? ProblemWith(ReadOnlySpan<float> vector, int? dimension, string model) =>
        dimension is { } wanted && vector.Length != wanted
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{model} answered with {vector.Length} numbers, and the index has {wanted}. Build a new index; vectors of different lengths can't be compared."
            )
        : vector.Length == 0 ? $"{model} answered with an empty vector."
        : !float.IsFinite(TensorPrimitives.Sum(vector)) || !float.IsFinite(TensorPrimitives.Norm(vector))
            ? $"{model} answered with a vector that has no finite numbers. It was not stored."
        : TensorPrimitives.Norm(vector) == 0 ? $"{model} answered with a vector of zeros, which has no direction. It was not stored."
        : null;
}
