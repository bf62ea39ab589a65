using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using Sanctum.Configurator.Platform.Outbound;

namespace Sanctum.Configurator.Platform.Letta;

/// <summary>One event of a stream.</summary>
/// <param name="Name">Empty for a plain message.</param>
internal readonly record struct LettaEvent(string Name, string Data);

/// <summary>Reads server-sent events, with limits to what one sender may say and how long he may be silent.</summary>
internal sealed class LettaEvents(Stream body, long mostBytes, int longestLine, TimeSpan silence)
{
    private readonly byte[] _buffer = new byte[16 * 1024];
    private readonly ArrayBufferWriter<byte> _line = new();
    private int _at;
    private int _filled;
    private long _read;

    /// <exception cref="ResponseTooLargeException">A line, or the whole, is too long.</exception>
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
                    yield return new(name, data.ToString());
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

        // The last event counts without its empty line: some proxies cut it.
        if (data is not null)
        {
            yield return new(name, data.ToString());
        }
    }

    private static string? Value(string line, string field) =>
        !line.StartsWith(field, StringComparison.Ordinal) ? null
        : line.Length == field.Length ? ""
        : line[field.Length] != ':' ? null
        : line.AsSpan(field.Length + 1) is [' ', .. var value] ? value.ToString() : line[(field.Length + 1)..];

    /// <summary>The next line without its end; null at the end of all.</summary>
    private async Task<string?> ReadLineAsync(CancellationToken cancel)
    {
        _line.ResetWrittenCount();
        while (true)
        {
            if (_at == _filled && !await FillAsync(cancel))
            {
                return _line.WrittenCount > 0 ? Text() : null;
            }

            var end = Array.IndexOf(_buffer, (byte)'\n', _at, _filled - _at);
            var until = end < 0 ? _filled : end;
            _line.Write(_buffer.AsSpan(_at, until - _at));
            _at = end < 0 ? _filled : end + 1;
            if (_line.WrittenCount > longestLine)
            {
                throw new ResponseTooLargeException(longestLine);
            }

            if (end >= 0)
            {
                return Text();
            }
        }
    }

    private string Text() => Encoding.UTF8.GetString(_line.WrittenSpan).TrimEnd('\r');

    private async Task<bool> FillAsync(CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(silence);
        try
        {
            (_at, _filled) = (0, await body.ReadAsync(_buffer, limit.Token));
        }
        catch (OperationCanceledException e) when (!cancel.IsCancellationRequested)
        {
            throw new LettaCallException("the server fell silent in the middle of its answer.", e);
        }

        _read += _filled;
        return _read > mostBytes ? throw new ResponseTooLargeException(mostBytes) : _filled > 0;
    }
}
