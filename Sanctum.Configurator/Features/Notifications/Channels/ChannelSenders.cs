using System.Globalization;
using Polly;
using Polly.Timeout;
using Sanctum.Configurator.Platform.Resilience;

namespace Sanctum.Configurator.Features.Notifications.Channels;

/// <summary>Sends a message by a channel of any kind, once, and gives up on a receiver that hangs.</summary>
internal sealed class ChannelSenders(WebhookSender webhooks, NtfySender ntfy, MailSender mail, TimeProvider clock)
{
    private readonly ResiliencePipeline _pipeline = DeliveryPipeline.For(clock);

    /// <summary>Everything that goes wrong is a verdict.</summary>
    public async Task<SendVerdict> SendAsync(string kind, ChannelSettings? settings, ChannelMessage message, CancellationToken cancel)
    {
        if (settings is null || WhatIsMissing(kind, settings) is not null)
        {
            return new(false, $"The channel does not say where to send to{(settings is null ? "" : $": {WhatIsMissing(kind, settings)}")}. Edit it.", IsFinal: true);
        }

        try
        {
            return await _pipeline.ExecuteAsync(
                async given => kind switch
                {
                    ChannelKinds.Webhook => await webhooks.SendAsync(settings, message, given),
                    ChannelKinds.Ntfy => await ntfy.SendAsync(settings, message, given),
                    ChannelKinds.Mail => await mail.SendAsync(settings, message, given),
                    _ => new SendVerdict(false, $"This console knows no channels of the kind {kind}.", IsFinal: true),
                },
                cancel);
        }
        catch (TimeoutRejectedException)
        {
            return new(false, string.Create(CultureInfo.InvariantCulture, $"{settings.TargetOf(kind)} did not answer in {DeliveryPipeline.Patience.TotalSeconds:0} s. Check that it is up and can be reached from here."));
        }
    }

    /// <summary>What another program's row lacks, or has wrong.</summary>
    private static string? WhatIsMissing(string kind, ChannelSettings s) => kind switch
    {
        ChannelKinds.Webhook => ChannelForm.IsAddress(s.Url) ? null : "it has no url",
        ChannelKinds.Ntfy => !ChannelForm.IsAddress(s.Server) ? "it has no server" : string.IsNullOrEmpty(s.Topic) ? "it has no topic" : null,
        ChannelKinds.Mail => string.IsNullOrEmpty(s.Host) || s.Port is not (> 0 and < 65536) ? "it has no host and port"
            : s.From is null || !MailSender.IsAddress(s.From) || MailSender.AddressesIn(s.To).Count == 0 ? "it has no sender or recipient" : null,
        _ => null,
    };
}
