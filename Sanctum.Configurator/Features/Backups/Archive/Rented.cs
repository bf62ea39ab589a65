using System.Buffers;

namespace Sanctum.Configurator.Features.Backups.Archive;

/// <summary>Bytes in an array of the pool, which gets it back on disposal: pieces are too large to be collected one by one.</summary>
internal readonly record struct Rented(byte[] Array, int Length) : IDisposable
{
    public ReadOnlyMemory<byte> Memory => Array.AsMemory(0, Length);

    public ReadOnlySpan<byte> Span => Array.AsSpan(0, Length);

    public static Rented Of(int length) => new(ArrayPool<byte>.Shared.Rent(length), length);

    public void Dispose() => ArrayPool<byte>.Shared.Return(Array);
}
