using System.IO.Compression;
using System.IO.Pipelines;
using System.Net;

namespace Sanctum.Configurator.Platform.Outbound;

/// <summary>
/// Makes of what a server sent what it means: unpacked, whether or not that was asked for, and within the limit. The one reader of the
/// bodies of
/// outside answers; <see cref="OutsideText"/> reads their characters.
/// </summary>
internal static class AnswerContent
{
    /// <summary>What is asked for where the caller does not say.</summary>
    public const string Codings = "gzip, deflate, br";

    /// <summary>Nobody packs more often but to do harm.</summary>
    private const int MostLayers = 3;

    public static async Task UnpackAsync(HttpResponseMessage answer, bool isHead, long limit, CancellationToken cancel)
    {
        var content = answer.Content;
        var codings = isHead || HasNoBody(answer.StatusCode) ? [] : CodingsOf(answer);
        if (!isHead && content.Headers.ContentLength > limit)
        {
            throw OutboundFailures.TooLarge(limit);
        }

        if (codings.Count > MostLayers)
        {
            throw OutboundFailures.UnknownCoding(string.Join(", ", codings.Take(MostLayers + 1)));
        }

        // What switches to another protocol has no end.
        var body = HasNoBody(answer.StatusCode) ? Stream.Null : await content.ReadAsStreamAsync(cancel);
        var read = new AnswerFollower(body, limit);
        for (var at = codings.Count - 1; at >= 0; at--)
        {
            read = await UnpackAsync(codings[at], read, limit, cancel);
        }

        answer.Content = new StreamContent(read);
        foreach (var (name, values) in content.Headers.NonValidated)
        {
            if (codings.Count == 0 || name is not ("Content-Encoding" or "Content-Length"))
            {
                answer.Content.Headers.TryAddWithoutValidation(name, values);
            }
        }
    }

    private static bool HasNoBody(HttpStatusCode status) => (int)status is < 200 or 204 or 304;

    /// <summary>In the order in which they were put on; some servers take a coding of the content for one of the way.</summary>
    private static List<string> CodingsOf(HttpResponseMessage answer) =>
        [
            .. answer
                .Content.Headers.ContentEncoding.Concat(answer.Headers.TransferEncoding.Select(coding => coding.Value))
                .SelectMany(names => names.Split(','))
                .Select(name => name.Trim().ToLowerInvariant())
                .Where(name => name is not ("" or "identity" or "chunked" or "none" or "utf-8")),
        ];

    /// <summary>What is empty stays empty: many a proxy names a coding of nothing.</summary>
    private static async Task<AnswerFollower> UnpackAsync(string coding, AnswerFollower packed, long limit, CancellationToken cancel)
    {
        var reader = PipeReader.Create(packed);
        var begun = await reader.ReadAsync(cancel);
        if (begun.Buffer.IsEmpty)
        {
            return packed;
        }

        var first = begun.Buffer.FirstSpan[0];
        reader.AdvanceTo(begun.Buffer.Start);
        var body = reader.AsStream();
        return new UnpackedStream(
            coding,
            packed,
            limit,
            coding switch
            {
                "gzip" or "x-gzip" => new GZipStream(body, CompressionMode.Decompress),
                "br" => new BrotliStream(body, CompressionMode.Decompress),

                // By the standard with zlib's two bytes before it, which some servers leave out.
                "deflate" or "x-deflate" => (first & 0x0F) == 8
                    ? new ZLibStream(body, CompressionMode.Decompress)
                    : new DeflateStream(body, CompressionMode.Decompress),
                _ => throw OutboundFailures.UnknownCoding(coding),
            }
        );
    }

    private sealed class UnpackedStream(string coding, AnswerFollower packed, long limit, Stream unpacking)
        : AnswerFollower(unpacking, limit)
    {
        protected override OutboundFailedException Explain(Exception e) => OutboundFailures.Garbled(coding, packed.IsAtEnd, e);
    }
}
