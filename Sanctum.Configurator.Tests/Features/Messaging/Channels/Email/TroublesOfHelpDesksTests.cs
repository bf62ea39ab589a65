using Sanctum.Configurator.Features.Messaging.Channels.Email;
using Sanctum.Configurator.Features.Messaging.Incoming;
using Sanctum.Configurator.Tests.Support;
using static Sanctum.Configurator.Tests.Features.Messaging.Channels.Email.EmailWorld;

namespace Sanctum.Configurator.Tests.Features.Messaging.Channels.Email;

/// <summary>What was reported of the e-mail channels of help desks.</summary>
public sealed class TroublesOfHelpDesksTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Mails_without_an_id_are_taken_and_each_is_a_thread_of_its_own()
    {
        await using var world = await EmailWorld.CreateAsync(hasIntake: true);
        await world.ListenAsync();
        world.Imap.Add("From: ada@example.org\nSubject: One\n\nHello\n");
        world.Imap.Add("From: ada@example.org\nSubject: Two\nMessage-ID: <>\nIn-Reply-To: <>\nReferences:\n\nHello\n");
        world.Imap.Add("From: bob@example.org\nSubject: Three\nMessage-ID:\nReferences: <> <>\n\nHello\n");
        await Wait.UntilAsync(async () => await world.CursorAsync() == "7:3");
        Assert.Equal("3", await world.CountAsync("messages"));
        Assert.Equal("3", await world.Channels.Registry.OutsideAsync("SELECT count(DISTINCT chat) FROM messages"));
    }

    [Fact]
    public async Task What_came_while_the_mailbox_could_not_be_reached_for_a_week_is_read()
    {
        await using var world = await EmailWorld.CreateAsync();
        await world.ListenAsync();
        await world.Channels.Host.EndAllAsync();
        for (var at = 1; at <= 6; at++)
        {
            world.Imap.Add(Mail($"{at}@x", "Waiting"));
        }

        world.Channels.Clock.Advance(TimeSpan.FromDays(7));
        await world.Channels.Host.TickAsync(Cancel);
        await Wait.UntilAsync(() => world.Channels.Accepted.Count == 6);
        Assert.Equal(["1@x", "2@x", "3@x", "4@x", "5@x", "6@x"], world.Channels.Accepted.Select(m => m.ExternalId)); // Not every second one.
    }

    [Theory]
    [InlineData("From: Eve Doe <eve doe@example.org>")]
    [InlineData("From: \"Eve\" <eve@example.org>, <")]
    [InlineData("From: eve@@example..org")]
    [InlineData("From: =?utf-8?B?4p2")]
    public async Task An_address_that_is_none_stops_nothing(string from)
    {
        await using var world = await EmailWorld.CreateAsync(hasIntake: true);
        await world.ListenAsync();
        world.Imap.Add($"{from}\nMessage-ID: <1@x>\nSubject: x\n\nHello\n");
        world.Imap.Add(Mail("2@x", "Next"));
        await Wait.UntilAsync(async () => await world.CursorAsync() == "7:2");
        Assert.Equal("1", await world.Channels.Registry.OutsideAsync("SELECT count(*) FROM messages WHERE external_id = '2@x'"));
    }

    [Fact]
    public async Task An_answer_that_comes_back_under_another_address_is_not_answered()
    {
        await using var world = await EmailWorld.CreateAsync();
        await world.ListenAsync();
        world.Imap.Add(Mail("1@x", "The agent's own answer", "Auto-Submitted: auto-replied\n", from: "support@example.net"));
        world.Imap.Add(
            Mail("2@x", "Undelivered", "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n", from: "mail@mx.example")
        );
        world.Imap.Add(Mail("3@x", "By hand"));
        await Wait.UntilAsync(() => world.Channels.Accepted.Count > 0);
        Assert.Equal("3@x", Assert.Single(world.Channels.Accepted).ExternalId);
    }

    [Fact]
    public void Text_around_a_file_is_read_to_its_end()
    {
        var mail = ReadingMailTests.Mail(
            """
            From: a@b.c
            Content-Type: multipart/mixed; boundary=b

            --b
            Content-Type: text/plain

            See this:
            --b
            Content-Type: image/png; name="lamp.png"
            Content-Disposition: inline; filename="lamp.png"

            x
            --b
            Content-Type: text/plain

            Do you see it?
            --b
            Content-Type: text/plain; name="log.txt"
            Content-Disposition: attachment; filename="log.txt"

            of the file
            --b--
            """
        );
        Assert.Equal(
            "See this:\nDo you see it?\n\n[text of log.txt]\nof the file\n[end of log.txt]",
            EmailText.Of(mail).Replace("\r", "", StringComparison.Ordinal)
        );
        Assert.Equal(["lamp.png", "log.txt"], EmailText.FilesOf(mail).Select(file => file.Name));
    }

    [Fact]
    public void A_line_of_a_mail_server_below_HTML_does_not_hide_it()
    {
        var mail = ReadingMailTests.Mail(
            "From: a@b.c\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html\n\n<p>The question</p>\n--b\nContent-Type: text/plain\n\nChecked for viruses\n--b--\n"
        );
        Assert.Equal("The question\nChecked for viruses", EmailText.Of(mail));
    }

    [Fact]
    public void A_reply_whose_history_is_a_whole_page_within_the_page_is_read()
    {
        var mail = ReadingMailTests.Mail(
            """
            From: a@b.c
            In-Reply-To: <1@x>
            Content-Type: text/html; charset=utf-8

            Please cancel my order
            <br><div class="yahoo-signature">Sent from Yahoo Mail for iPhone</div>
            <p class="yahoo-quoted-begin">On Thursday, July 9, 2026, 10:00 AM, Agent &lt;agent@example.com&gt; wrote:</p>
            <blockquote class="iosymail"><div><html lang="en"><head><style>p {}</style><div>Old text</div></html></div></blockquote>
            """
        );
        Assert.Equal("Please cancel my order", QuotedPart.Without(EmailText.Of(mail)));
        Assert.Contains("> Old text", EmailText.Of(mail), StringComparison.Ordinal);
    }

    [Fact]
    public void A_quotation_in_a_first_mail_and_an_answer_below_a_quotation_are_read()
    {
        var first = ReadingMailTests.Mail("From: a@b.c\nContent-Type: text/html\n\n<p>We need:</p><blockquote>two lamps</blockquote>");
        Assert.Equal("We need:\n> two lamps", QuotedPart.Without(EmailText.Of(first)));
        var below = ReadingMailTests.Mail("From: a@b.c\nIn-Reply-To: <1@x>\n\nOn 3 Nov 2026, Agent wrote:\n> How many?\n\nTwo.");
        Assert.EndsWith("Two.", QuotedPart.Without(EmailText.Of(below)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_type_written_as_an_encoded_word_and_one_that_is_no_charset_are_read()
    {
        var mail = ReadingMailTests.Mail(
            "From: a@b.c\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain; charset=\"utf-8 \"\n\nGrüße\n--b\nContent-Type: =?utf-8?Q?application/pdf=3B_name=3D=22a.pdf=22?=\nContent-Disposition: attachment; filename*=utf-8''%C3%BC.pdf\n\nx\n--b--\n"
        );
        Assert.Equal("Grüße", EmailText.Of(mail));
        Assert.Equal("ü.pdf", Assert.Single(EmailText.FilesOf(mail)).Name);
    }
}
