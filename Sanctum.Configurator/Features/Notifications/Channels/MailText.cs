using System.Globalization;
using System.Net.Mail;
using System.Text;

namespace Sanctum.Configurator.Features.Notifications.Channels;

/// <summary>A message as the text of a mail, in ASCII throughout: whatever it says, it can't add headers or end the text.</summary>
internal static class MailText
{
    /// <summary>A line has at most 76 characters: the word, its frame of 12 and the name of the header.</summary>
    private const int BytesOfAWord = 39;

    public static string Of(ChannelMessage message, MailAddress from, IReadOnlyList<string> to)
    {
        var sent = message.SentAt.UtcDateTime.ToString("ddd, dd MMM yyyy HH:mm:ss '+0000'", CultureInfo.InvariantCulture);
        var id = message.Notifications is [{ DeliveryId: > 0 } one] ? $"{one.DeliveryId}.{message.SentAt.ToUnixTimeSeconds()}" : $"{Guid.NewGuid():N}";
        var text = new StringBuilder()
            .Append(CultureInfo.InvariantCulture, $"From: Sanctum <{from.Address}>\r\n")
            .Append(CultureInfo.InvariantCulture, $"To: {string.Join(",\r\n ", to)}\r\n")
            .Append(CultureInfo.InvariantCulture, $"Subject: {Encoded(message.Title)}\r\n")
            .Append(CultureInfo.InvariantCulture, $"Date: {sent}\r\n")
            .Append(CultureInfo.InvariantCulture, $"Message-ID: <{id}@{from.Host}>\r\n")
            .Append("MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\nAuto-Submitted: auto-generated\r\n\r\n")
            .Append(Convert.ToBase64String(Encoding.UTF8.GetBytes(message.Body().ReplaceLineEndings("\r\n")), Base64FormattingOptions.InsertLineBreaks));
        return text.Append("\r\n.\r\n").ToString();
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
