namespace Sanctum.Configurator.Features.Conversations.Transfer;

/// <summary>JSON with an escape for half of a character, which programs write that cut texts by units of UTF-16, and no reader takes.</summary>
internal static class HalfCharacters
{
    private const int Length = 6;

    /// <returns>The same, with U+FFFD in the place of each half.</returns>
    public static ReadOnlyMemory<byte> Replaced(ReadOnlyMemory<byte> json)
    {
        byte[]? mended = null;
        for (var at = NextIn(json.Span, 0); at >= 0; )
        {
            var unit = UnitAt(json.Span, at);
            var isPair =
                unit is { } high && char.IsHighSurrogate(high) && UnitAt(json.Span, at + Length) is { } low && char.IsLowSurrogate(low);
            if (!isPair && unit is { } half && char.IsSurrogate(half))
            {
                mended ??= json.ToArray();
                @"\uFFFD"u8.CopyTo(mended.AsSpan(at));
            }

            at = NextIn(
                json.Span,
                at
                    + (
                        isPair ? 2 * Length
                        : unit is null ? 2
                        : Length
                    )
            );
        }

        return mended ?? json;
    }

    private static int NextIn(ReadOnlySpan<byte> json, int from)
    {
        var next = from >= json.Length ? -1 : json[from..].IndexOf((byte)'\\');
        return next < 0 ? -1 : from + next;
    }

    /// <summary>Null where no escape by number stands there.</summary>
    private static char? UnitAt(ReadOnlySpan<byte> json, int at) =>
        at + Length <= json.Length
        && json[at] == '\\'
        && json[at + 1] == 'u'
        && ushort.TryParse(json.Slice(at + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit)
            ? (char)unit
            : null;
}
