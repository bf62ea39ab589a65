using Microsoft.Net.Http.Headers;

namespace Sanctum.Configurator.Platform.Requests;

/// <summary>
/// The characters of a body as UTF-8, which JSON is read from: by its byte order mark, else by the charset that its sender names.
/// </summary>
internal static class BodyText
{
    // The longer marks first: those of UTF-32 begin as those of UTF-16 do.
    private static readonly (byte[] Mark, Encoding Encoding)[] Marks =
    [
        ([0xEF, 0xBB, 0xBF], new UTF8Encoding(false, true)),
        ([0xFF, 0xFE, 0, 0], new UTF32Encoding(false, false, true)),
        ([0, 0, 0xFE, 0xFF], new UTF32Encoding(true, false, true)),
        ([0xFF, 0xFE], new UnicodeEncoding(false, false, true)),
        ([0xFE, 0xFF], new UnicodeEncoding(true, false, true)),
    ];

    /// <returns>The text's UTF-8 bytes, without a mark.</returns>
    /// <exception cref="BadHttpRequestException">It is in no charset that can be read, or not in the one that is named.</exception>
    public static ReadOnlyMemory<byte> Decode(ReadOnlyMemory<byte> body, string? contentType)
    {
        var (mark, encoding) = Marks.FirstOrDefault(known => body.Span.StartsWith(known.Mark));
        encoding ??= EncodingOf(contentType);
        var text = body[(mark?.Length ?? 0)..];
        try
        {
            if (encoding.CodePage != Encoding.UTF8.CodePage)
            {
                return Encoding.UTF8.GetBytes(encoding.GetString(text.Span));
            }

            _ = encoding.GetCharCount(text.Span);
            return text;
        }
        catch (DecoderFallbackException e)
        {
            throw new BadHttpRequestException(
                $"The body can't be read as {encoding.WebName}: byte {e.Index + 1} is not valid. Send it in UTF-8, or name its charset in Content-Type.",
                e
            );
        }
    }

    private static Encoding EncodingOf(string? contentType)
    {
        var name =
            MediaTypeHeaderValue.TryParse(contentType, out var type) && type.Charset.HasValue
                ? HeaderUtilities.RemoveQuotes(type.Charset).ToString()
                : "utf-8";
        try
        {
            return Encoding.GetEncoding(name, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw new BadHttpRequestException(
                $"The charset {name} is not supported. Send the body in UTF-8.",
                StatusCodes.Status415UnsupportedMediaType,
                e
            );
        }
    }
}
