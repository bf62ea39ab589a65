using System.Diagnostics;
using System.Globalization;
using MailKit;
using MailKit.Net.Imap;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using Sanctum.Configurator.Platform.Outbound;
using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Channels.Email;

/// <summary>A mailbox that is read by IMAP, and whose answers go out by SMTP.</summary>
internal sealed class EmailConnector(MailConnections connections, EmailListening listening, EmailThreads threads) : IConnector
{
    public static readonly ConnectorField Address = new("address", "Address")
    {
        Help = "Of the mailbox: answers come from it.",
        Placeholder = "agent@example.com",
        IsRequired = true,
    };

    public static readonly ConnectorField User = new("user", "User") { Help = "As the mail server knows it; empty for the address." };

    public static readonly ConnectorField ImapHost = new("imap_host", "IMAP server")
    {
        Placeholder = "imap.example.com",
        IsRequired = true,
        IsPlace = true,
    };

    public static readonly ConnectorField ImapPort = Port("imap_port", "IMAP port", "993");
    public static readonly ConnectorField ImapSecurity = Security("imap_security", "IMAP encryption", "tls");

    public static readonly ConnectorField SmtpHost = new("smtp_host", "SMTP server")
    {
        Placeholder = "smtp.example.com",
        IsRequired = true,
        IsPlace = true,
    };

    public static readonly ConnectorField SmtpPort = Port("smtp_port", "SMTP port", "587");
    public static readonly ConnectorField SmtpSecurity = Security("smtp_security", "SMTP encryption", "starttls");

    public static readonly ConnectorField Folder = new("folder", "Folder") { Default = "INBOX" };

    public static readonly ConnectorField Senders = new("senders", "Only mail from")
    {
        Help = "Addresses and domains with commas between, such as ada@example.com, example.org. Empty takes everybody's.",
    };

    private const string Sending = "Answers can't be sent: ";

    public string Name => "email";

    public string Title => "E-mail";

    public string? Platform => "email";

    public IReadOnlyList<ConnectorField> Fields =>
        [Address, User, ImapHost, ImapPort, ImapSecurity, SmtpHost, SmtpPort, SmtpSecurity, Folder, Senders];

    public ConnectorSecret? Secret { get; } = new("Password", "For reading and sending. It is encrypted and never shown again.", _ => null);

    public bool CanListen => true;

    public SendingPace Pace { get; } = new(5, _ => TimeSpan.FromSeconds(1));

    public IEnumerable<(string Field, string Reason)> Check(ChannelSettings settings, string? secret)
    {
        if (!MailboxAddress.TryParse(settings.Text(Address) ?? "", out var mailbox) || mailbox.Address != settings.Text(Address))
        {
            yield return (Address.Name, "Enter one address, such as agent@example.com.");
        }

        foreach (var field in new[] { ImapHost, SmtpHost })
        {
            if (Uri.CheckHostName(settings.Text(field)) == UriHostNameType.Unknown)
            {
                yield return (field.Name, "Enter the server's name only, such as mail.example.com.");
            }
        }
    }

    /// <summary>One mailbox has one reader.</summary>
    public string? IdentityOf(ChannelSettings settings, string? secret) =>
        settings.Text(ImapHost) is { } host
            ? $"the mailbox {UserOf(settings)} on {host.ToLowerInvariant()}, {settings.Text(Folder)}"
            : null;

    public string TargetOf(ChannelSettings settings) => $"{settings.Text(Address)} on {settings.Text(ImapHost)}";

    /// <summary>A mail may be long: an answer is one.</summary>
    public IReadOnlyList<string> Split(string answer) => string.IsNullOrWhiteSpace(answer) ? [] : [answer.Trim()];

    public Task ListenAsync(OpenChannel channel, IListener listener, CancellationToken cancel) =>
        listening.RunAsync(channel, listener, cancel);

    public async Task<SendResult> SendAsync(OpenChannel channel, OutboxEntry piece, CancellationToken cancel)
    {
        if (await threads.ReplyToAsync(piece, cancel) is not { } reply)
        {
            return new SendResult.Refused("The mail that this answers is not known any more, so nobody knows whom to send it to.");
        }

        var mail = EmailText.Answer(reply, piece, channel.Settings.Text(Address)!);
        var isBegun = false;
        try
        {
            using var client = await connections.SmtpAsync(channel, cancel);
            isBegun = true;
            await client.SendAsync(mail, cancel);
            await MailConnections.LeaveAsync(client, cancel);
            return new SendResult.Sent(mail.MessageId);
        }
        catch (SmtpCommandException e)
        {
            // It said no, so it did not take it: for now where the number begins with 4.
            var said = $"The mail server refused it ({(int)e.StatusCode} {MailConnections.Plain(e.Message)}).";
            return (int)e.StatusCode < 500 ? new SendResult.Later(said, TimeSpan.FromMinutes(1)) : new SendResult.Refused(said);
        }
        catch (Exception e) when (!isBegun && MailConnections.ProblemOf(e, "SMTP", channel.Settings.Text(SmtpHost)!) is { } problem)
        {
            return new SendResult.Later(Sending + problem.Message, problem.After ?? TimeSpan.FromSeconds(30));
        }
        catch (Exception e) when (isBegun && e is not OperationCanceledException)
        {
            return new SendResult.Unknown(
                $"The connection to the mail server broke off: {MailConnections.Plain(e.Message)}. It may have been sent: look into the mailbox."
            );
        }
    }

    public async Task<IReadOnlyList<ConnectorStep>> TestAsync(OpenChannel channel, CancellationToken cancel)
    {
        var steps = new List<ConnectorStep>();
        await StepAsync(
            "IMAP",
            ImapHost,
            async () =>
            {
                using var client = await connections.ImapAsync(channel, cancel);
                var folder = await client.GetFolderAsync(channel.Settings.Text(Folder)!, cancel);
                await folder.OpenAsync(FolderAccess.ReadOnly, cancel);
                var how = client.Capabilities.HasFlag(ImapCapabilities.Idle)
                    ? "and tells of new ones at once"
                    : "and is asked every minute";
                var count = folder.Count;
                await MailConnections.LeaveAsync(client, cancel);
                return string.Create(
                    CultureInfo.InvariantCulture,
                    $"{channel.Settings.Text(Folder)} can be read, has {count} mails {how}."
                );
            }
        );
        await StepAsync(
            "SMTP",
            SmtpHost,
            async () =>
            {
                using var client = await connections.SmtpAsync(channel, cancel);
                await MailConnections.LeaveAsync(client, cancel);
                return "Signed in. No mail was sent.";
            }
        );
        return steps;

        async Task StepAsync(string name, ConnectorField host, Func<Task<string>> act)
        {
            var began = Stopwatch.GetTimestamp();
            var (isOk, detail) = (false, "");
            try
            {
                (detail, isOk) = (await act(), true);
            }
            catch (Exception e)
                when (!cancel.IsCancellationRequested && MailConnections.ProblemOf(e, name, channel.Settings.Text(host)!) is { } problem)
            {
                detail = problem.Message;
            }

            steps.Add(new(name, isOk, detail, Stopwatch.GetElapsedTime(began).TotalMilliseconds));
        }
    }

    internal static string UserOf(ChannelSettings settings) => settings.Text(User) ?? settings.Text(Address) ?? "";

    internal static SecureSocketOptions SecurityOf(ChannelSettings settings, ConnectorField field) =>
        settings.Text(field) switch
        {
            "none" => SecureSocketOptions.None,
            "starttls" => SecureSocketOptions.StartTls,
            _ => SecureSocketOptions.SslOnConnect,
        };

    private static ConnectorField Port(string name, string label, string standard) =>
        new(name, label)
        {
            Kind = ConnectorFieldKind.Number,
            Default = standard,
            Least = 1,
            Most = 65535,
            IsPlace = true,
        };

    private static ConnectorField Security(string name, string label, string standard) =>
        new(name, label)
        {
            Kind = ConnectorFieldKind.Choice,
            Default = standard,
            Options = [("tls", "TLS"), ("starttls", "STARTTLS"), ("none", "None: the password can be read on the way")],
            IsPlace = true,
        };
}
