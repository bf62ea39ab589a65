using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Messaging.Channels;
using Sanctum.Configurator.Features.Messaging.Outbox;
using Sanctum.Configurator.Registry.Messaging;
using Sanctum.Configurator.Tests.Support;
using static Sanctum.Configurator.Tests.Features.Messaging.Channels.Email.EmailWorld;

namespace Sanctum.Configurator.Tests.Features.Messaging.Channels.Email;

public sealed class AnsweringByEmailTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task An_answer_goes_back_into_the_thread_and_its_answer_too(TestDatabase database)
    {
        await using var world = await EmailWorld.CreateAsync(database, hasIntake: true);
        await world.ListenAsync();
        world.Imap.Add(Mail("1@x", "Hello", subject: "Lamp"));
        await Wait.UntilAsync(async () => await world.CountAsync("messages") == "1");

        await AnswerAsync(world, messageId: 1, "1@x", "Hi Ada,\n.\nthe lamp is on.");
        var sent = Assert.Single(world.Smtp.Taken);
        Assert.Equal(("agent@example.com", "ada@example.org"), (sent.From, Assert.Single(sent.To)));
        var mail = ReadingMailTests.Mail(sent.Text);
        Assert.Equal(("Re: Lamp", "1@x", "1@x"), (mail.Subject, mail.InReplyTo, Assert.Single(mail.References)));
        Assert.Equal("auto-replied", mail.Headers["Auto-Submitted"]);
        Assert.Contains("the lamp is on.", mail.TextBody, StringComparison.Ordinal);
        var piece = Assert.Single(await world.Channels.OutboxAsync());
        Assert.Equal((OutboxStatus.Sent, mail.MessageId), (piece.Status, piece.ExternalId));

        // A program that names only the mail that it answers.
        world.Imap.Add(Mail("3@y", $"Thanks\n\nOn 21 Nov 2026, Agent wrote:\n> Hi Ada", $"In-Reply-To: <{mail.MessageId}>\n", "Re: Lamp"));
        await Wait.UntilAsync(async () => await world.CountAsync("messages") == "2");
        Assert.Equal("1@x", await world.Channels.Registry.OutsideAsync("SELECT chat FROM messages WHERE id = 2"));
        Assert.Contains(
            "> Hi Ada",
            await world.Channels.Registry.OutsideAsync("SELECT message FROM messages WHERE id = 2"),
            StringComparison.Ordinal
        );

        world.Channels.Clock.Advance(TimeSpan.FromSeconds(2));
        await AnswerAsync(world, messageId: 2, "1@x", "You are welcome.");
        mail = ReadingMailTests.Mail(world.Smtp.Taken[1].Text);
        Assert.Equal("Re: Lamp", mail.Subject);
        Assert.Equal(["1@x", "3@y"], mail.References);
    }

    [Fact]
    public async Task Nobody_is_written_to_of_whom_no_mail_is_known_any_more()
    {
        await using var world = await EmailWorld.CreateAsync(hasIntake: true);
        await world.AddAsync();
        await world.Channels.EnqueueAsync(1, "hello", "1@mail.example.org"); // The id of a thread that was deleted looks like an address.
        await world.Channels.SendAsync();
        Assert.Equal([OutboxStatus.Failed], await world.Channels.StatesAsync());
        Assert.Empty(world.Smtp.Taken);
    }

    [Theory]
    [InlineData("EHLO", null, OutboxStatus.Queued, "")]
    [InlineData("AUTH", null, OutboxStatus.Queued, "")]
    [InlineData("AUTH", "535 5.7.8 wrong", OutboxStatus.Queued, "rejects the sign-in for SMTP")]
    [InlineData("MAIL", null, OutboxStatus.Queued, "")]
    [InlineData("RCPT", "450 4.2.1 mailbox busy", OutboxStatus.Queued, "450 4.2.1 mailbox busy")]
    [InlineData("RCPT", "550 5.1.1 no such user", OutboxStatus.Failed, "550 5.1.1 no such user")]
    [InlineData("DATA", null, OutboxStatus.Queued, "")]
    [InlineData("DATA", "451 4.3.0 later", OutboxStatus.Queued, "451 4.3.0 later")]
    [InlineData(".", "554 5.7.1 looks like spam", OutboxStatus.Failed, "554 5.7.1 looks like spam")]
    [InlineData(".", "452 4.3.1 disk full", OutboxStatus.Queued, "452 4.3.1 disk full")]
    [InlineData(".", null, OutboxStatus.Unknown, "It may have been sent")]
    [InlineData("QUIT", null, OutboxStatus.Sent, "")]
    public async Task What_became_of_it_is_told_apart(string at, string? answer, OutboxStatus expected, string said)
    {
        await using var world = await EmailWorld.CreateAsync(hasIntake: true);
        await using var server = Smtp(at, answer);
        await world.ListenAsync(form => form.Settings["smtp_port"] = $"{server.Port}");
        world.Imap.Add(Mail("1@x", "Hello"));
        await Wait.UntilAsync(async () => await world.CountAsync("messages") == "1");
        await AnswerAsync(world, 1, "1@x", "hello");

        var piece = Assert.Single(await world.Channels.OutboxAsync());
        Assert.Equal(expected, piece.Status);
        Assert.Contains(said, piece.Failure ?? "", StringComparison.Ordinal);
        Assert.DoesNotContain(FakeMailServer.Password, piece.Failure ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_is_judged_as_everywhere_and_a_password_is_not_sent_without_one()
    {
        using var certificates = new FakeCertificates();
        using var valid = certificates.IssueValid();
        using var expired = certificates.IssueExpired();
        await using var world = await EmailWorld.CreateAsync(settings: ("Outbound:TrustedCertificates", certificates.AuthorityFile));
        await using var server = new FakeMailServer(valid);
        await using var late = new FakeMailServer(expired);
        Assert.True((await TestAsync(server)).Ok);
        Assert.StartsWith("No encrypted SMTP connection to 127.0.0.1", (await TestAsync(late)).Detail, StringComparison.Ordinal);
        Assert.Contains("offers no encryption (STARTTLS)", (await TestAsync(world.Smtp)).Detail, StringComparison.Ordinal);

        async Task<ConnectorStep> TestAsync(FakeMailServer smtp)
        {
            var test = await world.TestAsync(form =>
                (form.Settings["smtp_port"], form.Settings["smtp_security"]) = ($"{smtp.Port}", "starttls")
            );
            return test.Steps[1];
        }
    }

    /// <summary>A mail server that answers this there and goes; without an answer it goes at once.</summary>
    private static RawServer Smtp(string at, string? answer) =>
        RawServer.Talking(
            async (stream, cancel) =>
            {
                using var reader = new StreamReader(stream, leaveOpen: true);
                await SayAsync("220 fake");
                var isText = false;
                while (await reader.ReadLineAsync(cancel) is { } line)
                {
                    if (isText && line != ".")
                    {
                        continue;
                    }

                    var command = isText ? "." : line.Split(' ')[0].ToUpperInvariant();
                    if (command == at)
                    {
                        await SayAsync(answer);
                        return;
                    }

                    isText = command == "DATA";
                    await SayAsync(
                        command switch
                        {
                            "EHLO" => "250-fake\r\n250 AUTH PLAIN",
                            "AUTH" => "235 ok",
                            "DATA" => "354 go on",
                            _ => "250 ok",
                        }
                    );
                }

                async Task SayAsync(string? text)
                {
                    if (text is not null)
                    {
                        await stream.WriteAsync(Encoding.ASCII.GetBytes($"{text}\r\n"), cancel);
                    }
                }
            }
        );

    internal static async Task AnswerAsync(EmailWorld world, int messageId, string chat, string answer)
    {
        await using (var context = world.Channels.Registry.Open())
        {
            var channel = await context.Channels.FindAsync([1], Cancel);
            await using var scope = world.Channels.Registry.Services.CreateAsyncScope();
            await scope
                .ServiceProvider.GetRequiredService<OutboxService>()
                .EnqueueAsync(context, channel!, chat, messageId, null, null, answer, Cancel);
        }

        await world.Channels.SendAsync();
    }
}
