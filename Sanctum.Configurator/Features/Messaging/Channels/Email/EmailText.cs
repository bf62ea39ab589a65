using MimeKit;
using MimeKit.Cryptography;
using MimeKit.Tnef;
using Sanctum.Configurator.Features.Messaging.Incoming;
using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Channels.Email;

/// <summary>What a mail says: its subject, its text, and the names of its files.</summary>
internal static class EmailText
{
    public const string SubjectMark = "Subject: ";

    /// <summary>Of a mail's own words; what is quoted may fill the rest of what a message can hold.</summary>
    private const int Longest = 60_000;
    private const int MostFiles = 20;
    private const int MostSubject = 200;

    /// <summary>Old mail programs write in old code pages, which .NET reads only when it is told to.</summary>
    static EmailText() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <summary>The subject and what the sender wrote, with what they quoted set apart. A command stands alone.</summary>
    public static string Of(MimeMessage mail)
    {
        var subject = OneLine(mail.Subject ?? "");
        var (own, quoted) = EmailHistory.Split(Cut(BodyOf(mail), LengthLimits.Message), IsReply(mail, subject));
        own = own.Length > Longest ? $"{Cut(own, Longest)}\n[The mail goes on and was cut here.]" : own;
        own = own.Length > 0 ? own : "[The mail has no text.]";
        var text = IsCommand(own)
            ? own
            : TextFiles.Add(subject.Length > 0 ? $"{SubjectMark}{subject}\n\n{own}" : own, TextFilesOf(mail), Longest);
        return QuotedPart.Add(text, quoted, LengthLimits.Message).Replace('\0', ' ');
    }

    /// <summary>The subject that stands above a text; null where none does.</summary>
    public static string? SubjectIn(string? text) =>
        text?.StartsWith(SubjectMark, StringComparison.Ordinal) == true ? text[SubjectMark.Length..].Split('\n')[0].Trim() : null;

    public static IReadOnlyList<MessageAttachment> FilesOf(MimeMessage mail) =>
        [
            .. PartsOf(mail)
                .Where(IsFile)
                .Take(MostFiles)
                .Select(part => new MessageAttachment(NameOf(part), Cut(OneLine(part.ContentType.MimeType), LengthLimits.Name), null)),
        ];

    private static IEnumerable<TextFile> TextFilesOf(MimeMessage mail) =>
        PartsOf(mail)
            .Where(IsFile)
            .Select(part =>
                part switch
                {
                    MessagePart { Message: { } inner } forwarded => new(NameOf(forwarded), MailIn(inner)),
                    MimePart file when TextFiles.IsText(file.FileName, file.ContentType.MimeType) => ReadText(file),
                    _ => null,
                }
            )
            .OfType<TextFile>()
            .Take(TextFiles.Most);

    /// <summary>A mail that was forwarded as a file: who wrote what, and when.</summary>
    private static string MailIn(MimeMessage mail) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"From: {OneLine(mail.From.ToString())}\nDate: {mail.Date.UtcDateTime:yyyy-MM-dd HH:mm} UTC\n{SubjectMark}{OneLine(mail.Subject ?? "")}\n\n{Cut(BodyOf(mail), TextFiles.MostBytes)}"
        );

    private static TextFile ReadText(MimePart part)
    {
        using var content = new MemoryStream();
        part.Content?.DecodeTo(content);
        return TextFiles.Read(
            NameOf(part),
            content.GetBuffer().AsSpan(0, (int)Math.Min(content.Length, TextFiles.MostBytes + 1)),
            content.Length,
            part.ContentType.Charset
        );
    }

    /// <summary>Outlook may hide a text and its files in a file of its own, winmail.dat.</summary>
    private static IEnumerable<MimeEntity> PartsOf(MimeMessage mail) =>
        mail.BodyParts.SelectMany(part => part is TnefPart hidden ? Opened(hidden)?.BodyParts ?? [] : [part]);

    private static string TextInside(MimeMessage mail) =>
        mail.BodyParts.OfType<TnefPart>().Select(part => Opened(part)?.Body).OfType<MimeEntity>().Select(TextOf).FirstOrDefault()?.Trim()
        ?? "";

    /// <summary>Null where it can't be read.</summary>
    private static MimeMessage? Opened(TnefPart part)
    {
        try
        {
            return part.Content is null ? null : part.ConvertToMessage();
        }
        catch (Exception e) when (e is FormatException or IOException or ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    private static bool IsCommand(string own) => own[0] == '/' && !own.Any(char.IsWhiteSpace);

    /// <summary>What was forwarded is what it is about, not what is known already.</summary>
    private static bool IsReply(MimeMessage mail, string subject) =>
        (mail.InReplyTo is not null || mail.References.Count > 0) && !EmailHistory.IsForwarded(subject);

    private static string BodyOf(MimeMessage mail) =>
        mail.Body switch
        {
            MultipartEncrypted or ApplicationPkcs7Mime { SecureMimeType: not SecureMimeType.SignedData } =>
                "[The mail is encrypted and can't be read.]",
            { } body => TextOf(body).Trim() is { Length: > 0 } text ? text : TextInside(mail),
            null => "",
        };

    /// <summary>
    /// Mail programs put files between pieces of a text, and mail servers their own lines below it: so all pieces count, and of alternatives
    /// the first that says anything, which is the plain one as a rule.
    /// </summary>
    private static string TextOf(MimeEntity entity) =>
        entity switch
        {
            Multipart { Count: 0 } empty => TextUnder(empty),
            MultipartAlternative alternatives => alternatives.Select(TextOf).FirstOrDefault(text => !string.IsNullOrWhiteSpace(text)) ?? "",
            Multipart pieces => string.Join('\n', pieces.Select(TextOf).Where(text => !string.IsNullOrWhiteSpace(text))),
            TextPart { IsHtml: true } html when !IsFile(html) => HtmlText.Of(html.Text ?? ""),
            TextPart { IsPlain: true } plain when !IsFile(plain) => plain.Text ?? "",
            _ => "",
        };

    /// <summary>
    /// Of a mail whose parts are not found: some have two heads for them, of which the second is right, and what nobody can part is read as it is.
    /// </summary>
    private static string TextUnder(Multipart empty)
    {
        var inside = empty.Preamble ?? "";
        foreach (var type in empty.Headers.Where(header => header.Id == HeaderId.ContentType).Skip(1).Take(1))
        {
            using var bytes = new MemoryStream(Encoding.UTF8.GetBytes($"Content-Type: {type.Value.Trim()}\r\n\r\n{inside}"));
            if (MimeEntity.Load(bytes) is Multipart { Count: > 0 } parts)
            {
                return TextOf(parts);
            }
        }

        return inside;
    }

    /// <summary>Pictures that only adorn a page have an id for the page to name them by.</summary>
    private static bool IsFile(MimeEntity part) =>
        part.IsAttachment
        || part.ContentType.IsMimeType("text", "calendar")
        || part is MessagePart
        || (part.ContentId is null && (part as MimePart)?.FileName is { Length: > 0 });

    private static string NameOf(MimeEntity part) =>
        OneLine(part.ContentDisposition?.FileName ?? part.ContentType.Name ?? "") is { Length: > 0 } name ? name
        : part is MessagePart ? "message.eml"
        : part.ContentType.IsMimeType("text", "calendar") ? "invite.ics"
        : "file";

    private static string OneLine(string text) =>
        Cut(string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)), MostSubject);

    private static string Cut(string text, int most) =>
        text.Length <= most ? text
        : char.IsHighSurrogate(text[most - 1]) ? text[..(most - 1)]
        : text[..most];
}
