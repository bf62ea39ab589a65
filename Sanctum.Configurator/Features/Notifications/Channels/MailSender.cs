using System.Globalization;
using System.Net.Mail;
using System.Net.Sockets;
using System.Security.Authentication;
using Sanctum.Configurator.Platform.Outbound;

namespace Sanctum.Configurator.Features.Notifications.Channels;

/// <summary>Sends a message by a mail server, over the guarded way out.</summary>
internal sealed class MailSender(OutboundDialer dialer, OutboundTls tls)
{
    public async Task<SendVerdict> SendAsync(ChannelSettings settings, ChannelMessage message, CancellationToken cancel)
    {
        var place = string.Create(CultureInfo.InvariantCulture, $"{settings.Host}:{settings.Port}");
        try
        {
            var host = await dialer.ResolveAsync(settings.Host!, cancel);
            await using var stream = new NetworkStream(await dialer.ConnectAsync(host, settings.Port!.Value, cancel), ownsSocket: true);
            await using var session = new SmtpSession(stream);
            await TalkAsync(session, settings, message, cancel);
            return new(true, $"{place} took it for {settings.To}.", 250);
        }
        catch (SmtpRefusedException e)
        {
            return new(false, $"{place} {e.Message}", e.Status, IsFinal: e.Status >= 500);
        }
        catch (OutboundRefusedException e)
        {
            return new(false, $"{e.Message} Choose another server.", IsFinal: true);
        }
        catch (AuthenticationException e)
        {
            return new(false, $"No encrypted connection to {place}: {e.Message.TrimEnd('.')}. Check the name of the server, its certificate and the kind of encryption.");
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return new(false, $"{place} can't be reached: {e.Message.TrimEnd('.')}. Check the server, the port and the kind of encryption.");
        }
    }

    private async Task TalkAsync(SmtpSession session, ChannelSettings settings, ChannelMessage message, CancellationToken cancel)
    {
        if (settings.Security == MailSecurity.Tls)
        {
            await session.EncryptAsync(tls, settings.Host!, cancel);
        }

        await session.ReadAsync(220, "does not greet as a mail server", cancel);
        await session.HelloAsync(cancel);
        if (settings.Security is MailSecurity.StartTls)
        {
            if (!session.Offers("STARTTLS"))
            {
                throw new SmtpRefusedException(500, "offers no encryption (STARTTLS). Choose TLS with its port, usually 465, or another server.");
            }

            await session.SayAsync("STARTTLS", 220, "does not begin to encrypt", cancel);
            await session.EncryptAsync(tls, settings.Host!, cancel);
            await session.HelloAsync(cancel);
        }

        if (settings is { User.Length: > 0, Password.Length: > 0 } && settings.Security != MailSecurity.None)
        {
            await session.SignInAsync(settings.User, settings.Password, cancel);
        }

        var from = new MailAddress(settings.From!);
        var to = AddressesIn(settings.To!);
        await session.SayAsync($"MAIL FROM:<{from.Address}>", 250, "does not take mail from this sender", cancel);
        foreach (var address in to)
        {
            await session.SayAsync($"RCPT TO:<{address}>", 250, $"does not take mail for {address}", cancel);
        }

        await session.SayAsync("DATA", 354, "does not take the text", cancel);
        await session.SendAsync(MailText.Of(message, from, to), cancel);
        await session.ReadAsync(250, "did not keep the message", cancel);
        await session.QuitAsync(cancel);
    }

    /// <summary>The addresses of a list with commas between; empty where one of them is none.</summary>
    internal static IReadOnlyList<string> AddressesIn(string? list)
    {
        var parts = (list ?? "").Split([',', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return parts.All(IsAddress) ? parts : [];
    }

    internal static bool IsAddress(string text) =>
        MailAddress.TryCreate(text, out var address) && address.Address == text && text.All(c => c is > ' ' and < '\x7f' and not ('<' or '>'));
}
