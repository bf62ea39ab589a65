using System.Net.Mail;
using MimeKit;

namespace Sanctum.Configurator.Features.Notifications.Channels;

/// <summary>A message as the text of a mail, in ASCII throughout: whatever it says, it can't add headers or end the text.</summary>
internal static class MailText
{
    /// <summary>A line has at most 76 characters: the word, its frame of 12 and the name of the header.</summary>
    private const int BytesOfAWord = 39;

    public static MimeMessage Of(ChannelMessage message, MailAddress from, IReadOnlyList<string> to)
    {
        var id = message.Notifications is [{ DeliveryId: > 0 } one]
            ? $"{one.DeliveryId}.{message.SentAt.ToUnixTimeSeconds()}"
            : $"{Guid.NewGuid():N}";
        var mail = new MimeMessage();
        mail.Headers.Clear();
        mail.From.Add(new MailboxAddress("Sanctum", from.Address));
        mail.To.AddRange(to.Select(address => new MailboxAddress(null, address)));
        var subject = new Header(HeaderId.Subject, "");
        subject.SetRawValue(Encoding.ASCII.GetBytes($" {Encoded(message.Title)}\r\n"));
        mail.Headers.Add(subject);
        mail.Date = message.SentAt.ToUniversalTime();
        mail.MessageId = $"{id}@{from.Host}";
        mail.Headers.Add(HeaderId.AutoSubmitted, "auto-generated");

        // In base64 whatever it says: so no line is too long for a server, and none is mistaken for the end.
        mail.Body = new TextPart("plain")
        {
            ContentTransferEncoding = ContentEncoding.Base64,
            Text = message.Body().ReplaceLineEndings("\r\n"),
        };
        return mail;
    }

    /// <summary>As RFC 2047 has it, a character never cut in two.</summary>
    private static string Encoded(string title)
    {
        var words = new List<string>();
        var word = new List<byte>();
        foreach (var rune in title.EnumerateRunes())
        {
            if (word.Count + rune.Utf8SequenceLength > BytesOfAWord)
            {
                words.Add(Convert.ToBase64String([.. word]));
                word.Clear();
            }

            word.AddRange(Encoding.UTF8.GetBytes(rune.ToString()));
        }

        words.Add(Convert.ToBase64String([.. word]));
        return string.Join("\r\n ", words.Select(each => $"=?utf-8?B?{each}?="));
    }
}
