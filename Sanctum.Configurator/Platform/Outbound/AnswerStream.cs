namespace Sanctum.Configurator.Platform.Outbound;

/// <summary>
/// The body of an answer: no longer than its limit, so that a short one is never taken for the whole, and with every failure of the
/// connection told
/// as <see cref="OutboundFailedException"/>.
/// </summary>
internal class AnswerFollower(Stream inner, long limit) : ReadOnlyStream
{
    private long _read;

    /// <summary>Everything there is has been read.</summary>
    public bool IsAtEnd { get; private set; }

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
