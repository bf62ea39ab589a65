using System.Net;
using System.Net.Http.Headers;
using Sanctum.Configurator.Platform.Outbound;

namespace Sanctum.Configurator.Features.Notifications.Channels;

/// <summary>What the answers of receivers mean, in words that say what to do.</summary>
internal static class HttpAnswers
{
    /// <summary>However long a receiver asks for: a notification is for people who wait for it.</summary>
    internal static readonly TimeSpan LongestWait = TimeSpan.FromHours(6);

    public static async Task<SendVerdict> SendAsync(
        HttpClient client,
        HttpRequestMessage request,
        DateTimeOffset now,
        CancellationToken cancel
    )
    {
        using var owned = client;
        using var sent = request;
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("Sanctum-Configurator", null));
        var place = request.RequestUri!.GetLeftPart(UriPartial.Authority);
        try
        {
            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
            var verdict = await JudgeAsync(answer, place, cancel);
            return verdict is { Ok: false, IsFinal: false } && OutsideAnswers.RetryAfterOf(answer, now) is { } wait
                ? Waiting(verdict, wait)
                : verdict;
        }
        catch (Exception e) when (OutboundFailures.Find(e) is { } failed)
        {
            return failed.Failure switch
            {
                OutboundFailure.Blocked => new(false, $"{failed.Message} Choose another address.", IsFinal: true),
                OutboundFailure.Unsendable => new(false, $"Nothing was sent to {place}: {failed.Message}", IsFinal: true),
                _ => new(false, $"{place} did not accept the message: {failed.Message}"),
            };
        }
    }

    private static async Task<SendVerdict> JudgeAsync(HttpResponseMessage answer, string place, CancellationToken cancel)
    {
        var status = (int)answer.StatusCode;
        if (answer.IsSuccessStatusCode)
        {
            return new(true, string.Create(CultureInfo.InvariantCulture, $"{place} accepted the message (HTTP {status})."), status);
        }

        var quote = await OutsideAnswers.QuoteAsync(answer, cancel);
        var said = string.Create(CultureInfo.InvariantCulture, $"{place} answered with HTTP {status}{quote}.");
        return answer.StatusCode switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new(
                false,
                $"{said} Check the token or the secret.",
                status,
                IsFinal: true
            ),
            HttpStatusCode.NotFound or HttpStatusCode.Gone => new(false, $"{said} Check the address.", status, IsFinal: true),
            HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests => new(false, $"{said} The console retries later.", status),
            _ when status is >= 300 and < 400 => new(false, $"{said} {OutsideAnswers.RedirectOf(answer)}", status, IsFinal: true),
            _ when status is >= 400 and < 500 => new(
                false,
                $"{said} The receiver rejected the message. Check the address.",
                status,
                IsFinal: true
            )
            {
                MayBeTheContent = true,
            },
            _ => new(false, $"{said} The console retries later.", status),
        };
    }

    private static SendVerdict Waiting(SendVerdict verdict, TimeSpan wait) =>
        wait <= LongestWait
            ? verdict with
            {
                RetryAfter = wait,
                Message = $"{verdict.Message} The console retries after {Text(wait)}, as requested.",
            }
            : verdict with
            {
                RetryAfter = LongestWait,
                Message = $"{verdict.Message} It requested a pause of {Text(wait)}; the console retries after {Text(LongestWait)}.",
            };

    private static string Text(TimeSpan wait) =>
        wait.TotalMinutes < 2 ? string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(wait.TotalSeconds):0} s")
        : wait.TotalHours < 2 ? string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(wait.TotalMinutes):0} minutes")
        : string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(wait.TotalHours):0} hours");
}
