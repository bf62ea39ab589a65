using System.Buffers;
using System.Runtime.CompilerServices;
using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Platform.Outbound;

namespace Sanctum.Configurator.Features.Letta.V1;

/// <summary>One event of a stream.</summary>
/// <param name="Name"><c>message</c> where the server names none.</param>
internal readonly record struct LettaEvent(string Name, string Data);

/// <summary>
/// Reads server-sent events by the grammar of the WHATWG, with limits to what one sender may say and how long he may be silent. An event
/// that the
/// end of the stream cuts off is none.
/// </summary>
/// <remarks>Ours, because the library's parser keeps the name of an event without data for the next one.</remarks>
internal sealed class LettaEvents(Stream body, long mostBytes, TimeSpan silence) : IDisposable
{
    private const byte Cr = (byte)'\r';
    private const byte Lf = (byte)'\n';

    private readonly AnswerFollower _body = new(body, mostBytes);
    private readonly byte[] _buffer = new byte[16 * 1024];
    private readonly ArrayBufferWriter<byte> _line = new();
    private int _at;
    private int _filled;
    private bool _isAfterCr;
    private bool _hasBegun;

    /// <exception cref="OutboundFailedException">The whole is too long, or the connection broke off.</exception>
    /// <exception cref="LettaCallException">Nothing came for too long.</exception>
    public async IAsyncEnumerable<LettaEvent> ReadAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        var (name, data) = ("", (StringBuilder?)null);
        while (await ReadLineAsync(cancel) is { } line)
        {
            if (line.Length == 0)
            {
                if (data is not null)
                {
                    yield return new(name.Length == 0 ? "message" : name, data.ToString());
                }

                (name, data) = ("", null);
            }
            else if (Value(line, "data") is { } text)
            {
                data = data is null ? new(text) : data.Append('\n').Append(text);
            }
            else if (Value(line, "event") is { } kind)
            {
                name = kind;
            }
        }
    }

    public void Dispose() => _body.Dispose();

    private static string? Value(string line, string field) =>
        !line.StartsWith(field, StringComparison.Ordinal) ? null
        : line.Length == field.Length ? ""
        : line[field.Length] != ':' ? null
        : line.AsSpan(field.Length + 1) is [' ', .. var value] ? value.ToString()
        : line[(field.Length + 1)..];

    /// <summary>The next line without its end; null at the end of all, where a line without an end is none.</summary>
    private async Task<string?> ReadLineAsync(CancellationToken cancel)
    {
        _line.ResetWrittenCount();
        while (_at < _filled || await FillAsync(cancel))
        {
            // The second half of an end of a line may come later.
            _at += _isAfterCr && _buffer[_at] == Lf ? 1 : 0;
            _isAfterCr = false;
            var rest = _buffer.AsSpan(_at, _filled - _at);
            var end = rest.IndexOfAny(Cr, Lf);
            _line.Write(end < 0 ? rest : rest[..end]);
            _at = end < 0 ? _filled : _at + end + 1;
            if (end >= 0)
            {
                _isAfterCr = rest[end] == Cr;
                return Text();
            }
        }

        return null;
    }

    private string Text()
    {
        var line = _line.WrittenSpan;
        var mark = !_hasBegun && line.StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0;
        _hasBegun = true;
        return Encoding.UTF8.GetString(line[mark..]);
    }

    private async Task<bool> FillAsync(CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(silence);
        try
        {
            (_at, _filled) = (0, await _body.ReadAsync(_buffer, limit.Token));
            return _filled > 0;
        }
        catch (OperationCanceledException e) when (!cancel.IsCancellationRequested)
        {
            throw new LettaCallException("the server stopped responding in the middle of its answer.", e);
        }
    }
}
