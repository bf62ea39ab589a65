using System.Security.Cryptography;

namespace Sanctum.Configurator.Features.Backups.Archive;

/// <summary>SHA-256 of pieces in the order in which they are given, on another processor than the one that goes on with them.</summary>
internal sealed class HashBeside : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private Task _last = Task.CompletedTask;

    /// <summary>Takes the next piece, which nobody changes until the task is done.</summary>
    public Task AddAsync(ReadOnlyMemory<byte> piece) => _last = AddAfterAsync(_last, piece);

    /// <summary>The hash of all that was added, in hex.</summary>
    public async Task<string> FinishAsync()
    {
        await _last;
        return Convert.ToHexStringLower(_hash.GetHashAndReset());
    }

    /// <summary>Only once no piece is being added.</summary>
    public void Dispose() => _hash.Dispose();

    private async Task AddAfterAsync(Task before, ReadOnlyMemory<byte> piece)
    {
        await before;
        await OwnThread.RunAsync(() => _hash.AppendData(piece.Span));
    }
}
