namespace Sanctum.Configurator.Features.Backups.Runs;

/// <summary>
/// As much of a file as can be read: where its disk fails, it ends there and says why. So that failure is none of the file that is written
/// at the same time.
/// </summary>
internal sealed class ReadableStream(Stream file) : ReadOnlyStream
{
    /// <summary>Why it could not be read to its end; null where it was.</summary>
    public string? Failure { get; private set; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return Failure is null ? await file.ReadAsync(buffer, cancellationToken) : 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Failure = e.Message;
            return 0;
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            file.Dispose();
        }

        base.Dispose(disposing);
    }
}
