using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Messaging;
using Sanctum.Configurator.Features.Messaging.Channels;
using Sanctum.Configurator.Features.Messaging.Incoming;
using Sanctum.Configurator.Features.Messaging.Intake;
using Sanctum.Configurator.Features.Messaging.Outbox;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Messaging;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Messaging.Channels.Email;

public sealed class EmailChannelTests
{
    /// <summary>What a server says before it goes.</summary>
    private static readonly string[] CutShort = ["250-fake\r\n250 AUTH PLAIN\r\n", "235 ok\r\n", "250 ok\r\n"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_there_before_is_left_alone_and_what_comes_is_taken_at_once()
    {
        await using var world = await ChannelsWorld.CreateAsync();
        await using var imap = new FakeImap();
        await using var smtp = new FakeMailServer();
        imap.Add(Mail("old@x", "An old mail"));
        await AddAsync(world, imap, smtp);
        await world.Host.TickAsync(Cancel);
        await Wait.UntilAsync(() => imap.Commands.Contains("IDLE"));

        imap.Add(Mail("1@x", "First"));
        await Wait.UntilAsync(() => world.Accepted.Count == 1);
        imap.Add(Mail("auto@x", "I am away", "Auto-Submitted: auto-replied\n"));
        imap.Add(Mail("2@x", "Second", "In-Reply-To: <1@x>\nReferences: <1@x>\n"));
        await Wait.UntilAsync(() => world.Accepted.Count == 2);

        Assert.Equal(["1@x", "2@x"], world.Accepted.Select(m => m.ExternalId));
        Assert.Equal(["1@x", "1@x"], world.Accepted.Select(m => m.Chat));
        Assert.Equal(
            ("ada@example.org", "Ada", "email"),
            (world.Accepted[0].PlatformUserId, world.Accepted[0].DisplayName, world.Accepted[0].Platform)
        );
        Assert.DoesNotContain(imap.Commands, command => command.Contains("STORE", StringComparison.Ordinal));
        await Wait.UntilAsync(async () => await world.Registry.OutsideAsync("SELECT cursor FROM channels") == "7:4");
    }

    [Fact]
    public async Task A_server_without_IDLE_is_asked_every_minute_and_one_that_numbers_anew_is_read_again()
    {
        await using var world = await ChannelsWorld.CreateAsync();
        await using var imap = new FakeImap { HasIdle = false };
        await using var smtp = new FakeMailServer();
        await AddAsync(world, imap, smtp);
        await world.Host.TickAsync(Cancel);
        await Wait.UntilAsync(async () => await world.Registry.OutsideAsync("SELECT cursor FROM channels") == "7:0");
        imap.Add(Mail("1@x", "First"));
        await Wait.UntilAsync(() =>
        {
            world.Clock.Advance(TimeSpan.FromSeconds(15));
            return world.Accepted.Count == 1;
        });

        await world.Host.EndAllAsync();
        imap.NumberAnew();
        imap.Add(Mail("2@x", "Second"));
        await world.Host.TickAsync(Cancel);
        await Wait.UntilAsync(() => world.Accepted.Any(m => m.ExternalId == "2@x"));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task An_answer_goes_back_into_the_thread_and_its_answer_too(TestDatabase database)
    {
        await using var world = await ChannelsWorld.CreateAsync(
            database,
            services => services.AddMessagingServices().AddSingleton<AcceptMessage>(p => p.GetRequiredService<MessageIntake>().AcceptAsync)
        );
        await using var imap = new FakeImap();
        await using var smtp = new FakeMailServer();
        await AddAsync(world, imap, smtp);
        await world.Host.TickAsync(Cancel);
        await Wait.UntilAsync(() => imap.Commands.Contains("IDLE"));
        imap.Add(Mail("1@x", "Hello", subject: "Lamp"));
        await Wait.UntilAsync(async () => await world.Registry.OutsideAsync("SELECT count(*) FROM messages") == "1");

        await AnswerAsync(world, messageId: 1, "1@x", "Hi Ada,\n.\nthe lamp is on.");
        var sent = Assert.Single(smtp.Taken);
        Assert.Equal(("agent@example.com", "ada@example.org"), (sent.From, Assert.Single(sent.To)));
        var mail = ReadingMailTests.Mail(sent.Text);
        Assert.Equal(("Re: Lamp", "1@x", "1@x"), (mail.Subject, mail.InReplyTo, Assert.Single(mail.References)));
        Assert.Equal("auto-replied", mail.Headers["Auto-Submitted"]);
        Assert.Contains("the lamp is on.", mail.TextBody, StringComparison.Ordinal);
        var piece = Assert.Single(await world.OutboxAsync());
        Assert.Equal((OutboxStatus.Sent, mail.MessageId), (piece.Status, piece.ExternalId));

        // A program that names only the mail that it answers.
        imap.Add(Mail("3@y", "Thanks", $"In-Reply-To: <{mail.MessageId}>\n"));
        await Wait.UntilAsync(async () => await world.Registry.OutsideAsync("SELECT count(*) FROM messages") == "2");
        Assert.Equal("1@x", await world.Registry.OutsideAsync("SELECT chat FROM messages WHERE id = 2"));
    }

    [Theory]
    [InlineData("450 4.2.1 mailbox busy", OutboxStatus.Queued)]
    [InlineData("550 5.1.1 no such user", OutboxStatus.Failed)]
    public async Task What_the_mail_server_refuses_has_its_verdict(string answer, OutboxStatus expected)
    {
        await using var world = await ChannelsWorld.CreateAsync();
        await using var imap = new FakeImap();
        await using var smtp = new FakeMailServer { Refusal = answer };
        await AddAsync(world, imap, smtp);
        await world.EnqueueAsync(1, "hello", "ada@example.org");
        await world.SendAsync();

        var piece = Assert.Single(await world.OutboxAsync());
        Assert.Equal(expected, piece.Status);
        Assert.Contains(answer[..3], piece.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_that_breaks_off_while_sending_leaves_it_open_and_one_that_is_refused_does_not()
    {
        await using var world = await ChannelsWorld.CreateAsync();
        await using var imap = new FakeImap();
        await using var smtp = new FakeMailServer();
        await using var cut = RawServer.Talking(
            async (stream, cancel) =>
            {
                await stream.WriteAsync("220 fake\r\n"u8.ToArray(), cancel);
                foreach (var answer in CutShort)
                {
                    _ = await stream.ReadAsync(new byte[4096], cancel);
                    await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(answer), cancel);
                }
            }
        );
        await AddAsync(world, imap, smtp, form => form.Settings["smtp_port"] = $"{cut.Port}");
        await world.EnqueueAsync(1, "hello", "ada@example.org");
        await world.SendAsync();
        Assert.Equal([OutboxStatus.Unknown], await world.StatesAsync());

        await cut.DisposeAsync();
        await world.EnqueueAsync(1, "hello", "bob@example.org");
        await world.SendAsync();
        Assert.Equal([OutboxStatus.Unknown, OutboxStatus.Queued], await world.StatesAsync());
    }

    [Fact]
    public async Task The_test_signs_in_to_both_servers_and_a_wrong_password_is_told()
    {
        await using var world = await ChannelsWorld.CreateAsync();
        await using var imap = new FakeImap();
        await using var smtp = new FakeMailServer();
        var test = await TestAsync(world, Form(imap, smtp));
        Assert.Equal([("IMAP", true), ("SMTP", true)], test.Steps.Select(step => (step.Name, step.Ok)));

        imap.Password = "another one";
        test = await TestAsync(world, Form(imap, smtp));
        Assert.Equal([false, true], test.Steps.Select(step => step.Ok));
        Assert.Contains("rejects the sign-in for IMAP", test.Message, StringComparison.Ordinal);
        Assert.Empty(smtp.Taken);
    }

    private static async Task<ChannelTest> TestAsync(ChannelsWorld world, ChannelForm form) =>
        Assert.IsType<Outcome<ChannelTest>.Ok>(await world.CallAsync((ChannelTesting tests) => tests.TestAsync(form, Cancel))).Value;

    private static async Task AnswerAsync(ChannelsWorld world, int messageId, string chat, string answer)
    {
        await using (var context = world.Registry.Open())
        {
            var channel = await context.Channels.FindAsync([1], Cancel);
            await using var scope = world.Registry.Services.CreateAsyncScope();
            await scope
                .ServiceProvider.GetRequiredService<OutboxService>()
                .EnqueueAsync(context, channel!, chat, messageId, null, null, answer, Cancel);
        }

        await world.SendAsync();
    }

    private static string Mail(string id, string text, string more = "", string subject = "Question") =>
        $"From: Ada <ada@example.org>\nTo: agent@example.com\nSubject: {subject}\nMessage-ID: <{id}>\nDate: Sat, 21 Nov 2026 08:00:00 +0000\n{more}\n{text}\n";

    private static ChannelForm Form(FakeImap imap, FakeMailServer smtp) =>
        new()
        {
            Name = "Mailbox",
            Connector = "email",
            AgentId = 1,
            Settings = new()
            {
                ["address"] = "agent@example.com",
                ["user"] = FakeMailServer.User,
                ["imap_host"] = "127.0.0.1",
                ["imap_port"] = $"{imap.Port}",
                ["imap_security"] = "none",
                ["smtp_host"] = "127.0.0.1",
                ["smtp_port"] = $"{smtp.Port}",
                ["smtp_security"] = "none",
            },
            Secret = FakeMailServer.Password,
        };

    private static Task<ChannelRow> AddAsync(ChannelsWorld world, FakeImap imap, FakeMailServer smtp, Action<ChannelForm>? set = null)
    {
        var form = Form(imap, smtp);
        set?.Invoke(form);
        return world.AddAsync(form);
    }
}
