using System.Buffers.Binary;

namespace Sanctum.Configurator.Features.RestApi;

internal static class RowIds
{
    /// <summary>Ids of one call sort as its rows were sent.</summary>
    public static Guid Of(DateTimeOffset now, int number)
    {
        Span<byte> bytes = stackalloc byte[16];
        Guid.CreateVersion7(now.AddMilliseconds(number >> 12)).TryWriteBytes(bytes, bigEndian: true, out _);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[6..], (ushort)(0x7000 | (number & 0xFFF)));
        return new(bytes, bigEndian: true);
    }
}
