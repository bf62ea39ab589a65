namespace Sanctum.Configurator.Platform.Outbound;

/// <summary>What the answers of others' servers say beside their status.</summary>
public static class OutsideAnswers
{
    private const int LongestQuote = 200;

    /// <summary>How long it asks to be left alone, as seconds or as a date; null where it says neither, or nothing that is still to come.</summary>
    public static TimeSpan? RetryAfterOf(HttpResponseMessage answer, DateTimeOffset now) =>
        (answer.Headers.RetryAfter?.Delta ?? answer.Headers.RetryAfter?.Date - now) is { } wait && wait > TimeSpan.Zero ? wait : null;

    /// <summary>The beginning of what it says, on one line after ": "; nothing where it is a page for people.</summary>
    public static async Task<string> QuoteAsync(HttpResponseMessage answer, CancellationToken cancel)
    {
        try
        {
            var buffer = new byte[LongestQuote * 4];
            await using var body = await answer.Content.ReadAsStreamAsync(cancel);
            var read = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancel);
            var said = OutsideText.Read(buffer.AsSpan(0, read), answer.Content.Headers.ContentType?.CharSet);
            var text = string.Concat(said.Take(LongestQuote).Select(c => char.IsControl(c) ? ' ' : c)).Trim();
            return text.Length == 0 || text.StartsWith('<') ? "" : $": {text.TrimEnd('.')}";
        }
        catch (OutboundFailedException)
        {
            return ""; // The status says enough.
        }
    }
}
