using System.Net.Security;
using System.Net.Sockets;
using MailKit;
using MailKit.Net.Imap;
using MailKit.Net.Smtp;
using MailKit.Security;
using Sanctum.Configurator.Platform.Outbound;

namespace Sanctum.Configurator.Features.Messaging.Channels.Email;

/// <summary>Signs in to mail servers over the console's guarded way out, and judges their certificates as it does everywhere.</summary>
internal sealed class MailConnections(OutboundDialer dialer, OutboundTls tls)
{
    private const int Timeout = 60_000;

    public async Task<ImapClient> ImapAsync(OpenChannel channel, CancellationToken cancel)
    {
        var client = new ImapClient();
        await SignInAsync(client, channel, EmailConnector.ImapHost, EmailConnector.ImapPort, EmailConnector.ImapSecurity, cancel);
        return client;
    }

    public async Task<SmtpClient> SmtpAsync(OpenChannel channel, CancellationToken cancel)
    {
        var client = new SmtpClient();
        var address = channel.Settings.Text(EmailConnector.Address)!;
        client.LocalDomain = address[(address.IndexOf('@', StringComparison.Ordinal) + 1)..];
        await SignInAsync(client, channel, EmailConnector.SmtpHost, EmailConnector.SmtpPort, EmailConnector.SmtpSecurity, cancel);
        return client;
    }

    /// <summary>What was done is done; whatever becomes of the farewell does not matter.</summary>
    public static async Task LeaveAsync(IMailService client, CancellationToken cancel)
    {
        try
        {
            await client.DisconnectAsync(true, cancel);
        }
        catch (Exception e) when (e is IOException or ProtocolException or CommandException)
        {
            // It has hung up first.
        }
    }

    /// <summary>What is wrong with a connection, in a sentence; null for what is no failure of the server or the network.</summary>
    public static ConnectorProblemException? ProblemOf(Exception e, string protocol, string host) =>
        e switch
        {
            ConnectorProblemException known => known,
            OutboundRefusedException => new($"{e.Message.TrimEnd('.')}. Choose another server.", TimeSpan.FromMinutes(5), e),
            AuthenticationException => new(
                $"{host} rejects the sign-in for {protocol}: {Plain(e.Message)}. Check the user and the password; some providers want one made for this program.",
                TimeSpan.FromMinutes(5),
                e
            ),
            SslHandshakeException or System.Security.Authentication.AuthenticationException => new(
                $"No encrypted {protocol} connection to {host}: {Plain((e.InnerException ?? e).Message)}. Check the server's name, its certificate and the kind of encryption.",
                null,
                e
            ),
            NotSupportedException => new(
                $"{host} offers no encryption (STARTTLS) or no way to sign in for {protocol}. Choose TLS with its port, or another server.",
                TimeSpan.FromMinutes(5),
                e
            ),
            FolderNotFoundException folder => new($"The mailbox has no folder named {folder.FolderName}.", TimeSpan.FromMinutes(5), e),
            CommandException => new($"{host} refused by {protocol}: {Plain(e.Message)}.", null, e),
            ProtocolException or ServiceNotConnectedException or SocketException or IOException => new(
                $"{host} can't be reached by {protocol}: {Plain(e.Message)}. Check the server, the port and the kind of encryption.",
                null,
                e
            ),
            OperationCanceledException or TimeoutException => new($"{host} did not answer in time by {protocol}.", null, e),
            _ => null,
        };

    public static string Plain(string text) => string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)).Trim().TrimEnd('.');

    private async Task SignInAsync(
        MailService client,
        OpenChannel channel,
        ConnectorField hostField,
        ConnectorField portField,
        ConnectorField securityField,
        CancellationToken cancel
    )
    {
        try
        {
            client.Timeout = Timeout;
            client.CheckCertificateRevocation = false; // Nothing is downloaded meanwhile; see OutboundTls.
            client.ServerCertificateValidationCallback = (_, certificate, chain, errors) =>
                tls.Judge(certificate, chain, errors) == SslPolicyErrors.None;
            var (host, port) = (channel.Settings.Text(hostField)!, channel.Settings.Number(portField));
            var known = await dialer.ResolveAsync(host, cancel);
            var socket = await dialer.ConnectAsync(known, port, cancel);
            var security = EmailConnector.SecurityOf(channel.Settings, securityField);
            await client.ConnectAsync(new NetworkStream(socket, ownsSocket: true), host, port, security, cancel);
            if (channel.Secret is { Length: > 0 } password)
            {
                await client.AuthenticateAsync(EmailConnector.UserOf(channel.Settings), password, cancel);
            }
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }
}
