using Sanctum.Configurator.Features.Messaging.Channels.Email;
using Sanctum.Configurator.Features.Messaging.Incoming;
using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Tests.Features.Messaging.Channels.Email;

public sealed class CuttingHistoryTests
{
    [Theory]
    [InlineData("On Mon, 3 Nov 2026 at 10:00, Agent <agent@example.com> wrote:\n> Do you?\n> Really?")]
    [InlineData("On Mon, 3 Nov 2026 at 10:00, Agent\n<agent@example.com>\nwrote:\n> Do you?")]
    [InlineData("Am 03.11.2026 um 10:00 schrieb Agent:\n> Und?")]
    [InlineData("Le lun. 3 nov. 2026 à 10:00, Agent <a@b.c> a écrit :\n> Et?")]
    [InlineData("W dniu 2026-01-19 10:00, Agent pisze:\n> Tak?")]
    [InlineData("On 3 Nov 2026, Agent wrote:\nnot marked as quoted by an old program")]
    [InlineData("-----Original Message-----\nFrom: x")]
    [InlineData("________________________________\nFrom: Agent <a@b.c>\nSent: Monday\nTo: Ada\nSubject: Re: x\n\nOld text")]
    [InlineData("Von: Agent <a@b.c>\nGesendet: Montag\nAn: Ada\nBetreff: AW: x\n\nOld text")]
    [InlineData("-- \nAda\nLamps Ltd.\n\nOn 3 Nov 2026, Agent wrote:\n> Do you?")]
    [InlineData("> only quoted below")]
    [InlineData("Sent from my iPhone\n\nOn 3 Nov 2026, Agent wrote:\n> Do you?")]
    public void What_a_reply_repeats_is_set_apart(string below)
    {
        var (own, quoted) = EmailHistory.Split($"Yes.\r\n\r\n{below.ReplaceLineEndings("\r\n")}\r\n", isReply: true);
        Assert.Equal("Yes.", own);
        Assert.Equal(below, quoted);
    }

    [Theory]
    [InlineData("> Do you?\nYes.\n> Really?\nReally.")]
    [InlineData("On 3 Nov 2026, Agent wrote:\n> Do you?\n\nYes, below what you wrote.")]
    [InlineData("Hello,\n\nOn 3 Nov 2026, Agent wrote:\n> Do you?\nYes.\n> Really?\nReally.")]
    [InlineData("> only quoted")]
    [InlineData("On the table he wrote: a letter.\nMore text.")]
    [InlineData("From: the start it was clear.\nAnother line.")]
    [InlineData("One part.\n\n---\n\nAnother part.")]
    [InlineData("In 2026 I wrote:\nthis.")]
    public void What_may_be_an_answer_is_left(string text) => Assert.Equal((text, ""), EmailHistory.Split(text, isReply: true));

    [Fact]
    public void Of_what_is_no_reply_only_the_signature_is_set_apart()
    {
        Assert.Equal(("See:\n> a saying", "-- \nAda"), EmailHistory.Split("See:\n> a saying\n-- \nAda", isReply: false));
        var forwarded = ReadingMailTests.Mail(
            "From: a@b.c\nSubject: Fwd: Bill\nIn-Reply-To: <1@x>\n\nIs it right?\n\nOn 3 Nov 2026, Bob wrote:\n> 100 lamps"
        );
        Assert.EndsWith("> 100 lamps", QuotedPart.Without(EmailText.Of(forwarded)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_history_never_makes_a_message_too_long_to_keep()
    {
        var history = string.Concat(Enumerable.Repeat("> one line that is quoted\n", 20_000));
        var text = EmailText.Of(
            ReadingMailTests.Mail($"From: a@b.c\nSubject: x\nIn-Reply-To: <1@x>\n\nYes.\n\nOn 3 Nov 2026, A wrote:\n{history}")
        );

        Assert.InRange(text.Length, 90_000, LengthLimits.Message);
        Assert.Equal("Subject: x\n\nYes.", QuotedPart.Without(text));
    }

    [Fact]
    public void A_command_stands_alone_whatever_the_subject()
    {
        var text = EmailText.Of(
            ReadingMailTests.Mail("From: a@b.c\nSubject: Re: Lamp\nIn-Reply-To: <1@x>\n\n/stop\n\nOn 3 Nov 2026, A wrote:\n> x")
        );
        Assert.Equal("/stop", QuotedPart.Without(text));
    }
}
