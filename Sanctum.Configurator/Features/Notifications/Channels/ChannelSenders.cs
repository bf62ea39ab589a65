using Polly;
using Polly.Timeout;

namespace Sanctum.Configurator.Features.Notifications.Channels;

/// <summary>Sends a message by a channel of any kind, once, and gives up on a receiver that hangs.</summary>
internal sealed class ChannelSenders(WebhookSender webhooks, NtfySender ntfy, MailSender mail, TimeProvider clock)
{
    private readonly ResiliencePipeline _pipeline = DeliveryPipeline.For(clock);

    /// <summary>Far less than a claim on what is sent lasts; the rest is left to the next round.</summary>
    private static readonly TimeSpan MostTime = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Sends what is due in as few messages as its receiver takes. What is too large for one is split, and so is what is refused together:
    /// one notification that can't be taken takes no others along.
    /// </summary>
    public async Task<IReadOnlyList<SendEnd>> SendAllAsync(
        string kind,
        ChannelSettings? settings,
        ChannelMessage message,
        CancellationToken cancel
    )
    {
        var (ends, begun) = (new List<SendEnd>(), clock.GetTimestamp());
        var waiting = new Stack<IReadOnlyList<OutgoingNotice>>([message.Notifications]);
        while (waiting.TryPop(out var notices))
        {
            if (ends.Count > 0 && clock.GetElapsedTime(begun) > MostTime)
            {
                ends.Add(new(notices, new(false, "", IsFinal: false) { IsUntried = true }));
                continue;
            }

            var part = message with { Notifications = notices };
            var verdict =
                notices.Count > 1 && settings is not null && !Fits(kind, settings, part)
                    ? null
                    : await SendAsync(kind, settings, part, cancel);
            if (notices.Count > 1 && verdict is null or { Ok: false, MayBeTheContent: true })
            {
                waiting.Push([.. notices.Skip(notices.Count / 2)]);
                waiting.Push([.. notices.Take(notices.Count / 2)]);
                continue;
            }

            ends.Add(new(notices, verdict!));
            if (verdict is { Ok: false, MayBeTheContent: false })
            {
                // It is the receiver that fails, and it would fail with the others.
                ends.AddRange(waiting.Select(rest => new SendEnd(rest, verdict)));
                break;
            }
        }

        return ends;
    }

    /// <summary>Everything that goes wrong is a verdict.</summary>
    public async Task<SendVerdict> SendAsync(string kind, ChannelSettings? settings, ChannelMessage message, CancellationToken cancel)
    {
        if (settings is null || WhatIsMissing(kind, settings) is not null)
        {
            return new(
                false,
                $"The channel has no destination{(settings is null ? "" : $": {WhatIsMissing(kind, settings)}")}. Edit it.",
                IsFinal: true
            );
        }

        try
        {
            return await _pipeline.ExecuteAsync(
                async given =>
                    kind switch
                    {
                        ChannelKinds.Webhook => await webhooks.SendAsync(settings, message, given),
                        ChannelKinds.Ntfy => await ntfy.SendAsync(settings, message, given),
                        ChannelKinds.Mail => await mail.SendAsync(settings, message, given),
                        _ => new SendVerdict(false, $"Unknown channel kind {kind}.", IsFinal: true),
                    },
                cancel
            );
        }
        catch (TimeoutRejectedException)
        {
            return new(
                false,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{settings.TargetOf(kind)} did not answer in {DeliveryPipeline.Patience.TotalSeconds:0} s. Check that it is running and reachable."
                )
            );
        }
    }

    private bool Fits(string kind, ChannelSettings settings, ChannelMessage message) =>
        kind switch
        {
            ChannelKinds.Webhook => WebhookSender.Fits(message),
            ChannelKinds.Ntfy => NtfySender.Fits(settings, message),
            _ => mail.Fits(message),
        };

    /// <summary>What another program's row lacks, or has wrong.</summary>
    private static string? WhatIsMissing(string kind, ChannelSettings s) =>
        kind switch
        {
            ChannelKinds.Webhook => ChannelForm.IsAddress(s.Url) ? null : "it has no url",
            ChannelKinds.Ntfy => !ChannelForm.IsAddress(s.Server) ? "it has no server"
            : string.IsNullOrEmpty(s.Topic) ? "it has no topic"
            : null,
            ChannelKinds.Mail => string.IsNullOrEmpty(s.Host) || s.Port is not (> 0 and < 65536) ? "it has no host and port"
            : s.From is null || !MailSender.IsAddress(s.From) || MailSender.AddressesIn(s.To).Count == 0 ? "it has no sender or recipient"
            : null,
            _ => null,
        };
}
