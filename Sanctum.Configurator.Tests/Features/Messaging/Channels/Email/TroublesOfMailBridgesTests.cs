using System.Text;
using MimeKit;
using MimeKit.Tnef;
using Sanctum.Configurator.Features.Messaging.Channels;
using Sanctum.Configurator.Features.Messaging.Channels.Email;
using Sanctum.Configurator.Features.Messaging.Incoming;
using Sanctum.Configurator.Tests.Support;
using static Sanctum.Configurator.Tests.Features.Messaging.Channels.Email.EmailWorld;

namespace Sanctum.Configurator.Tests.Features.Messaging.Channels.Email;

/// <summary>What was reported of other programs between a mailbox and an agent: files, hidden texts, and mailboxes over TLS.</summary>
public sealed class TroublesOfMailBridgesTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void A_file_of_text_reaches_the_agent_above_what_is_quoted()
    {
        var mail = ReadingMailTests.Mail(
            """
            From: a@b.c
            Subject: Prices
            In-Reply-To: <1@x>
            Content-Type: multipart/mixed; boundary=b

            --b
            Content-Type: text/plain; charset=utf-8

            See the table.

            On 3 Nov 2026, Agent wrote:
            > Which prices?
            --b
            Content-Type: text/csv; charset=iso-8859-1; name="=?utf-8?B?cHJlaXNlLmNzdg==?="
            Content-Disposition: attachment
            Content-Transfer-Encoding: base64

            TGFtcGU7MTI7R3L832U=
            --b
            Content-Type: application/pdf; name="a.pdf"
            Content-Disposition: attachment

            x
            --b--
            """
        );
        Assert.Equal(
            "Subject: Prices\n\nSee the table.\n\n[text of preise.csv]\nLampe;12;Grüße\n[end of preise.csv]",
            Lines(QuotedPart.Without(EmailText.Of(mail)))
        );
        Assert.Contains("> Which prices?", EmailText.Of(mail), StringComparison.Ordinal);
        Assert.Equal(["preise.csv", "a.pdf"], EmailText.FilesOf(mail).Select(file => file.Name));
    }

    [Fact]
    public void An_invitation_is_read_and_endless_files_are_cut()
    {
        var invited = ReadingMailTests.Mail(
            "From: a@b.c\nContent-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\nSUMMARY:Tea\nEND:VCALENDAR\n"
        );
        Assert.Contains("[text of invite.ics]\nBEGIN:VCALENDAR\nSUMMARY:Tea", Lines(EmailText.Of(invited)), StringComparison.Ordinal);

        var files = string.Concat(
            Enumerable
                .Range(1, 8)
                .Select(n =>
                    $"--b\nContent-Type: text/plain; name=\"{n}.txt\"\nContent-Disposition: attachment\n\n{new string('x', 70_000)}\n"
                )
        );
        var text = EmailText.Of(
            ReadingMailTests.Mail($"From: a@b.c\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nLook\n{files}--b--\n")
        );
        Assert.InRange(text.Length, 50_000, 100_000);
        Assert.Contains("[text of 1.txt: The first 65,536", text, StringComparison.Ordinal);
    }

    /// <summary>osTicket 4854, glpi 5913, php-mime-mail-parser 158: a mail that is forwarded as a file is what the mail is about.</summary>
    [Fact]
    public void A_mail_that_is_forwarded_as_a_file_reaches_the_agent()
    {
        var mail = ReadingMailTests.Mail(
            """
            From: a@b.c
            Content-Type: multipart/mixed; boundary=b

            --b
            Content-Type: text/plain

            What do they want?
            --b
            Content-Type: message/rfc822; name="Lamps.eml"
            Content-Disposition: attachment; filename="Lamps.eml"

            From: Eve <eve@example.org>
            Date: Mon, 30 Nov 2026 10:00:00 +0200
            Subject: Lamps
            Content-Type: multipart/alternative; boundary=c

            --c
            Content-Type: text/plain

            Ten lamps, please.
            --c
            Content-Type: text/html

            <p>Ten lamps, please.</p>
            --c--
            --b--
            """
        );

        Assert.Equal(
            "What do they want?\n\n[text of Lamps.eml]\nFrom: \"Eve\" <eve@example.org>\nDate: 2026-11-30 08:00 UTC\nSubject: Lamps\n\nTen lamps, please.\n[end of Lamps.eml]",
            EmailText.Of(mail).Replace("\r", "", StringComparison.Ordinal)
        );
        Assert.Equal(["Lamps.eml"], EmailText.FilesOf(mail).Select(file => file.Name));
    }

    /// <summary>mailparser 204, Znuny 476, letterparser 15: the type of a mail stands there twice, without quotes, or is not what it is.</summary>
    [Theory]
    [InlineData("Content-Type: multipart/alternative; boundary=\"x\"\nContent-Type: multipart/alternative; boundary=\"--=_b\"")]
    [InlineData("Content-Type: multipart/alternative; boundary=--=_b; charset=utf-8")]
    [InlineData("Content-Type: multipart/alternative;\n\tboundary=\"--=_b\";\n\ttype=text/plain")]
    [InlineData("content-type: Multipart/ALTERNATIVE; charset=\"utf-8\"; boundary=\"--=_b\"")]
    public void A_head_that_is_odd_hides_no_text(string head)
    {
        var mail = ReadingMailTests.Mail(
            $"From: a@b.c\n{head}\nMIME-Version: 1.0\n\nThis is a message in MIME format.\n----=_b\nContent-Type: text/plain\n\nHello?\n----=_b\nContent-Type: text/html\n\n<b>Hello?</b>\n----=_b--\n"
        );

        Assert.Equal("Hello?", EmailText.Of(mail).Trim());
    }

    [Fact]
    public void A_text_that_Outlook_hides_in_winmail_dat_is_read()
    {
        using var mail = new MimeMessage { Subject = "Order" };
        mail.From.Add(new MailboxAddress("Ada", "ada@example.org"));
        mail.Body = new TnefPart { Content = new MimeContent(new MemoryStream(Tnef("Two lamps, please."))), FileName = "winmail.dat" };
        Assert.Equal("Subject: Order\n\nTwo lamps, please.", EmailText.Of(mail));
        Assert.Empty(EmailText.FilesOf(mail));

        mail.Body = new TnefPart { Content = new MimeContent(new MemoryStream([1, 2, 3])), FileName = "winmail.dat" };
        Assert.Equal("Subject: Order\n\n[The mail has no text.]", EmailText.Of(mail));
    }

    [Fact]
    public async Task A_mailbox_is_read_over_TLS_and_its_certificate_judged()
    {
        using var certificates = new FakeCertificates();
        using var valid = certificates.IssueValid();
        using var expired = certificates.IssueExpired();
        await using var secure = new FakeImap(valid);
        await using var late = new FakeImap(expired);
        await using var world = await EmailWorld.CreateAsync(settings: ("Outbound:TrustedCertificates", certificates.AuthorityFile));

        var refused = await world.TestAsync(form => Over(form, late));
        Assert.StartsWith("No encrypted IMAP connection to 127.0.0.1", refused.Steps[0].Detail, StringComparison.Ordinal);

        await world.AddAsync(form => Over(form, secure));
        await world.Channels.Host.TickAsync(Cancel);
        await Wait.UntilAsync(() => secure.Idling == 1);
        secure.Add(Mail("1@x", "Hello over TLS"));
        await Wait.UntilAsync(() => world.Channels.Accepted.Count == 1);
        Assert.Contains("Hello over TLS", world.Channels.Accepted[0].Text, StringComparison.Ordinal);

        secure.HangUp();
        secure.Add(Mail("2@x", "Again"));
        await Wait.UntilAsync(() =>
        {
            world.Channels.Clock.Advance(TimeSpan.FromSeconds(1));
            return world.Channels.Accepted.Count == 2;
        });

        static void Over(ChannelForm form, FakeImap imap) =>
            (form.Settings["imap_port"], form.Settings["imap_security"]) = ($"{imap.Port}", "tls");
    }

    private static string Lines(string text) => text.Replace("\r", "", StringComparison.Ordinal);

    /// <summary>The least that Outlook writes: a version, a code page and a text, each with its sum.</summary>
    private static byte[] Tnef(string text)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(0x223E9F78);
        writer.Write((short)1);
        Add(0x00089006, BitConverter.GetBytes(0x00010000));
        Add(0x00069007, [.. BitConverter.GetBytes(1252), 0, 0, 0, 0]);
        Add(0x0002800C, [.. Encoding.Latin1.GetBytes(text), 0]);
        return stream.ToArray();

        void Add(int attribute, byte[] value)
        {
            writer.Write((byte)1);
            writer.Write(attribute);
            writer.Write(value.Length);
            writer.Write(value);
            writer.Write((ushort)value.Sum(each => each));
        }
    }
}
