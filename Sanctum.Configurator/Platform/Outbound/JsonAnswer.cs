using System.Buffers;
using System.Buffers.Text;
using System.IO.Pipelines;
using System.Text.Unicode;

namespace Sanctum.Configurator.Platform.Outbound;

/// <summary>What is the matter with bytes that should be JSON.</summary>
public enum JsonFault
{
    Empty,

    /// <summary>Good as far as it goes, and then it ends.</summary>
    Cut,
    WebPage,

    /// <summary>Packed, and nobody said so.</summary>
    Compressed,
    Other,
}

/// <summary>Reads JSON from outside, in whatever encoding it came, and says what is the matter where it is none.</summary>
public static class JsonAnswer
{
    private const int Deepest = 128;

    /// <summary>The JSON, or what is the matter.</summary>
    public static (JsonDocument? Json, JsonFault Fault) Parse(
        ReadOnlyMemory<byte> bytes,
        string? charset = null,
        JsonDocumentOptions? options = null
    )
    {
        var text = WholeSigns(OutsideText.ToUtf8(bytes, charset));
        var how = options ?? new() { AllowTrailingCommas = true, MaxDepth = Deepest };
        try
        {
            return (JsonDocument.Parse(text, how), default);
        }
        catch (JsonException)
        {
            return (null, FaultOf(text.Span, how.MaxDepth));
        }
    }

    /// <summary>The whole body.</summary>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContent content, CancellationToken cancel)
    {
        await using var body = await content.ReadAsStreamAsync(cancel);
        using var held = new MemoryStream();
        await body.CopyToAsync(held, cancel);
        return held.GetBuffer().AsMemory(0, (int)held.Length);
    }

    /// <summary>Copies JSON as it comes, in UTF-8, and looks meanwhile whether it is JSON, and whole.</summary>
    /// <returns>What is the matter; null where it is good.</returns>
    public static async Task<JsonFault?> CopyAsync(HttpContent content, Stream to, CancellationToken cancel)
    {
        await using var body = await content.ReadAsStreamAsync(cancel);
        var reader = PipeReader.Create(body);
        var begun = await reader.ReadAtLeastAsync(4, cancel);
        var encoding = OutsideText.Find(
            begun.Buffer.Slice(0, Math.Min(4, begun.Buffer.Length)).ToArray(),
            content.Headers.ContentType?.CharSet
        );
        reader.AdvanceTo(begun.Buffer.Start);
        await using var text = Encoding.CreateTranscodingStream(reader.AsStream(), encoding, Encoding.UTF8);
        return await CopyAsync(PipeReader.Create(text), to, cancel);
    }

    /// <summary>What a JSON that can't be read is instead.</summary>
    internal static JsonFault FaultOf(ReadOnlySpan<byte> text, int deepest = Deepest)
    {
        var begin = text.TrimStart(" \t\r\n\0"u8);
        return begin.IsEmpty ? JsonFault.Empty
            : begin is [0x1F, 0x8B, ..] ? JsonFault.Compressed
            : begin[0] == (byte)'<' ? JsonFault.WebPage
            : IsCut(new(begin.ToArray()), new(new() { AllowTrailingCommas = true, MaxDepth = deepest })) ? JsonFault.Cut
            : JsonFault.Other;
    }

    /// <summary>
    /// The same JSON in which every text is one: bytes that are no UTF-8, and escapes of half a sign, become replacement marks. The library
    /// reads
    /// such a text without complaint and throws when somebody asks for it.
    /// </summary>
    private static ReadOnlyMemory<byte> WholeSigns(ReadOnlyMemory<byte> text)
    {
        var valid = Utf8.IsValid(text.Span) ? text : Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(text.Span));
        if (valid.Span.IndexOf("\\ud"u8) < 0 && valid.Span.IndexOf("\\uD"u8) < 0)
        {
            return valid;
        }

        var mended = valid.ToArray();
        for (var at = 0; at + 1 < mended.Length; at++)
        {
            if (mended[at] != '\\')
            {
                continue;
            }

            var (one, two) = (UnitAt(mended, at), UnitAt(mended, at + 6));
            if (one is >= 0xD800 and <= 0xDBFF && two is >= 0xDC00 and <= 0xDFFF)
            {
                at += 11;
            }
            else if (one is >= 0xD800 and <= 0xDFFF)
            {
                "\\ufffd"u8.CopyTo(mended.AsSpan(at));
                at += 5;
            }
            else
            {
                at++;
            }
        }

        return mended;
    }

    /// <summary>The number of an escape \uXXXX; -1 where there is none.</summary>
    private static int UnitAt(byte[] text, int at) =>
        at + 6 <= text.Length
        && text[at] == '\\'
        && text[at + 1] == 'u'
        && Utf8Parser.TryParse(text.AsSpan(at + 2, 4), out int unit, out var used, 'x')
        && used == 4
            ? unit
            : -1;

    private static async Task<JsonFault?> CopyAsync(PipeReader from, Stream to, CancellationToken cancel)
    {
        var state = new JsonReaderState(new() { AllowTrailingCommas = true, MaxDepth = Deepest });
        for (var (wanted, isFirst) = (1, true); ; )
        {
            var read = await from.ReadAtLeastAsync(wanted, cancel);
            if (Check(read.Buffer, isFirst, read.IsCompleted, ref state, out var used) is { } fault)
            {
                return fault;
            }

            foreach (var piece in read.Buffer.Slice(0, used))
            {
                await to.WriteAsync(piece, cancel);
            }

            // A long text is looked through again with each piece of it, so the pieces grow with it.
            isFirst &= used == 0;
            wanted = (int)Math.Min(int.MaxValue / 2, (read.Buffer.Length - used) * 2) + 1;
            from.AdvanceTo(read.Buffer.GetPosition(used), read.Buffer.End);
            if (read.IsCompleted)
            {
                return null;
            }
        }
    }

    private static JsonFault? Check(ReadOnlySequence<byte> text, bool isFirst, bool isLast, ref JsonReaderState state, out long used)
    {
        var mark = text.FirstSpan.StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0;
        var reader = new Utf8JsonReader(text.Slice(mark), isLast, state);
        try
        {
            while (reader.Read()) { }

            (state, used) = (
                reader.CurrentState,
                isLast ? text.Length
                : reader.TokenType == JsonTokenType.None ? 0
                : reader.BytesConsumed + mark
            );
            return null;
        }
        catch (JsonException)
        {
            used = 0;
            return isFirst ? FaultOf(text.ToArray())
                : isLast && IsCut(text, state) ? JsonFault.Cut
                : JsonFault.Other;
        }
    }

    // Whoever is told that more may come finds fault only with what is there.
    private static bool IsCut(ReadOnlySequence<byte> text, JsonReaderState state) =>
        IsRead(text, false, state) && !IsRead(text, true, state);

    private static bool IsRead(ReadOnlySequence<byte> text, bool isFinal, JsonReaderState state)
    {
        var reader = new Utf8JsonReader(text, isFinal, state);
        try
        {
            while (reader.Read()) { }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
