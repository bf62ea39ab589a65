using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using MimeKit;
using MimeKit.Text;
using Sanctum.Configurator.Features.Messaging.Incoming;
using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Channels.Email;

/// <summary>What a mail says to an agent, and an answer as a mail.</summary>
internal static partial class EmailText
{
    private const string SubjectMark = "Subject: ";
    private const int Longest = 60_000;
    private const int MostFiles = 20;
    private const int MostSubject = 200;

    /// <summary>Old mail programs write in old code pages, which .NET reads only when it is told to.</summary>
    static EmailText() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <summary>The subject, and what the sender wrote above what was quoted.</summary>
    public static string Of(MimeMessage mail)
    {
        var subject = OneLine(mail.Subject ?? "");
        var body = WithoutQuoted(BodyOf(mail));
        body = body.Length > Longest ? $"{Cut(body, Longest)}\n[The mail goes on and was cut here.]" : body;
        body = body.Length > 0 ? body : "[The mail has no text.]";
        return subject.Length > 0 ? $"{SubjectMark}{subject}\n\n{body}" : body;
    }

    /// <summary>The subject that stands above a text; null where none does.</summary>
    public static string? SubjectIn(string? text) =>
        text?.StartsWith(SubjectMark, StringComparison.Ordinal) == true ? text[SubjectMark.Length..].Split('\n')[0].Trim() : null;

    public static IReadOnlyList<MessageAttachment> FilesOf(MimeMessage mail) =>
        [
            .. mail
                .Attachments.Take(MostFiles)
                .Select(part => new MessageAttachment(
                    OneLine(part.ContentDisposition?.FileName ?? part.ContentType.Name ?? (part is MessagePart ? "message.eml" : "file")),
                    part.ContentType.MimeType,
                    null
                )),
        ];

    /// <summary>What the sender wrote, without the history that mail programs put below it.</summary>
    public static string WithoutQuoted(string text)
    {
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        var end = lines.Length;
        for (var at = 0; at < lines.Length; at++)
        {
            // "On Monday, Ada wrote:" may be broken into two or three lines.
            var joined = string.Join(' ', lines.Skip(at).Take(3)).Trim();
            if (Original().IsMatch(lines[at]) || (Attribution().IsMatch(joined) && HasQuoteSoon(lines, at)) || IsOutlookHead(lines, at))
            {
                end = at;
                break;
            }
        }

        // Lines quoted between one's own are what is answered; those at the end only repeat.
        while (end > 0 && (lines[end - 1].TrimStart().StartsWith('>') || string.IsNullOrWhiteSpace(lines[end - 1])))
        {
            end--;
        }

        var kept = string.Join('\n', lines.Take(end)).Trim();
        return kept.Length > 0 ? kept : text.Trim(); // Whoever writes only below the quoted wrote something all the same.
    }

    public static MimeMessage Answer(EmailReply reply, OutboxEntry piece, string own)
    {
        var mail = new MimeMessage();
        mail.From.Add(new MailboxAddress(null, own));
        mail.To.Add(new MailboxAddress(null, reply.To));
        var subject = reply.Subject ?? "Your message";
        mail.Subject = Answered().IsMatch(subject) ? subject : $"Re: {subject}";
        mail.Date = piece.QueuedAt;

        // The same each time the piece is sent, so that mail programs know it again.
        mail.MessageId = string.Create(
            CultureInfo.InvariantCulture,
            $"sanctum.{piece.ChannelId}.{piece.Id}.{piece.QueuedAt.ToUnixTimeSeconds()}@{own[(own.IndexOf('@', StringComparison.Ordinal) + 1)..]}"
        );
        if (reply.MessageId is { } answered)
        {
            mail.InReplyTo = answered;
        }

        foreach (var id in reply.References)
        {
            mail.References.Add(id);
        }

        mail.Headers.Add(HeaderId.AutoSubmitted, "auto-replied");
        mail.Headers.Add("X-Auto-Response-Suppress", "All");
        mail.Body = new TextPart(TextFormat.Plain) { Text = piece.Text.ReplaceLineEndings("\r\n") };
        return mail;
    }

    private static string BodyOf(MimeMessage mail)
    {
        var text = mail.TextBody;
        return string.IsNullOrWhiteSpace(text) && mail.HtmlBody is { } html ? HtmlText.Of(html) : text ?? "";
    }

    private static bool HasQuoteSoon(string[] lines, int at) =>
        lines.Skip(at + 1).Take(6).Any(line => line.TrimStart().StartsWith('>')) || at + 4 >= lines.Length;

    /// <summary>"From: …" with "Sent:" or "Date:" and "To:" or "Subject:" below, as Outlook puts it.</summary>
    private static bool IsOutlookHead(string[] lines, int at) =>
        HeadLine().IsMatch(lines[at].Trim())
        && lines.Skip(at + 1).Take(5).Count(line => HeadLine().IsMatch(line.Trim())) >= 2
        && lines.Skip(at).Take(2).All(line => line.Trim().Length > 0);

    private static string OneLine(string text) =>
        string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)) is var line && line.Length > MostSubject
            ? Cut(line, MostSubject)
            : line;

    private static string Cut(string text, int most) => char.IsHighSurrogate(text[most - 1]) ? text[..(most - 1)] : text[..most];

    [GeneratedRegex(
        @"^\s*(-{2,}|_{5,})\s*(Original Message|Ursprüngliche Nachricht|Message d'origine|Mensaje original|Forwarded message)?\s*(-{2,}|_{5,})?\s*$",
        RegexOptions.IgnoreCase
    )]
    private static partial Regex Original();

    [GeneratedRegex(
        @"^(On|Am|Le|El|Il|Op|Den)\b.{4,200}\b(wrote|schrieb|a écrit|escribió|ha scritto|schreef|skrev)\b[^:]{0,80}:",
        RegexOptions.IgnoreCase
    )]
    private static partial Regex Attribution();

    [GeneratedRegex(
        @"^\*?(From|Von|De|Sent|Gesendet|Envoyé|Date|Datum|To|An|À|Subject|Betreff|Objet|Cc)\*?\s?:\*? ",
        RegexOptions.IgnoreCase
    )]
    private static partial Regex HeadLine();

    [GeneratedRegex(@"^\s*(re|aw|sv|antw|odp)\s*(\[\d+\])?\s*:", RegexOptions.IgnoreCase)]
    private static partial Regex Answered();
}
