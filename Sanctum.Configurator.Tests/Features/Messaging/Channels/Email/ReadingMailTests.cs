using System.Text;
using MimeKit;
using Sanctum.Configurator.Features.Messaging.Channels;
using Sanctum.Configurator.Features.Messaging.Channels.Email;
using Sanctum.Configurator.Features.Messaging.Incoming;

namespace Sanctum.Configurator.Tests.Features.Messaging.Channels.Email;

public sealed class ReadingMailTests
{
    [Theory]
    [InlineData("From: Ada <ada@example.org>\nReturn-Path: <ada@example.org>", null)]
    [InlineData("From: Ada <ada@example.org>\nAuto-Submitted: no", null)]
    [InlineData("From: Ada <ada@example.org>\nX-Auto-Response-Suppress: None", null)]
    [InlineData("From: Agent <Agent@Example.com>", "the mailbox itself")]
    [InlineData("From: Agent <login@example.com>", "the mailbox itself")]
    [InlineData("From: Ada <ada@example.org>\nAuto-Submitted: auto-replied; x=y", "automatically")]
    [InlineData("From: Ada <ada@example.org>\nX-Auto-Response-Suppress: DR, OOF, AutoReply", "no automatic answer")]
    [InlineData("From: Ada <ada@example.org>\nPrecedence: bulk", "bulk")]
    [InlineData("From: News <news@example.org>\nList-Unsubscribe: <mailto:x@example.org>", "mailing list")]
    [InlineData("From: MAILER-DAEMON@mx.example.org\nReturn-Path: <>", "program")]
    [InlineData("From: no-reply@shop.example.org", "program")]
    [InlineData("From: bounces+123=a@lists.example.org", "program")]
    [InlineData("From: Mail System <x@example.org>\nReturn-Path: <>", "bounce")]
    [InlineData("From: x@example.org\nContent-Type: multipart/report; report-type=delivery-status; boundary=b", "report")]
    [InlineData("Subject: nobody", "no sender")]
    public void What_programs_send_is_not_answered(string head, string? reason)
    {
        var found = EmailFilter.ReasonToIgnore(Mail($"{head}\n\nhello"), Settings());

        if (reason is null)
        {
            Assert.Null(found);
        }
        else
        {
            Assert.Contains(reason, found, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("ada@example.org", true)]
    [InlineData("bob@example.org; EXAMPLE.ORG", true)]
    [InlineData("@example.org", true)]
    [InlineData("ada@example.com, other.org", false)]
    [InlineData("ample.org", false)]
    public void A_list_of_senders_keeps_others_out(string senders, bool isAllowed) =>
        Assert.Equal(isAllowed, EmailFilter.IsAllowed("ada@example.org", senders));

    [Theory]
    [InlineData("ada@example.org, example.org; @example.com", null)]
    [InlineData("", null)]
    [InlineData("ada example", "ada example is neither")]
    [InlineData("a@b@c, example.org", "a@b@c is neither")]
    public void A_list_of_senders_that_would_keep_everybody_out_is_refused(string senders, string? fault)
    {
        var found = EmailFilter.FaultOfSenders(senders);
        Assert.Equal(fault is null, found is null);
        Assert.StartsWith(fault ?? "", found ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void Mail_that_is_only_HTML_becomes_text()
    {
        var mail = Mail(
            "From: ada@example.org\nSubject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\nContent-Type: text/html; charset=windows-1252\nContent-Transfer-Encoding: quoted-printable\n\n"
                + "<html><head><style>p {color: red}</style></head><body><p>Gr=FC=DFe &amp; more</p><ul><li>one</li><li>two</li></ul><script>x()</script>"
                + "<div>On Mon, 3 Nov 2026, Agent wrote:</div><blockquote><p>Old</p></blockquote></body></html>",
            "In-Reply-To: <1@x>\n"
        );

        Assert.Equal("Subject: Grüße\n\nGrüße & more\n- one\n- two", QuotedPart.Without(EmailText.Of(mail)));
        Assert.EndsWith("On Mon, 3 Nov 2026, Agent wrote:\n> Old", EmailText.Of(mail), StringComparison.Ordinal);
        Assert.Equal("Grüße", EmailText.SubjectIn(EmailText.Of(mail)));
    }

    [Theory]
    [InlineData("iso-8859-15", "=A4", "€")]
    [InlineData("koi8-r", "=F0=D2=C9", "При")]
    [InlineData("utf-8", "=E2=82=AC", "€")]
    public void Letters_are_read_in_the_charset_of_the_mail(string charset, string encoded, string expected) =>
        Assert.Equal(
            expected,
            EmailText.Of(
                Mail($"From: a@b.c\nContent-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: quoted-printable\n\n{encoded}")
            )
        );

    [Theory]
    [InlineData("Content-Type: text/plain; charset=no-such-thing")]
    [InlineData("Content-Type: =?utf-8?Q?text/plain?=")]
    [InlineData("Content-Type: multipart/mixed; boundary=missing")]
    [InlineData("MIME-Version: broken")]
    public void Damaged_mail_is_read_as_far_as_it_goes(string head) =>
        Assert.NotEqual("", EmailText.Of(Mail($"From: a@b.c\nSubject: x\n{head}\n\nhello")));

    [Fact]
    public void Files_are_named_and_mail_without_a_text_says_so()
    {
        var mail = Mail(
            "From: a@b.c\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: application/pdf; name=\"a\tb.pdf\"\nContent-Disposition: attachment; filename=\"bill.pdf\"\n\nx\n--b--\n"
        );

        Assert.Equal(("bill.pdf", "application/pdf"), (EmailText.FilesOf(mail)[0].Name, EmailText.FilesOf(mail)[0].Type));
        Assert.Equal("[The mail has no text.]", EmailText.Of(mail));
    }

    [Fact]
    public void Endless_mail_is_cut_between_characters()
    {
        var text = EmailText.Of(
            Mail($"From: a@b.c\nContent-Type: text/plain; charset=utf-8\n\n{string.Concat(Enumerable.Repeat("😀", 50_000))}")
        );

        Assert.EndsWith("[The mail goes on and was cut here.]", text, StringComparison.Ordinal);
        Assert.Equal(text, Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)));
    }

    private static ChannelSettings Settings() =>
        new(new Dictionary<string, string> { ["address"] = "agent@example.com", ["user"] = "login@example.com" });

    internal static MimeMessage Mail(string text, string more = "") =>
        MimeMessage.Load(
            new MemoryStream(Encoding.UTF8.GetBytes((more + text).ReplaceLineEndings("\r\n"))),
            TestContext.Current.CancellationToken
        );
}
