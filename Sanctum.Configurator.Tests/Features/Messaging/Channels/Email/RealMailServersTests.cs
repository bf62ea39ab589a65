using MailKit;
using MailKit.Net.Imap;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using Sanctum.Configurator.Features.Messaging.Channels;
using Sanctum.Configurator.Registry.Messaging;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Messaging.Channels.Email;

/// <summary>A person and an agent write to each other over servers that the world runs on.</summary>
public sealed class RealMailServersTests
{
    private const string Agent = "agent@example.com";
    private const string Ada = "ada@example.com";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Mail_comes_and_its_answer_goes_by_dovecot_and_postfix_and_a_bounce_is_not_answered()
    {
        Assert.SkipWhen(RealMail.Missing is not null, RealMail.Missing ?? "");
        await using var servers = await RealMail.StartAsync();
        await using var world = await EmailWorld.CreateAsync(hasIntake: true);
        await SendAsync(servers, Ada, Agent, "Before the channel", "Old");
        await ReadAsync(servers, Agent, count: 1);
        var missing = await world.TestAsync(form =>
        {
            Lead(form);
            form.Settings["folder"] = "Nowhere";
        });
        Assert.Equal("The mailbox has no folder named Nowhere.", missing.Message);
        var test = await world.TestAsync(Lead);
        Assert.True(test.Ok, test.Message);
        await world.AddAsync(Lead);
        await world.Channels.Host.TickAsync(Cancel);
        await Wait.UntilAsync(async () => (await world.CursorAsync()).EndsWith(":1", StringComparison.Ordinal));

        // Several at once, and the clock stands still: nothing but the server's word brings them in.
        var first = await SendAsync(servers, Ada, Agent, "Lamp", "Is it on?");
        await SendAsync(servers, Ada, Agent, "Heating", "And this?");
        await Wait.UntilAsync(async () => await world.CountAsync("messages") == "2");

        var chat = await world.Channels.Registry.OutsideAsync($"SELECT chat FROM messages WHERE external_id = '{first}'");
        await AnsweringByEmailTests.AnswerAsync(world, await IdOfAsync(world, first), chat, "It is on.");
        Assert.Equal([OutboxStatus.Sent], await world.Channels.StatesAsync());
        var answer = Assert.Single(await ReadAsync(servers, Ada, count: 1));
        Assert.Equal(("Re: Lamp", first, "It is on."), (answer.Subject, answer.InReplyTo, answer.TextBody?.Trim()));

        // Nobody has this address: postfix sends a report, as it does to any sender.
        await SendAsync(servers, Agent, "nobody@example.com", "Lost", "Hello?");
        await SendAsync(servers, Ada, Agent, "Re: Lamp", "Thanks.", answer.MessageId);
        await Wait.UntilAsync(async () => await world.CountAsync("messages") == "3");
        await ReadAsync(servers, Agent, count: 5);
        await Wait.UntilAsync(async () => (await world.CursorAsync()).EndsWith(":5", StringComparison.Ordinal));
        Assert.Equal("3", await world.CountAsync("messages"));
        Assert.Equal("2", await world.Channels.Registry.OutsideAsync($"SELECT count(*) FROM messages WHERE chat = '{chat}'"));

        void Lead(ChannelForm form) =>
            (form.Settings["user"], form.Settings["imap_port"], form.Settings["smtp_port"]) = (
                Agent,
                $"{servers.ImapPort}",
                $"{servers.SmtpPort}"
            );
    }

    private static async Task<int> IdOfAsync(EmailWorld world, string externalId) =>
        int.Parse(
            await world.Channels.Registry.OutsideAsync($"SELECT id FROM messages WHERE external_id = '{externalId}'"),
            System.Globalization.CultureInfo.InvariantCulture
        );

    /// <returns>Its id.</returns>
    private static async Task<string> SendAsync(
        RealMail servers,
        string from,
        string to,
        string subject,
        string text,
        string? inReplyTo = null
    )
    {
        using var mail = new MimeMessage
        {
            Subject = subject,
            Body = new TextPart("plain") { Text = text },
        };
        mail.From.Add(MailboxAddress.Parse(from));
        mail.To.Add(MailboxAddress.Parse(to));
        mail.InReplyTo = inReplyTo;
        using var client = new SmtpClient();
        await client.ConnectAsync("127.0.0.1", servers.SmtpPort, SecureSocketOptions.None, Cancel);
        await client.SendAsync(mail, Cancel);
        await client.DisconnectAsync(true, Cancel);
        return mail.MessageId!;
    }

    /// <returns>What is in a mailbox, when there is so much.</returns>
    private static async Task<IReadOnlyList<MimeMessage>> ReadAsync(RealMail servers, string who, int count)
    {
        using var client = new ImapClient();
        await client.ConnectAsync("127.0.0.1", servers.ImapPort, SecureSocketOptions.None, Cancel);
        await client.AuthenticateAsync(who, FakeMailServer.Password, Cancel);
        await client.Inbox.OpenAsync(FolderAccess.ReadOnly, Cancel);
        await Wait.UntilAsync(async () =>
        {
            await client.NoOpAsync(Cancel);
            return client.Inbox.Count >= count;
        });
        var mails = new List<MimeMessage>();
        for (var at = 0; at < client.Inbox.Count; at++)
        {
            mails.Add(await client.Inbox.GetMessageAsync(at, Cancel));
        }

        return mails;
    }
}
