using System.Text;
using MimeKit;
using Sanctum.Configurator.Features.Messaging.Channels.Email;

namespace Sanctum.Configurator.Tests.Features.Messaging.Channels.Email;

public sealed class ReadingMailTests
{
    private const string Own = "agent@example.com";

    [Theory]
    [InlineData("From: Ada <ada@example.org>\nReturn-Path: <ada@example.org>", null)]
    [InlineData("From: Ada <ada@example.org>\nAuto-Submitted: no", null)]
    [InlineData("From: Ada <ada@example.org>\nX-Auto-Response-Suppress: None", null)]
    [InlineData("From: Agent <Agent@Example.com>", "the mailbox itself")]
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
        var found = EmailFilter.ReasonToIgnore(Mail($"{head}\n\nhello"), Own, null);

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
    [InlineData("Yes.\n\nOn Mon, 3 Nov 2026 at 10:00, Agent <agent@example.com> wrote:\n> Do you?\n> Really?", "Yes.")]
    [InlineData("Yes.\n\nOn Mon, 3 Nov 2026 at 10:00, Agent\n<agent@example.com>\nwrote:\n> Do you?", "Yes.")]
    [InlineData("Ja.\n\nAm 03.11.2026 um 10:00 schrieb Agent:\n> Und?", "Ja.")]
    [InlineData("Oui.\n\nLe lun. 3 nov. 2026 à 10:00, Agent <a@b.c> a écrit :\n> Et?", "Oui.")]
    [InlineData("Yes.\n\n-----Original Message-----\nFrom: x", "Yes.")]
    [InlineData("Yes.\n\n________________________________\nFrom: Agent", "Yes.")]
    [InlineData("Yes.\n\nFrom: Agent <a@b.c>\nSent: Monday\nTo: Ada\nSubject: Re: x\n\nOld text", "Yes.")]
    [InlineData("> Do you?\nYes.\n> Really?\nReally.", "> Do you?\nYes.\n> Really?\nReally.")]
    [InlineData("> only quoted", "> only quoted")]
    [InlineData(
        "On the table he wrote: a letter.\nMore text\nmore\nmore\nmore\nmore",
        "On the table he wrote: a letter.\nMore text\nmore\nmore\nmore\nmore"
    )]
    [InlineData("From: the start it was clear.\nAnother line.", "From: the start it was clear.\nAnother line.")]
    public void Quoted_history_is_left_out(string text, string expected) => Assert.Equal(expected, EmailText.WithoutQuoted(text));

    [Fact]
    public void Mail_that_is_only_HTML_becomes_text()
    {
        var mail = Mail(
            "From: ada@example.org\nSubject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\nContent-Type: text/html; charset=windows-1252\nContent-Transfer-Encoding: quoted-printable\n\n"
                + "<html><head><style>p {color: red}</style></head><body><p>Gr=FC=DFe &amp; more</p><ul><li>one</li><li>two</li></ul><script>x()</script>"
                + "<div>On Mon, 3 Nov 2026, Agent wrote:</div><blockquote><p>Old</p></blockquote></body></html>"
        );

        Assert.Equal("Subject: Grüße\n\nGrüße & more\n- one\n- two", EmailText.Of(mail));
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

    internal static MimeMessage Mail(string text) =>
        MimeMessage.Load(new MemoryStream(Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\r\n"))), TestContext.Current.CancellationToken);
}
