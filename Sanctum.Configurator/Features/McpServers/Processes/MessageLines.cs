namespace Sanctum.Configurator.Features.McpServers.Processes;

/// <summary>
/// The standard output of an MCP server: one message a line. Keeps a line within a limit, so that nobody fills the memory, and the first
/// one that is no message, which is what servers do that log to their output.
/// </summary>
internal sealed class MessageLines(Stream inner) : Stream
{
    private const int LongestLine = 16 << 20;
    private const int LongestShown = 200;

    private readonly List<byte> _other = [];
    private long _length;
    private bool _isOther;
    private bool _isKept;

    /// <summary>The beginning of the first line that is no JSON; null where there was none.</summary>
    public string? Other => _isKept ? Encoding.UTF8.GetString([.. _other]).Trim() : null;

    /// <summary>Nothing comes any more.</summary>
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

    public override int Read(byte[] buffer, int offset, int count)
    {
        var read = inner.Read(buffer, offset, count);
        Look(buffer.AsSpan(offset, read));
        return read;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await inner.ReadAsync(buffer, cancellationToken);
        Look(buffer.Span[..read]);
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private void Look(ReadOnlySpan<byte> bytes)
    {
        IsAtEnd |= bytes.Length == 0;
        foreach (var one in bytes)
        {
            if (one == '\n')
            {
                _isKept |= _isOther && _other.Count > 0;
                (_length, _isOther) = (0, false);
                continue;
            }

            if (_length == 0 && one is (byte)' ' or (byte)'\r' or (byte)'\t' or 0xEF or 0xBB or 0xBF)
            {
                continue;
            }

            // No message begins with a bracket any more, but many a line of a log does.
            _isOther |= _length == 0 && one != '{';
            if (_isOther && !_isKept && _other.Count < LongestShown)
            {
                _other.Add(one);
            }

            if (++_length > LongestLine)
            {
                throw new IOException($"The server wrote a line of more than {LongestLine >> 20} MB.");
            }
        }
    }
}
