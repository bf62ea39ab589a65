namespace Sanctum.Configurator.Platform.Outbound;

/// <summary>
/// The body of an answer: no longer than its limit, so that a short one is never taken for the whole, and with every failure of the
/// connection told
/// as <see cref="OutboundFailedException"/>.
/// </summary>
internal class AnswerFollower(Stream inner, long limit) : Stream
{
    private long _read;

    /// <summary>Everything there is has been read.</summary>
    public bool IsAtEnd { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return Count(buffer.Length, await inner.ReadAsync(Wanted(buffer), cancellationToken));
        }
        catch (Exception e) when (e is not OperationCanceledException and not OutboundFailedException)
        {
            // An aborted read shows itself in many ways.
            cancellationToken.ThrowIfCancellationRequested();
            throw Explain(e);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count)
    {
        try
        {
            return Count(count, inner.Read(buffer, offset, Wanted(buffer.AsMemory(offset, count)).Length));
        }
        catch (Exception e) when (e is not OperationCanceledException and not OutboundFailedException)
        {
            throw Explain(e);
        }
    }

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected virtual OutboundFailedException Explain(Exception e) => OutboundFailures.InAnswer(e);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    // One byte beyond the limit tells an answer that just fits from one that does not.
    private Memory<byte> Wanted(Memory<byte> buffer) => buffer[..(int)Math.Min(buffer.Length, limit - _read + 1)];

    private int Count(int wanted, int read)
    {
        _read += read;
        IsAtEnd |= read == 0 && wanted > 0;
        return _read > limit ? throw OutboundFailures.TooLarge(limit) : read;
    }
}
