using System.Text.RegularExpressions;
using MimeKit;
using MimeKit.Text;
using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Channels.Email;

/// <summary>What an answer goes back to.</summary>
/// <param name="MessageId">The mail that it answers; null where that is not known.</param>
/// <param name="References">The first mail of the thread, and the one that it answers.</param>
internal sealed partial record EmailReply(string To, string? Subject, string? MessageId, IReadOnlyList<string> References)
{
    public MimeMessage ToMail(OutboxEntry piece, string own)
    {
        var mail = new MimeMessage();
        mail.From.Add(new MailboxAddress(null, own));
        mail.To.Add(new MailboxAddress(null, To));
        var subject = Subject ?? "Your message";
        mail.Subject = Answered().IsMatch(subject) ? subject : $"Re: {subject}";
        mail.Date = piece.QueuedAt;

        // The same each time the piece is sent, so that mail programs know it again.
        mail.MessageId = string.Create(
            CultureInfo.InvariantCulture,
            $"sanctum.{piece.ChannelId}.{piece.Id}.{piece.QueuedAt.ToUnixTimeSeconds()}@{own[(own.LastIndexOf('@') + 1)..]}"
        );
        mail.InReplyTo = MessageId;
        foreach (var id in References)
        {
            mail.References.Add(id);
        }

        // Whoever heeds this sends no automatic answer: so two programs do not answer each other for ever.
        mail.Headers.Add(HeaderId.AutoSubmitted, "auto-replied");
        mail.Headers.Add("X-Auto-Response-Suppress", "All");
        mail.Body = new TextPart(TextFormat.Plain) { Text = piece.Text.ReplaceLineEndings("\r\n") };
        return mail;
    }

    [GeneratedRegex(@"^\s*(re|aw|sv|antw|odp)\s*(\[\d+\])?\s*:", RegexOptions.IgnoreCase)]
    private static partial Regex Answered();
}
