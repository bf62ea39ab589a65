using Sanctum.Configurator.Features.Notifications.Channels;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Notifications;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Notifications;

public sealed class SendingMailTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_mail_says_everything_and_nothing_in_it_can_pass_for_a_header()
    {
        await using var world = await NotificationsWorld.CreateAsync();
        await using var server = new FakeMailServer();
        await world.AddAsync(FormOf(server, MailSecurity.None));
        var title = $"Ünïcode 🔔\r\nBcc: eve@example.com {string.Concat(Enumerable.Repeat("long ", 30))}end";
        await world.RaiseAsync(title, NoticeLevel.Error);
        await world.SendAsync();

        var mail = Assert.Single(server.Taken);
        Assert.Equal(("sanctum@example.com", null, false), (mail.From, mail.User, mail.IsEncrypted));
        Assert.Equal(["ada@example.com", "bob@example.com"], mail.To);
        Assert.Equal(title, mail.Subject);
        Assert.EndsWith("and what to do.\r\n/letta", mail.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("\nBcc", mail.Text, StringComparison.Ordinal);
        Assert.All(mail.Text.Split("\r\n"), line => Assert.InRange(line.Length, 0, 78));
        Assert.All(mail.Text, c => Assert.InRange(c, '\n', '~'));
    }

    [Fact]
    public async Task User_and_password_go_only_over_an_encrypted_connection()
    {
        using var certificates = new FakeCertificates();
        using var certificate = certificates.IssueValid();
        await using var world = await NotificationsWorld.CreateAsync(
            TestDatabase.Sqlite,
            ("Outbound:TrustedCertificates", certificates.AuthorityFile)
        );
        await using var server = new FakeMailServer(certificate);
        var form = FormOf(server, MailSecurity.StartTls);
        (form.User, form.Password) = (FakeMailServer.User, FakeMailServer.Password);

        Assert.Contains("accepted the mail", (await TestAsync(world, form)).Message, StringComparison.Ordinal);
        var mail = Assert.Single(server.Taken);
        Assert.Equal((FakeMailServer.User, true, "Test from Sanctum"), (mail.User, mail.IsEncrypted, mail.Subject));

        form.Password = "a wrong one";
        var wrong = await TestAsync(world, form);
        Assert.Equal((false, 535, true), (wrong.Ok, wrong.Status, wrong.IsFinal));
        Assert.Contains("Check the user and the password", wrong.Message, StringComparison.Ordinal);

        await using var bare = new FakeMailServer();
        form.Port = bare.Port;
        var refused = await TestAsync(world, form);
        Assert.Contains("offers no encryption", refused.Message, StringComparison.Ordinal);
        form.Security = MailSecurity.None;
        var asked = Assert.IsType<Outcome<SendVerdict>.Invalid>(
            await world.CallAsync((ChannelService channels) => channels.TestAsync(form, Cancel))
        );
        Assert.Equal([nameof(form.Security)], asked.Reasons.Keys);
    }

    [Fact]
    public async Task A_certificate_that_nobody_vouches_for_ends_the_talk_before_anything_is_said()
    {
        using var certificates = new FakeCertificates();
        using var certificate = certificates.IssueValid();
        await using var world = await NotificationsWorld.CreateAsync();
        await using var server = new FakeMailServer(certificate);

        var verdict = await TestAsync(world, FormOf(server, MailSecurity.StartTls));

        Assert.StartsWith("No encrypted connection to localhost:", verdict.Message, StringComparison.Ordinal);
        Assert.Empty(server.Taken);
    }

    [Fact]
    public async Task A_server_that_is_busy_is_asked_again_and_one_that_refuses_is_not()
    {
        await using var world = await NotificationsWorld.CreateAsync();
        await using var server = new FakeMailServer { Refusal = "451 come back later" };
        await world.AddAsync(FormOf(server, MailSecurity.None));
        await world.RaiseAsync("Something");
        await world.SendAsync();
        Assert.Equal(
            (DeliveryState.Waiting, 451),
            Assert.Single(await world.DeliveriesAsync()) is var busy ? (busy.State, busy.Status) : default
        );

        server.Refusal = "550 there is no such person";
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        await world.SendAsync();
        Assert.Equal(
            (DeliveryState.Failed, 550),
            Assert.Single(await world.DeliveriesAsync()) is var refused ? (refused.State, refused.Status) : default
        );
    }

    [Fact]
    public async Task What_is_no_mail_server_is_told_so()
    {
        await using var world = await NotificationsWorld.CreateAsync();
        await using var chatter = RawServer.Saying("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray());
        await using var shut = RawServer.HangingUp();
        var form = new ChannelForm
        {
            Name = "Mail",
            Kind = ChannelKinds.Mail,
            Host = "127.0.0.1",
            Port = shut.Port,
            Security = MailSecurity.None,
            From = "a@example.com",
            To = "b@example.com",
        };

        Assert.Contains("can't be reached", (await TestAsync(world, form)).Message, StringComparison.Ordinal);
    }

    internal static ChannelForm FormOf(FakeMailServer server, MailSecurity security) =>
        new()
        {
            Name = "Mail",
            Kind = ChannelKinds.Mail,
            Host = "localhost",
            Port = server.Port,
            Security = security,
            From = "sanctum@example.com",
            To = "ada@example.com, bob@example.com",
            MinLevel = NoticeLevel.Info,
        };

    private static async Task<SendVerdict> TestAsync(NotificationsWorld world, ChannelForm form) =>
        Assert
            .IsType<Outcome<SendVerdict>.Ok>(await world.CallAsync((ChannelService channels) => channels.TestAsync(form.Copy(), Cancel)))
            .Value;
}
