using System.Diagnostics;
using System.Net;
using Sanctum.Configurator.Platform.Outbound;
using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Channels.Webhook;

/// <summary>
/// For programs of one's own: they post messages to the console, and it posts the answers to them, both signed. An answer that is posted
/// again has the same id, so that it can be told from another: it is tried until it is taken.
/// </summary>
internal sealed class WebhookConnector(OutboundHttp http, TimeProvider clock) : IConnector
{
    public static readonly ConnectorField Url = new("url", "Address for answers")
    {
        Help = "Answers are posted here as JSON, signed with the secret.",
        Placeholder = "https://example.com/answers",
        IsRequired = true,
    };

    public string Name => "webhook";

    public string Title => "Webhook";

    public string? Platform => null;

    public IReadOnlyList<ConnectorField> Fields => [Url];

    public ConnectorSecret? Secret { get; } =
        new(
            "Signing secret",
            "Both directions are signed with it, by Standard Webhooks. Copy it to your program: it is never shown again.",
            WebhookSignature.FaultOf
        )
        {
            Generate = WebhookSignature.NewSecret,
        };

    public SendingPace Pace { get; } = new(50, _ => TimeSpan.Zero);

    public IEnumerable<(string Field, string Reason)> Check(ChannelSettings settings, string? secret)
    {
        var (address, fault) = WebAddress.Read(settings.Text(Url));
        if (address is null)
        {
            yield return (Url.Name, $"The address can't be used: {fault}");
        }
        else if (address.UserInfo.Length > 0)
        {
            yield return (Url.Name, "The address can't hold a user or a password.");
        }
    }

    public string TargetOf(ChannelSettings settings) =>
        Uri.TryCreate(settings.Text(Url), UriKind.Absolute, out var url) ? url.GetLeftPart(UriPartial.Authority) : "";

    public IReadOnlyList<string> Split(string answer) => string.IsNullOrWhiteSpace(answer) ? [] : [answer];

    public Task ListenAsync(OpenChannel channel, IListener listener, CancellationToken cancel) => Task.CompletedTask;

    public async Task<SendResult> SendAsync(OpenChannel channel, OutboxEntry piece, CancellationToken cancel)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"msg_{channel.Id}_{piece.Id}_{piece.QueuedAt.ToUnixTimeSeconds()}");
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                Type = "message.answer",
                Timestamp = piece.QueuedAt,
                Data = new
                {
                    piece.MessageId,
                    piece.QueueId,
                    PersonId = piece.LettaUserId,
                    piece.Chat,
                    piece.Text,
                },
            },
            ApiJson.Options
        );
        try
        {
            using var answer = await PostAsync(channel, id, body, cancel);
            return answer.IsSuccessStatusCode ? new SendResult.Sent(id) : await JudgeAsync(answer, cancel);
        }
        catch (Exception e) when (OutboundFailures.Find(e) is { } failed)
        {
            return failed.Failure is OutboundFailure.Blocked or OutboundFailure.Unsendable
                ? new SendResult.Refused($"Nothing was sent: {failed.Message}")
                : new SendResult.Later($"The answer was not taken: {failed.Message}", TimeSpan.FromSeconds(5));
        }
        catch (OperationCanceledException)
        {
            // It may have arrived; its id tells the receiver when it comes again.
            return new SendResult.Later("The receiver did not answer in time.", TimeSpan.FromSeconds(30));
        }
    }

    public async Task<IReadOnlyList<ConnectorStep>> TestAsync(OpenChannel channel, CancellationToken cancel)
    {
        const string Step = "Signed ping";
        var began = Stopwatch.GetTimestamp();
        var now = clock.GetUtcNow();
        try
        {
            var body = JsonSerializer.SerializeToUtf8Bytes(new { Type = "ping", Timestamp = now }, ApiJson.Options);
            using var answer = await PostAsync(channel, $"ping_{Guid.NewGuid():N}", body, cancel);
            var took = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            return answer.IsSuccessStatusCode
                ?
                [
                    new(
                        Step,
                        true,
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"{TargetOf(channel.Settings)} took it (HTTP {(int)answer.StatusCode})."
                        ),
                        took
                    ),
                ]
                : [new(Step, false, WhyOf(await JudgeAsync(answer, cancel)), took)];
        }
        catch (Exception e) when (OutboundFailures.Find(e) is { } failed)
        {
            return [new(Step, false, $"{TargetOf(channel.Settings)}: {failed.Message}", Stopwatch.GetElapsedTime(began).TotalMilliseconds)];
        }
    }

    private static string WhyOf(SendResult result) =>
        result switch
        {
            SendResult.Later later => later.Why,
            SendResult.Refused refused => refused.Why,
            _ => "",
        };

    private async Task<HttpResponseMessage> PostAsync(OpenChannel channel, string id, byte[] body, CancellationToken cancel)
    {
        var (url, now) = (new Uri(channel.Settings.Text(Url)!), clock.GetUtcNow());
        using var client = http.CreateClient(url);
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.UserAgent.Add(new("Sanctum-Configurator", null));
        request.Headers.Add(WebhookSignature.IdHeader, id);
        request.Headers.Add(WebhookSignature.TimeHeader, now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        request.Headers.Add(WebhookSignature.SignatureHeader, WebhookSignature.Sign(channel.Secret ?? "", id, now, body));
        return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
    }

    private async Task<SendResult> JudgeAsync(HttpResponseMessage answer, CancellationToken cancel)
    {
        var status = (int)answer.StatusCode;
        var quote = await OutsideAnswers.QuoteAsync(answer, cancel);
        var said = string.Create(CultureInfo.InvariantCulture, $"The receiver answered with HTTP {status}{quote}.");
        var isForNow = answer.StatusCode is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests || status is 425 or >= 500;
        return isForNow ? new SendResult.Later(said, OutsideAnswers.RetryAfterOf(answer, clock.GetUtcNow()) ?? TimeSpan.FromSeconds(5))
            : status is >= 300 and < 400 ? new SendResult.Refused($"{said} {OutsideAnswers.RedirectOf(answer)}")
            : new SendResult.Refused($"{said} Check the address and the secret, then send it again.");
    }
}
