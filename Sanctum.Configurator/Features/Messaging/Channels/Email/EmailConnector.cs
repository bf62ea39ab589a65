using System.Diagnostics;
using MailKit;
using MailKit.Net.Imap;
using MailKit.Net.Smtp;
using MimeKit;
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

    public static readonly ConnectorField User = new("user", "User") { Help = "As the mail servers know it; empty for the address." };

    public static readonly MailServer Imap = MailServer.Of("IMAP", "993", "tls", "imap.example.com");

    public static readonly MailServer Smtp = MailServer.Of("SMTP", "587", "starttls", "smtp.example.com");

    public static readonly ConnectorField Folder = new("folder", "Folder") { Default = "INBOX" };

    public static readonly ConnectorField Senders = new("senders", "Only mail from")
    {
        Help = "Addresses and domains with commas between, such as ada@example.com, example.org. Empty takes everybody's.",
    };

    public string Name => "email";

    public string Title => "E-mail";

    public string? Platform => EmailThreads.Platform;

    public IReadOnlyList<ConnectorField> Fields =>
        [Address, User, Imap.Host, Imap.Port, Imap.Security, Smtp.Host, Smtp.Port, Smtp.Security, Folder, Senders];

    public ConnectorSecret? Secret { get; } = new("Password", "For reading and sending. It is encrypted and never shown again.", _ => null);

    public bool CanListen => true;

    public SendingPace Pace { get; } = new(5, _ => TimeSpan.FromSeconds(1));

    public IEnumerable<(string Field, string Reason)> Check(ChannelSettings settings, string? secret)
    {
        if (!MailboxAddress.TryParse(settings.Text(Address) ?? "", out var mailbox) || mailbox.Address != settings.Text(Address))
        {
            yield return (Address.Name, "Enter one address, such as agent@example.com.");
        }

        foreach (var field in new[] { Imap.Host, Smtp.Host })
        {
            if (Uri.CheckHostName(settings.Text(field)) == UriHostNameType.Unknown)
            {
                yield return (field.Name, "Enter the server's name only, such as mail.example.com.");
            }
        }

        if (EmailFilter.FaultOfSenders(settings.Text(Senders)) is { } fault)
        {
            yield return (Senders.Name, fault);
        }
    }

    /// <summary>One mailbox has one reader.</summary>
    public string? IdentityOf(ChannelSettings settings, string? secret) =>
        settings.Text(Imap.Host) is { } host
            ? $"the mailbox {UserOf(settings)} on {host.ToLowerInvariant()}, {settings.Text(Folder)}"
            : null;

    public string TargetOf(ChannelSettings settings) => $"{settings.Text(Address)} on {settings.Text(Imap.Host)}";

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

        var handedOver = new HandedOver();
        var isSignedIn = false;
        try
        {
            using var mail = reply.ToMail(piece, channel.Settings.Text(Address)!);
            using var client = await connections.SmtpAsync(channel, cancel);
            isSignedIn = true;
            await client.SendAsync(mail, cancel, handedOver);
            await MailConnections.LeaveAsync(client, cancel);
            return new SendResult.Sent(mail.MessageId);
        }
        catch (SmtpCommandException e)
        {
            // It said no, so it did not take it: for now where the number begins with 4.
            var said = $"The mail server refused it ({(int)e.StatusCode} {MailConnections.Plain(e.Message, channel)}).";
            return (int)e.StatusCode < 500 ? new SendResult.Later(said, TimeSpan.FromMinutes(1)) : new SendResult.Refused(said);
        }
        catch (NotSupportedException e) when (isSignedIn)
        {
            return new SendResult.Refused($"The mail server can't send to this address: {MailConnections.Plain(e.Message, channel)}.");
        }
        catch (Exception e) when (!handedOver.IsBegun && MailConnections.ProblemOf(e, Smtp, channel) is { } problem)
        {
            return new SendResult.Later($"The answer can't be sent: {problem.Message}", problem.After ?? TimeSpan.FromSeconds(30));
        }
        catch (Exception e) when (handedOver.IsBegun && e is not OperationCanceledException)
        {
            return new SendResult.Unknown(
                $"The connection to the mail server broke off: {MailConnections.Plain(e.Message, channel)}. It may have been sent: look into the mailbox."
            );
        }
    }

    public async Task<IReadOnlyList<ConnectorStep>> TestAsync(OpenChannel channel, CancellationToken cancel) =>
        [
            await StepAsync(Imap, channel, LookIntoAsync, cancel),
            await StepAsync(
                Smtp,
                channel,
                async (_, stop) =>
                {
                    using var client = await connections.SmtpAsync(channel, stop);
                    await MailConnections.LeaveAsync(client, stop);
                    return "Signed in. No mail was sent.";
                },
                cancel
            ),
        ];

    internal static string UserOf(ChannelSettings settings) => settings.Text(User) ?? settings.Text(Address) ?? "";

    private async Task<string> LookIntoAsync(OpenChannel channel, CancellationToken cancel)
    {
        using var client = await connections.ImapAsync(channel, cancel);
        var folder = await client.GetFolderAsync(channel.Settings.Text(Folder)!, cancel);
        await folder.OpenAsync(FolderAccess.ReadOnly, cancel);
        var how = client.Capabilities.HasFlag(ImapCapabilities.Idle) ? "tells of new ones at once" : "is asked for new ones every minute";
        var count = folder.Count;
        await MailConnections.LeaveAsync(client, cancel);
        return string.Create(CultureInfo.InvariantCulture, $"{folder.FullName} can be read. It holds {count} mails, and the server {how}.");
    }

    private static async Task<ConnectorStep> StepAsync(
        MailServer server,
        OpenChannel channel,
        Func<OpenChannel, CancellationToken, Task<string>> act,
        CancellationToken cancel
    )
    {
        var began = Stopwatch.GetTimestamp();
        var (isOk, detail) = (false, "");
        try
        {
            (detail, isOk) = (await act(channel, cancel), true);
        }
        catch (Exception e) when (!cancel.IsCancellationRequested && MailConnections.ProblemOf(e, server, channel) is { } problem)
        {
            detail = problem.Message;
        }

        return new(server.Protocol, isOk, detail, Stopwatch.GetElapsedTime(began).TotalMilliseconds);
    }

    /// <summary>Whether the server was given any of the text: only then can it have taken the mail.</summary>
    private sealed class HandedOver : ITransferProgress
    {
        public bool IsBegun { get; private set; }

        public void Report(long bytesTransferred, long totalSize) => IsBegun = true;

        public void Report(long bytesTransferred) => IsBegun = true;
    }
}
