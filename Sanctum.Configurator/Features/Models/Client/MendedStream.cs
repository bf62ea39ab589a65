using System.Buffers;

namespace Sanctum.Configurator.Features.Models.Client;

/// <summary>A stream of events, of whose lines some are replaced on their way. A line is passed on as soon as it is whole.</summary>
/// <param name="mend">What stands in the place of a line, without its end; null where it stays as it is.</param>
internal sealed class MendedStream(Stream inner, Func<ReadOnlyMemory<byte>, byte[]?> mend) : ReadOnlyStream
{
    /// <summary>Bytes of a line; a longer one passes as it is, in parts.</summary>
    private const int Longest = 1024 * 1024;

    private readonly ArrayBufferWriter<byte> _ready = new();
    private readonly ArrayBufferWriter<byte> _line = new();
    private readonly byte[] _read = new byte[16 * 1024];
    private int _given;
    private bool _isTooLong;
    private bool _isEnd;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_given == _ready.WrittenCount && !_isEnd)
        {
            Take(await inner.ReadAsync(_read, cancellationToken));
        }

        return Give(buffer.Span);
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        while (_given == _ready.WrittenCount && !_isEnd)
        {
            Take(inner.Read(_read));
        }

        return Give(buffer.AsSpan(offset, count));
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private int Give(Span<byte> buffer)
    {
        var rest = _ready.WrittenSpan[_given..];
        var given = Math.Min(rest.Length, buffer.Length);
        rest[..given].CopyTo(buffer);
        _given += given;
        return given;
    }

    private void Take(int read)
    {
        _ready.ResetWrittenCount();
        _given = 0;
        _isEnd = read == 0;
        var rest = _read.AsSpan(0, read);
        for (int end; (end = rest.IndexOf((byte)'\n')) >= 0; rest = rest[(end + 1)..])
        {
            _line.Write(rest[..end]);
            Pass();
            _ready.Write("\n"u8);
            _isTooLong = false;
        }

        _line.Write(rest);
        _isTooLong |= _line.WrittenCount > Longest;
        if (_isTooLong || _isEnd)
        {
            Pass();
            _ready.Write(_isEnd ? "\n\n"u8 : []); // An event counts when it is followed by an empty line, which some leave out at the end.
        }
    }

    private void Pass()
    {
        _ready.Write(_isTooLong ? _line.WrittenSpan : mend(_line.WrittenMemory) ?? _line.WrittenSpan);
        _line.ResetWrittenCount();
    }
}
