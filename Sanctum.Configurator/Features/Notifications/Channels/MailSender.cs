using System.Collections.Concurrent;
using System.Net;
using System.Net.Mail;
using System.Net.Sockets;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Options;
using MimeKit;
using Sanctum.Configurator.Platform.Outbound;

namespace Sanctum.Configurator.Features.Notifications.Channels;

/// <summary>
/// Sends a message by a mail server, over the guarded way out. Where it takes some recipients and others not, those that it takes get the
/// message; those that it does not take for now get it later, alone, as long as this console lives.
/// </summary>
internal sealed class MailSender(OutboundDialer dialer, OutboundTls tls, IConfiguration configuration, IOptions<MailOptions> options)
{
    /// <summary>Delivery → the recipients that need it no more, where others still do.</summary>
    private readonly ConcurrentDictionary<int, IReadOnlyList<string>> _settled = new();

    /// <summary>One message can go only to the same recipients.</summary>
    public bool Fits(ChannelMessage message) =>
        message.Notifications.Select(notice => string.Join(',', SettledOf(notice))).Distinct().Count() == 1;

    public async Task<SendVerdict> SendAsync(ChannelSettings settings, ChannelMessage message, CancellationToken cancel)
    {
        var place = string.Create(CultureInfo.InvariantCulture, $"{settings.Host}:{settings.Port}");
        using var client = new MailClient(tls);
        var settled = SettledOf(message.Notifications[0]);
        List<string> to = [.. AddressesIn(settings.To!).Where(address => !settled.Contains(address, StringComparer.OrdinalIgnoreCase))];
        try
        {
            await TalkAsync(client, settings, message, to, cancel);
            return Settle(message, place, to, client.Refused);
        }
        catch (Exception e) when (client.Refused.Count > 0 && client.Refused.Count == to.Count && e is CommandException)
        {
            return Settle(message, place, to, client.Refused);
        }
        catch (Exception e) when (VerdictOf(e, place) is { } verdict)
        {
            return verdict;
        }
    }

    private IReadOnlyList<string> SettledOf(OutgoingNotice notice) => _settled.GetValueOrDefault(notice.DeliveryId) ?? [];

    /// <summary>Who got it, who did not, and who is still to get it.</summary>
    private SendVerdict Settle(ChannelMessage message, string place, IReadOnlyList<string> to, IReadOnlyList<RefusedRecipient> refused)
    {
        List<string> taken = [.. to.Except(refused.Select(r => r.Address), StringComparer.OrdinalIgnoreCase)];
        List<RefusedRecipient> later = [.. refused.Where(r => !r.IsFinal)];
        var said =
            (taken.Count > 0 ? $"{place} accepted the mail for {string.Join(", ", taken)}. " : "")
            + string.Join(
                ' ',
                refused.Select(r =>
                    string.Create(CultureInfo.InvariantCulture, $"{place} rejected the recipient {r.Address} ({r.Status} {r.Said}).")
                )
            );
        foreach (var notice in message.Notifications.Where(notice => notice.DeliveryId > 0))
        {
            _settled.TryRemove(notice.DeliveryId, out var settled);
            if (later.Count > 0 && later.Count < to.Count + (settled?.Count ?? 0))
            {
                _settled[notice.DeliveryId] =
                [
                    .. settled ?? [],
                    .. to.Except(later.Select(r => r.Address), StringComparer.OrdinalIgnoreCase),
                ];
            }
        }

        return refused.Count == 0 ? new(true, said.Trim(), 250)
            : later.Count > 0
                ? new(false, $"{said} The console retries later for {string.Join(", ", later.Select(r => r.Address))}.", later[0].Status)
            : taken.Count > 0 ? new(true, $"{said} Correct the recipients of the channel.", 250) { IsPartial = true }
            : new(false, $"{said} Correct the recipients of the channel.", refused[0].Status, IsFinal: true);
    }

    /// <summary>Null for what is no failure of the server, the connection or the message.</summary>
    private static SendVerdict? VerdictOf(Exception e, string place) =>
        e switch
        {
            OutboundRefusedException => new(false, $"{e.Message} Choose another server.", IsFinal: true),
            SmtpCommandException refused => Refusal(refused, place),
            MailKit.Security.AuthenticationException { InnerException: SmtpCommandException refused } => new(
                false,
                $"{place} rejected the sign-in ({(int)refused.StatusCode} {Plain(refused.Message)}). Check the user and the password.",
                (int)refused.StatusCode,
                IsFinal: (int)refused.StatusCode >= 500
            ),
            MailKit.Security.AuthenticationException => new(
                false,
                $"{place} rejected the sign-in: {Plain(e.Message)}. Check the user and the password.",
                535,
                IsFinal: true
            ),
            SslHandshakeException or System.Security.Authentication.AuthenticationException => new(
                false,
                $"No encrypted connection to {place}: {Plain((e.InnerException ?? e).Message)}. Check the name of the server, its certificate and the kind of encryption."
            ),
            NotSupportedException => new(
                false,
                $"{place} offers no encryption (STARTTLS), or no way to sign in. Choose TLS with its port, usually 465, or another server.",
                500,
                IsFinal: true
            ),
            SmtpProtocolException when !e.Message.Contains("disconnected", StringComparison.OrdinalIgnoreCase) => new(
                false,
                $"{place} does not speak SMTP. Check the port and the kind of encryption.",
                500,
                IsFinal: true
            ),
            ProtocolException or ServiceNotConnectedException or SocketException or IOException => new(
                false,
                $"{place} can't be reached: {Plain(e.Message)}. Check the server, the port and the kind of encryption."
            ),
            _ => null,
        };

    private static SendVerdict Refusal(SmtpCommandException e, string place)
    {
        var (status, isFinal) = ((int)e.StatusCode, (int)e.StatusCode >= 500);
        var what = e.ErrorCode switch
        {
            SmtpErrorCode.SenderNotAccepted => "rejected the sender",
            SmtpErrorCode.MessageNotAccepted => "rejected the message",
            _ => "refused",
        };
        return new(false, $"{place} {what} ({status} {Plain(e.Message)}).", status, isFinal)
        {
            MayBeTheContent = isFinal && e.ErrorCode == SmtpErrorCode.MessageNotAccepted,
        };
    }

    private static string Plain(string text) => string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)).Trim().TrimEnd('.');

    private async Task TalkAsync(
        MailClient client,
        ChannelSettings settings,
        ChannelMessage message,
        IReadOnlyList<string> to,
        CancellationToken cancel
    )
    {
        var from = new MailAddress(settings.From!);
        var host = await dialer.ResolveAsync(settings.Host!, cancel);
        var socket = await dialer.ConnectAsync(host, settings.Port!.Value, cancel);
        client.LocalDomain = HelloName(from.Host, socket);
        var security = settings.Security switch
        {
            MailSecurity.Tls => SecureSocketOptions.SslOnConnect,
            MailSecurity.None => SecureSocketOptions.None,
            _ => SecureSocketOptions.StartTls,
        };
        await client.ConnectAsync(new NetworkStream(socket, ownsSocket: true), settings.Host!, settings.Port!.Value, security, cancel);
        if (settings is { User.Length: > 0, Password.Length: > 0 } && settings.Security != MailSecurity.None)
        {
            await client.AuthenticateAsync(settings.User, settings.Password, cancel);
        }

        await client.SendAsync(
            MailText.Of(message, from, to),
            new MailboxAddress(null, from.Address),
            to.Select(address => new MailboxAddress(null, address)),
            cancel
        );
        await QuitAsync(client, cancel);
    }

    /// <summary>The message is taken already; whatever becomes of the farewell does not matter.</summary>
    private static async Task QuitAsync(MailClient client, CancellationToken cancel)
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

    /// <summary>
    /// A full name, as RFC 5321 asks for: servers refuse a machine's short one. Where there is none, the address of this end.
    /// </summary>
    private string HelloName(string senderDomain, Socket socket)
    {
        var own = Uri.TryCreate(configuration[Urls.PublicUrlSetting], UriKind.Absolute, out var address) ? address.IdnHost : null;
        return options.Value.HelloName is { Length: > 0 } said ? said
            : own is not null && IsFullName(own) ? own
            : IsFullName(senderDomain) ? senderDomain
            : $"{(socket.LocalEndPoint as IPEndPoint)?.Address ?? IPAddress.Loopback}";
    }

    private static bool IsFullName(string name) =>
        name.Contains('.', StringComparison.Ordinal) && Uri.CheckHostName(name) == UriHostNameType.Dns;

    /// <summary>The addresses of a list with commas between; empty where one of them is none.</summary>
    internal static IReadOnlyList<string> AddressesIn(string? list)
    {
        var parts = (list ?? "").Split([',', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return parts.All(IsAddress) ? parts : [];
    }

    internal static bool IsAddress(string text) =>
        MailAddress.TryCreate(text, out var address)
        && address.Address == text
        && text.All(c => c is > ' ' and < '\x7f' and not ('<' or '>'));
}
