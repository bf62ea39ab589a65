namespace Sanctum.Configurator.Platform.Outbound;

/// <summary>
/// A connection on which the first head that is written is left out and another is sent in its place; all else passes as it is.
/// </summary>
internal sealed class HeadStream(Stream connection, ReadOnlyMemory<byte> head) : Stream
{
    private static ReadOnlySpan<byte> End => "\r\n\r\n"u8;

    private int _matched;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_matched < End.Length)
        {
            buffer = buffer[Skip(buffer.Span)..];
            if (_matched < End.Length)
            {
                return;
            }

            await connection.WriteAsync(head, cancellationToken);
        }

        if (!buffer.IsEmpty)
        {
            await connection.WriteAsync(buffer, cancellationToken);
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        connection.ReadAsync(buffer, cancellationToken);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => connection.FlushAsync(cancellationToken);

    public override void Flush() => connection.Flush();

    public override int Read(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("Connections are read asynchronously.");

    public override void Write(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("Connections are written asynchronously.");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        await connection.DisposeAsync();
        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            connection.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>How many bytes belong to the head that is left out; its end may come in pieces.</summary>
    private int Skip(ReadOnlySpan<byte> written)
    {
        var at = 0;
        while (at < written.Length && _matched < End.Length)
        {
            _matched =
                written[at] == End[_matched] ? _matched + 1
                : written[at] == End[0] ? 1
                : 0;
            at++;
        }

        return at;
    }
}
