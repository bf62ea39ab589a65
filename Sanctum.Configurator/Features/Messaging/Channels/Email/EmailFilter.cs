using MimeKit;

namespace Sanctum.Configurator.Features.Messaging.Channels.Email;

/// <summary>Which mail an agent does not answer, and why: what programs send, above all what would be answered for ever.</summary>
internal static class EmailFilter
{
    /// <summary>How programs call themselves that send mail.</summary>
    private static readonly string[] Programs =
    [
        "mailer-daemon",
        "postmaster",
        "noreply",
        "no-reply",
        "donotreply",
        "do-not-reply",
        "bounce",
        "bounces",
    ];

    private static readonly string[] Bulk = ["bulk", "list", "junk", "auto_reply", "auto-reply"];
    private static readonly string[] ListMarks = ["List-Id", "List-Unsubscribe", "List-Post"];
    private static readonly string[] RobotMarks = ["X-Autoreply", "X-Autorespond", "X-Failed-Recipients", "X-Loop"];

    /// <summary>It is the first to look into a mail, whose names may be written in old code pages.</summary>
    static EmailFilter() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <summary>Null where it is for the agent.</summary>
    public static string? ReasonToIgnore(MimeMessage mail, ChannelSettings settings)
    {
        if (SenderOf(mail) is not { } sender)
        {
            return "it has no sender";
        }

        return IsOwn(sender, settings) ? "it is from the mailbox itself"
            : IsProgram(sender) ? "it is from a program"
            : Value(mail, "Auto-Submitted") is { } auto && auto.Split(';')[0].Trim() != "no" ? "it was sent automatically"
            : RobotMarks.Any(mail.Headers.Contains) ? "it was sent automatically"
            : Bulk.Contains(Value(mail, "Precedence")) ? "it is bulk mail"
            : ListMarks.Any(mail.Headers.Contains) ? "it is of a mailing list"
            : Value(mail, "X-Auto-Response-Suppress") is { } asked
            && asked.Split(',').Any(each => each.Trim() is "all" or "autoreply" or "oof")
                ? "its sender wants no automatic answer"
            : Value(mail, "Return-Path") == "<>" ? "it is a bounce"
            : mail.Body is MultipartReport ? "it is a report of a mail server"
            : !IsAllowed(sender, settings.Text(EmailConnector.Senders)) ? "its sender is not in the list of the channel"
            : null;
    }

    /// <summary>The one who wrote it, in small letters; null where nobody did.</summary>
    public static string? SenderOf(MimeMessage mail) =>
        (mail.From.Mailboxes.FirstOrDefault() ?? mail.Sender)?.Address?.Trim().ToLower(CultureInfo.InvariantCulture)
            is { Length: > 0 } address
        && address.Contains('@', StringComparison.Ordinal)
            ? address
            : null;

    /// <summary>What is wrong with a list of senders, in a sentence; null where nothing is.</summary>
    public static string? FaultOfSenders(string? senders) =>
        ListOf(senders)
            .FirstOrDefault(each =>
                each.Contains('@', StringComparison.Ordinal) && each[0] != '@'
                    ? !MailboxAddress.TryParse(each, out _)
                    : Uri.CheckHostName(each.TrimStart('@')) != UriHostNameType.Dns
            )
            is { } wrong
            ? $"{wrong} is neither an address nor a domain. Enter such as ada@example.com, example.org."
            : null;

    internal static bool IsAllowed(string sender, string? senders)
    {
        var allowed = ListOf(senders);
        return allowed.Length == 0
            || Array.Exists(
                allowed,
                each =>
                    each.Contains('@', StringComparison.Ordinal) && each[0] != '@'
                        ? string.Equals(each, sender, StringComparison.OrdinalIgnoreCase)
                        : sender.EndsWith($"@{each.TrimStart('@')}", StringComparison.OrdinalIgnoreCase)
            );
    }

    private static string[] ListOf(string? senders) =>
        (senders ?? "").Split([',', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static bool IsOwn(string sender, ChannelSettings settings) =>
        string.Equals(sender, settings.Text(EmailConnector.Address), StringComparison.OrdinalIgnoreCase)
        || string.Equals(sender, EmailConnector.UserOf(settings), StringComparison.OrdinalIgnoreCase);

    private static bool IsProgram(string sender)
    {
        var name = sender[..sender.IndexOf('@', StringComparison.Ordinal)];
        return Programs.Any(program =>
            name == program
            || (
                name.Length > program.Length
                && name.StartsWith(program, StringComparison.Ordinal)
                && name[program.Length] is '-' or '+' or '.' or '_'
            )
        );
    }

    private static string? Value(MimeMessage mail, string header) => mail.Headers[header]?.Trim().ToLowerInvariant();
}
