namespace Sanctum.Configurator.Platform.Outbound;

/// <summary>What the answers of others' servers say beside their status.</summary>
public static class OutsideAnswers
{
    private const int LongestQuote = 200;

    /// <summary>A shorter part of an address is a word, such as hooks or services; a longer one may be what lets the sender in.</summary>
    private const int ShortestSecret = 8;

    /// <summary>How long it asks to be left alone, as seconds or as a date; null where it says neither, or nothing that is still to come.</summary>
    public static TimeSpan? RetryAfterOf(HttpResponseMessage answer, DateTimeOffset now) =>
        (answer.Headers.RetryAfter?.Delta ?? answer.Headers.RetryAfter?.Date - now) is { } wait && wait > TimeSpan.Zero ? wait : null;

    /// <summary>
    /// Where a redirect leads, as the end of a sentence, and what to do. The way behind the host is left out: it may be what lets the sender in.
    /// </summary>
    public static string RedirectOf(HttpResponseMessage answer)
    {
        var from = answer.RequestMessage?.RequestUri;
        var place =
            answer.Headers.Location is not { } location || from is null || !Uri.TryCreate(from, location, out var there) ? "nowhere"
            : ServerOf(there) is var server && server == ServerOf(from) ? "to another path of the same server"
            : $"to {server}";
        return $"Redirects are not followed: this one leads {place}. Enter the address where the receiver answers.";
    }

    /// <summary>Without the name and password that may stand before it.</summary>
    private static string ServerOf(Uri address) => address.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped);

    /// <summary>
    /// The beginning of what it says, on one line after ": "; nothing where it is a page for people. What it repeats of the request is hidden:
    /// the way behind its host, and what let the sender in ("Cannot POST /hooks/…").
    /// </summary>
    public static async Task<string> QuoteAsync(HttpResponseMessage answer, CancellationToken cancel)
    {
        try
        {
            var buffer = new byte[LongestQuote * 4];
            await using var body = await answer.Content.ReadAsStreamAsync(cancel);
            var read = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancel);
            var said = OutsideText.Read(buffer.AsSpan(0, read), answer.Content.Headers.ContentType?.CharSet);
            said = SecretsOf(answer.RequestMessage)
                .Aggregate(said, (text, secret) => text.Replace(secret, "…", StringComparison.OrdinalIgnoreCase));
            var text = string.Concat(said.Take(LongestQuote).Select(c => char.IsControl(c) ? ' ' : c)).Trim();
            return text.Length == 0 || text.StartsWith('<') ? "" : $": {text.TrimEnd('.')}";
        }
        catch (OutboundFailedException)
        {
            return ""; // The status says enough.
        }
    }

    /// <summary>The longest first, so that none leaves a rest of another.</summary>
    private static IEnumerable<string> SecretsOf(HttpRequestMessage? sent)
    {
        if (sent?.RequestUri is not { IsAbsoluteUri: true } uri)
        {
            return [];
        }

        var parts = uri
            .PathAndQuery.Split(['/', '?', '&', '='], StringSplitOptions.RemoveEmptyEntries)
            .Where(part => part.Length >= ShortestSecret);
        return new[] { uri.PathAndQuery, uri.AbsolutePath, sent.Headers.Authorization?.Parameter ?? "" }
            .Concat(parts)
            .SelectMany(secret => new[] { secret, Uri.UnescapeDataString(secret) })
            .Where(secret => secret.Trim('/').Length > 0)
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .OrderByDescending(secret => secret.Length);
    }
}
