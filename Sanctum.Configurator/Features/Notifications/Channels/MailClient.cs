using System.Net.Security;
using MailKit.Net.Smtp;
using MimeKit;
using Sanctum.Configurator.Platform.Outbound;

namespace Sanctum.Configurator.Features.Notifications.Channels;

/// <summary>A recipient that the server did not take.</summary>
internal sealed record RefusedRecipient(string Address, int Status, string Said)
{
    /// <summary>By RFC 5321, an answer of the class 4yz is for now, and one of 5yz for good.</summary>
    public bool IsFinal => Status >= 500;
}

/// <summary>
/// The library's client, which goes on with the other recipients where one is refused, and judges certificates as the console does.
/// </summary>
internal sealed class MailClient : SmtpClient
{
    private readonly OutboundTls _tls;

    public MailClient(OutboundTls tls)
    {
        _tls = tls;
        CheckCertificateRevocation = false; // Nothing is downloaded meanwhile; see OutboundTls.
        ServerCertificateValidationCallback = (_, certificate, chain, errors) =>
            tls.Judge(certificate, chain, errors) == SslPolicyErrors.None;
    }

    public List<RefusedRecipient> Refused { get; } = [];

    protected override SslClientAuthenticationOptions GetSslClientAuthenticationOptions(
        string host,
        RemoteCertificateValidationCallback remoteCertificateValidationCallback
    )
    {
        var options = _tls.NewOptions();
        options.TargetHost = host;
        options.RemoteCertificateValidationCallback = remoteCertificateValidationCallback; // The library's, which asks the one above.
        return options;
    }

    protected override void OnRecipientNotAccepted(MimeMessage message, MailboxAddress mailbox, SmtpResponse response) =>
        Refused.Add(
            new(
                mailbox.Address,
                (int)response.StatusCode,
                string.Concat(response.Response.Select(c => char.IsControl(c) ? ' ' : c)).Trim().TrimEnd('.')
            )
        );
}
