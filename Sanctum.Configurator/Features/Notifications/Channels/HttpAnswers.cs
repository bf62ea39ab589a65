using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Sanctum.Configurator.Platform.Outbound;

namespace Sanctum.Configurator.Features.Notifications.Channels;

/// <summary>What the answers of receivers mean, in words that say what to do.</summary>
internal static class HttpAnswers
{
    private const int LongestQuote = 200;

    public static async Task<SendVerdict> SendAsync(HttpClient client, HttpRequestMessage request, CancellationToken cancel)
    {
        using var owned = client;
        using var sent = request;
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("Sanctum-Configurator", null));
        var place = request.RequestUri!.GetLeftPart(UriPartial.Authority);
        try
        {
            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
            return await JudgeAsync(answer, place, cancel);
        }
        catch (Exception e) when ((e as OutboundRefusedException ?? e.InnerException as OutboundRefusedException) is { } refused)
        {
            return new(false, $"{refused.Message} Choose another address.", IsFinal: true);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return new(false, $"{place} can't be reached: {Innermost(e).TrimEnd('.')}. Check the address, and that the server is up.");
        }
    }

    private static async Task<SendVerdict> JudgeAsync(HttpResponseMessage answer, string place, CancellationToken cancel)
    {
        var status = (int)answer.StatusCode;
        if (answer.IsSuccessStatusCode)
        {
            return new(true, string.Create(CultureInfo.InvariantCulture, $"{place} took it (HTTP {status})."), status);
        }

        var quote = await QuoteAsync(answer, cancel);
        var said = string.Create(CultureInfo.InvariantCulture, $"{place} answered with HTTP {status}{quote}.");
        return answer.StatusCode switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new(false, $"{said} Check the token or the secret.", status, IsFinal: true),
            HttpStatusCode.NotFound or HttpStatusCode.Gone => new(false, $"{said} Check the address.", status, IsFinal: true),
            HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests => new(false, $"{said} It is tried again later.", status),
            _ when status is >= 300 and < 400 => new(false, $"{said} Redirects are not followed: write the address it leads to.", status, IsFinal: true),
            _ when status is >= 400 and < 500 => new(false, $"{said} It does not take what the console sends: check that the address is the right one.", status, IsFinal: true),
            _ => new(false, $"{said} It is tried again later.", status),
        };
    }

    /// <summary>The beginning of what the receiver says, on one line.</summary>
    private static async Task<string> QuoteAsync(HttpResponseMessage answer, CancellationToken cancel)
    {
        try
        {
            var buffer = new char[LongestQuote];
            using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(cancel));
            var read = await reader.ReadBlockAsync(buffer, cancel);
            var text = string.Concat(buffer.Take(read).Select(c => char.IsControl(c) ? ' ' : c)).Trim();
            return text.Length == 0 || text.StartsWith('<') ? "" : $": {text.TrimEnd('.')}";
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            return "";
        }
    }

    private static string Innermost(Exception e) => e.InnerException is { } inner ? Innermost(inner) : e.Message;
}
