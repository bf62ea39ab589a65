using System.Buffers.Binary;
using System.Text;

namespace Sanctum.Configurator.Tests.Benchmarks;

/// <summary>
/// Reads a render batch as the browser's OutOfProcessRenderBatch.ts does; the format is that of RenderBatchWriter.cs in dotnet/aspnetcore.
/// Five offsets stand in the last 20 bytes; edits have 16 bytes, frames 20, and strings are named by their number.
/// </summary>
internal readonly ref struct ReceivedBatch(ReadOnlySpan<byte> bytes)
{
    private const int EditSize = 16;
    private const int FrameSize = 20;
    private const int PrependFrame = 1;
    private const int SetAttribute = 3;
    private const int Element = 1;
    private const int Attribute = 3;

    private readonly ReadOnlySpan<byte> _bytes = bytes;

    private int Updates => Int(_bytes.Length - 20);

    private int Frames => Int(_bytes.Length - 16);

    private int Strings => Int(_bytes.Length - 4);

    /// <summary>The handler of the event on the element of this id or label, where the batch renders that element anew.</summary>
    public Handler? FindHandler(string name, string eventAttribute)
    {
        for (var element = 0; element < Int(Frames); element++)
        {
            if (Int(FrameAt(element)) == Element && IsCalled(element, name) && HandlerOf(element, eventAttribute) is { } handler)
            {
                return new(ComponentOf(element), handler);
            }
        }

        return null;
    }

    /// <summary>
    /// The handler that replaces this one, where the batch renders its component again. The component has one such handler only.
    /// </summary>
    public Handler? FindNext(Handler handler, string eventAttribute)
    {
        for (var update = 0; update < Int(Updates); update++)
        {
            var diff = UpdateAt(update);
            for (var edit = 0; Int(diff) == handler.Component && edit < Int(diff + 4); edit++)
            {
                var at = EditAt(diff, edit);
                if (Int(at) == SetAttribute && HandlerAt(Int(at + 8), eventAttribute) is { } next)
                {
                    return handler with { Id = next };
                }
            }
        }

        return null;
    }

    private bool IsCalled(int element, string name)
    {
        for (var frame = element + 1; IsAttribute(frame); frame++)
        {
            if (Text(Int(FrameAt(frame) + 4)) is "id" or "aria-label" && Text(Int(FrameAt(frame) + 8)) == name)
            {
                return true;
            }
        }

        return false;
    }

    private ulong? HandlerOf(int element, string eventAttribute)
    {
        for (var frame = element + 1; IsAttribute(frame); frame++)
        {
            if (HandlerAt(frame, eventAttribute) is { } handler)
            {
                return handler;
            }
        }

        return null;
    }

    private ulong? HandlerAt(int frame, string eventAttribute) =>
        IsAttribute(frame)
        && BinaryPrimitives.ReadUInt64LittleEndian(_bytes[(FrameAt(frame) + 12)..]) is > 0 and var id
        && Text(Int(FrameAt(frame) + 4)) == eventAttribute
            ? id
            : null;

    /// <summary>The component whose edit inserts the frame, alone or within another.</summary>
    private int ComponentOf(int frame)
    {
        for (var update = 0; update < Int(Updates); update++)
        {
            var diff = UpdateAt(update);
            for (var edit = 0; edit < Int(diff + 4); edit++)
            {
                var (type, first) = (Int(EditAt(diff, edit)), Int(EditAt(diff, edit) + 8));
                if (type == PrependFrame && first <= frame && (first == frame || frame < first + Int(FrameAt(first) + 4)))
                {
                    return Int(diff);
                }
            }
        }

        throw new InvalidDataException($"No edit inserts frame {frame}.");
    }

    private bool IsAttribute(int frame) => frame < Int(Frames) && Int(FrameAt(frame)) == Attribute;

    private int UpdateAt(int update) => Int(Updates + 4 + (update * 4));

    private static int EditAt(int diff, int edit) => diff + 8 + (edit * EditSize);

    private int FrameAt(int frame) => Frames + 4 + (frame * FrameSize);

    private string? Text(int number)
    {
        if (number < 0)
        {
            return null;
        }

        var (at, length, shift) = (Int(Strings + (number * 4)), 0, 0);
        do
        {
            length |= (_bytes[at] & 0x7F) << shift;
            shift += 7;
        } while (_bytes[at++] >= 0x80);
        return Encoding.UTF8.GetString(_bytes.Slice(at, length));
    }

    private int Int(int at) => BinaryPrimitives.ReadInt32LittleEndian(_bytes[at..]);

    /// <param name="Component">The component that rendered the element, which an event has to name.</param>
    internal readonly record struct Handler(int Component, ulong Id);
}
