namespace Sanctum.Configurator.Features.Messaging.Broca;

/// <summary>Says how much of a stream has been read, in steps of a hundredth.</summary>
internal sealed class CountedStream(Stream inner, long length, Action<double> said) : Stream
{
    private long _read;
    private int _hundredths;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position
    {
        get => _read;
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await inner.ReadAsync(buffer, cancellationToken);
        _read += read;
        var hundredths = length > 0 ? (int)(100 * _read / length) : 100;
        if (hundredths > _hundredths)
        {
            _hundredths = hundredths;
            said(hundredths / 100d);
        }

        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
