using System.Net.Security;
using System.Net.Sockets;
using MailKit;
using MailKit.Net.Imap;
using MailKit.Net.Smtp;
using MailKit.Security;
using Sanctum.Configurator.Platform.Outbound;

namespace Sanctum.Configurator.Features.Messaging.Channels.Email;

/// <summary>Signs in to mail servers over the console's guarded way out, and judges their certificates as it does everywhere.</summary>
internal sealed class MailConnections(OutboundDialer dialer, OutboundTls tls, TimeProvider clock)
{
    /// <summary>How long a server may take to let the console in.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>How long a server may be silent while something is asked of it, in milliseconds.</summary>
    private const int LongestSilence = 120_000;

    public async Task<ImapClient> ImapAsync(OpenChannel channel, CancellationToken cancel)
    {
        var client = new GuardedImapClient(tls);
        await SignInAsync(client, channel, EmailConnector.Imap, cancel);
        return client;
    }

    public async Task<SmtpClient> SmtpAsync(OpenChannel channel, CancellationToken cancel)
    {
        var address = channel.Settings.Text(EmailConnector.Address)!;
        var client = new GuardedSmtpClient(tls) { LocalDomain = address[(address.LastIndexOf('@') + 1)..] };
        await SignInAsync(client, channel, EmailConnector.Smtp, cancel);
        return client;
    }

    /// <summary>What was done is done; whatever becomes of the farewell does not matter.</summary>
    public static async Task LeaveAsync(IMailService client, CancellationToken cancel)
    {
        try
        {
            await client.DisconnectAsync(true, cancel);
        }
        catch (Exception e)
            when (e is IOException or ProtocolException or CommandException or TimeoutException or OperationCanceledException)
        {
            // It has hung up first.
        }
    }

    /// <summary>What is wrong with a connection, in a sentence; null for what is no failure of the server or the network.</summary>
    public static ConnectorProblemException? ProblemOf(Exception e, MailServer server, OpenChannel channel)
    {
        var (protocol, host) = (server.Protocol, channel.Settings.Text(server.Host));
        var said = Plain((e is SslHandshakeException ? e.InnerException ?? e : e).Message, channel);
        return e switch
        {
            ConnectorProblemException known => known,
            OutboundRefusedException => new($"{said}. Choose another server.", TimeSpan.FromMinutes(5), e),
            AuthenticationException or ServiceNotAuthenticatedException => new(
                $"{host} rejects the sign-in for {protocol}: {said}. Check the user and the password; some providers want one made for this program.",
                TimeSpan.FromMinutes(5),
                e
            ),
            SslHandshakeException or System.Security.Authentication.AuthenticationException => new(
                $"No encrypted {protocol} connection to {host}: {said}. Check the server's name, its certificate and the kind of encryption.",
                null,
                e
            ),
            NotSupportedException => new(
                $"{host} offers no encryption (STARTTLS) or no way to sign in for {protocol}. Choose TLS with its port, or another server.",
                TimeSpan.FromMinutes(5),
                e
            ),
            FolderNotFoundException folder => new($"The mailbox has no folder named {folder.FolderName}.", TimeSpan.FromMinutes(5), e),
            CommandException => new($"{host} refused by {protocol}: {said}.", null, e),
            ProtocolException or ServiceNotConnectedException or SocketException or IOException => new(
                $"{host} can't be reached by {protocol}: {said}. Check the server, the port and the kind of encryption.",
                null,
                e
            ),
            OperationCanceledException or TimeoutException => new(
                $"{host} did not answer in time by {protocol}. Check the server, the port and the kind of encryption.",
                null,
                e
            ),
            _ => null,
        };
    }

    /// <summary>What a server said, on one line, and without the password: some repeat what they do not understand.</summary>
    public static string Plain(string text, OpenChannel channel)
    {
        var line = string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)).Trim().TrimEnd('.');
        return channel.Secret is { Length: > 0 } secret ? line.Replace(secret, "…", StringComparison.Ordinal) : line;
    }

    private async Task SignInAsync(MailService client, OpenChannel channel, MailServer server, CancellationToken cancel)
    {
        using var patience = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancel);
        try
        {
            client.Timeout = LongestSilence;
            client.CheckCertificateRevocation = false; // Nothing is downloaded meanwhile; see OutboundTls.
            client.ServerCertificateValidationCallback = (_, certificate, chain, errors) =>
                tls.Judge(certificate, chain, errors) == SslPolicyErrors.None;
            var (host, port) = (channel.Settings.Text(server.Host)!, channel.Settings.Number(server.Port));
            var known = await dialer.ResolveAsync(host, either.Token);

            // The library minds how long the other end is silent only where it is given the socket.
            var socket = await dialer.ConnectAsync(known, port, either.Token);
            await client.ConnectAsync(socket, host, port, SecurityOf(channel.Settings.Text(server.Security)), either.Token);
            if (channel.Secret is { Length: > 0 } password)
            {
                await client.AuthenticateAsync(EmailConnector.UserOf(channel.Settings), password, either.Token);
            }
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    private static SecureSocketOptions SecurityOf(string? choice) =>
        choice switch
        {
            "none" => SecureSocketOptions.None,
            "starttls" => SecureSocketOptions.StartTls,
            _ => SecureSocketOptions.SslOnConnect,
        };

    /// <param name="callback">The library's, which asks the client's own.</param>
    private static SslClientAuthenticationOptions OptionsOf(OutboundTls tls, string host, RemoteCertificateValidationCallback callback)
    {
        var options = tls.NewOptions();
        (options.TargetHost, options.RemoteCertificateValidationCallback) = (host, callback);
        return options;
    }

    private sealed class GuardedImapClient(OutboundTls tls) : ImapClient
    {
        protected override SslClientAuthenticationOptions GetSslClientAuthenticationOptions(
            string host,
            RemoteCertificateValidationCallback remoteCertificateValidationCallback
        ) => OptionsOf(tls, host, remoteCertificateValidationCallback);
    }

    private sealed class GuardedSmtpClient(OutboundTls tls) : SmtpClient
    {
        protected override SslClientAuthenticationOptions GetSslClientAuthenticationOptions(
            string host,
            RemoteCertificateValidationCallback remoteCertificateValidationCallback
        ) => OptionsOf(tls, host, remoteCertificateValidationCallback);
    }
}

/// <summary>One of the two servers of a mailbox, by the fields that say where it is.</summary>
internal sealed record MailServer(string Protocol, ConnectorField Host, ConnectorField Port, ConnectorField Security)
{
    public static MailServer Of(string protocol, string standardPort, string standardSecurity, string example)
    {
        var name = protocol.ToLowerInvariant();
        return new(
            protocol,
            new($"{name}_host", $"{protocol} server")
            {
                Placeholder = example,
                IsRequired = true,
                IsPlace = true,
            },
            new($"{name}_port", $"{protocol} port")
            {
                Kind = ConnectorFieldKind.Number,
                Default = standardPort,
                Least = 1,
                Most = 65535,
                IsPlace = true,
            },
            new($"{name}_security", $"{protocol} encryption")
            {
                Kind = ConnectorFieldKind.Choice,
                Default = standardSecurity,
                Options = [("tls", "TLS"), ("starttls", "STARTTLS"), ("none", "None: the password can be read on the way")],
                IsPlace = true,
            }
        );
    }
}
